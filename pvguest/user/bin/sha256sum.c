// SPDX-License-Identifier: MIT
// sha256sum: prints a digest of each file (FIPS 180-4, SHA-256), by which files on two machines can be
// compared.
#include "program.h"

#include <string.h>

enum { BLOCK = 64, WORDS = 8, ROUNDS = 64, LENGTH_AT = 56, BITS = 8 };

struct digest {
    uint32_t state[WORDS];
    unsigned char block[BLOCK];
    uint64_t length; // bytes so far
};

// The first 32 bits of the fractional parts of the cube roots of the first 64 primes (4.2.2).
static const uint32_t constants[ROUNDS] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

static uint32_t rotate(uint32_t word, unsigned right)
{
    return word >> right | word << (32 - right);
}

// The message schedule (6.2.2, step 1).
static void schedule_make(uint32_t *schedule, const unsigned char *block)
{
    for (size_t i = 0; i < BLOCK / 4; i++)
        schedule[i] = (uint32_t)block[4 * i] << 24 | (uint32_t)block[4 * i + 1] << 16 |
                      (uint32_t)block[4 * i + 2] << 8 | block[4 * i + 3];
    for (size_t i = BLOCK / 4; i < ROUNDS; i++) {
        uint32_t a = schedule[i - 15];
        uint32_t b = schedule[i - 2];

        schedule[i] = schedule[i - 16] + (rotate(a, 7) ^ rotate(a, 18) ^ a >> 3) + schedule[i - 7] +
                      (rotate(b, 17) ^ rotate(b, 19) ^ b >> 10);
    }
}

// Takes in a full block (6.2.2, steps 2 to 4); the working variables a to h are v[0] to v[7].
static void block_take(struct digest *digest)
{
    uint32_t schedule[ROUNDS];
    uint32_t v[WORDS];

    schedule_make(schedule, digest->block);
    memcpy(v, digest->state, sizeof v);
    for (size_t i = 0; i < ROUNDS; i++) {
        uint32_t choice = (v[4] & v[5]) ^ (~v[4] & v[6]);
        uint32_t majority = (v[0] & v[1]) ^ (v[0] & v[2]) ^ (v[1] & v[2]);
        uint32_t first = v[7] + (rotate(v[4], 6) ^ rotate(v[4], 11) ^ rotate(v[4], 25)) + choice +
                         constants[i] + schedule[i];
        uint32_t second = (rotate(v[0], 2) ^ rotate(v[0], 13) ^ rotate(v[0], 22)) + majority;

        memmove(v + 1, v, sizeof v - sizeof *v);
        v[4] += first;
        v[0] = first + second;
    }
    for (size_t i = 0; i < WORDS; i++)
        digest->state[i] += v[i];
}

static void byte_take(struct digest *digest, unsigned char byte)
{
    digest->block[digest->length++ % BLOCK] = byte;
    if (digest->length % BLOCK == 0)
        block_take(digest);
}

// Pads the message (5.1.1): a bit 1, zeros, its length in bits.
static void digest_end(struct digest *digest)
{
    uint64_t bits = digest->length * BITS;

    byte_take(digest, 0x80);
    while (digest->length % BLOCK != LENGTH_AT)
        byte_take(digest, 0);
    for (unsigned shift = 64; shift > 0; shift -= BITS)
        byte_take(digest, (unsigned char)(bits >> (shift - BITS)));
}

static void file_sum(FILE *file, const char *name)
{
    struct digest digest = {.state = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c,
                                      0x1f83d9ab, 0x5be0cd19}};

    for (int byte = getc(file); byte != EOF; byte = getc(file))
        byte_take(&digest, (unsigned char)byte);
    if (ferror(file))
        return;
    digest_end(&digest);
    for (size_t i = 0; i < WORDS; i++)
        printf("%08x", digest.state[i]);
    printf("  %s\n", name);
}

int main(int argc, char **argv)
{
    (void)argc;
    argv = program_begin(argv, "[FILE...]", NULL);
    program_each_file(argv, file_sum);
    return program_end();
}
