// SPDX-License-Identifier: MIT
// Random numbers and prefixes, for instructions that no table of a test has. The same in every run.
#ifndef PV_TESTS_UNIT_RANDOM_INSTRUCTION_H
#define PV_TESTS_UNIT_RANDOM_INSTRUCTION_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

static inline uint32_t random_number(void)
{
    static uint32_t state = 0x2545f491;
    state ^= state << 13;
    state ^= state >> 17;
    state ^= state << 5;
    return state;
}

// A number of 64 bits, often one at which carries and signs change.
static inline uint64_t random_value(void)
{
    uint64_t value = (uint64_t)random_number() << 32 | random_number();
    switch (random_number() % 8) {
    case 0:
        return 0;
    case 1:
        return UINT64_MAX << (value & 63);
    case 2:
        return (uint64_t)1 << (value & 63);
    case 3:
        return UINT64_MAX >> (value & 63);
    case 4:
        return (uint64_t)(int64_t)(int8_t)value;
    default:
        return value;
    }
}

// Puts up to `most` legacy prefixes and perhaps a REX prefix; returns how many bytes these are.
static inline unsigned random_prefixes(uint8_t *bytes, unsigned most)
{
    static const uint8_t legacy[] = {0x66, 0x67, 0x64, 0x65, 0xf2, 0xf3};
    unsigned count = 0;
    for (unsigned n = random_number() % (most + 1); n > 0; n--)
        bytes[count++] = legacy[random_number() % sizeof legacy];
    if (random_number() & 1)
        bytes[count++] = 0x40 | (random_number() & 15);
    return count;
}

// Whether the byte is a prefix, with LOCK.
static inline bool is_prefix(unsigned byte)
{
    static const uint8_t prefixes[] = {0x26, 0x2e, 0x36, 0x3e, 0x64, 0x65, 0x66, 0x67, 0xf0, 0xf2, 0xf3};
    return byte < 256 && ((byte & 0xf0) == 0x40 || memchr(prefixes, (int)byte, sizeof prefixes));
}

// Random prefixes, opcode, modrm, sib, and `more` random bytes, for displacement and immediate; at most 24
// bytes. Returns how many.
static inline unsigned random_form(uint8_t *bytes, unsigned opcode, unsigned modrm, unsigned sib,
                                   unsigned more)
{
    unsigned count = random_prefixes(bytes, 3);

    if (opcode > 0xff)
        bytes[count++] = 0x0f;
    bytes[count++] = (uint8_t)opcode;
    bytes[count++] = (uint8_t)modrm;
    bytes[count++] = (uint8_t)sib;
    for (unsigned i = 0; i < more; i++)
        bytes[count++] = (uint8_t)random_number();
    return count;
}

#endif
