// SPDX-License-Identifier: MIT
// The decoder of stores and what it says that they do: a table of encodings, every way to cut one short, what
// is refused, the limit of 15 bytes, hostile bytes, addresses, and a table of effects out of the manual.
#include "store_text.h"

#include <criterion/criterion.h>
#include <stdlib.h>

static const struct {
    const char *hex, *text;
} encodings[] = {
    // What compilers make of an assignment to an entry, in each size.
    {"48 89 07", "mov 3 size=8 [r7+0]a8 r0"},
    {"89 07", "mov 2 size=4 [r7+0]a8 r0"},
    {"66 89 07", "mov 3 size=2 [r7+0]a8 r0"},
    {"88 07", "mov 2 size=1 [r7+0]a8 r0"},
    {"4c 89 3c c7", "mov 4 size=8 [r7+r0*8+0]a8 r15"},
    {"48 c7 04 c7 00 00 00 00", "mov 8 size=8 [r7+r0*8+0]a8 imm=0"},
    {"48 c7 07 00 00 00 80", "mov 7 size=8 [r7+0]a8 imm=ffffffff80000000"},
    {"c7 07 00 00 00 80", "mov 6 size=4 [r7+0]a8 imm=80000000"},
    {"66 c7 07 34 12", "mov 5 size=2 [r7+0]a8 imm=1234"},
    {"c6 07 80", "mov 3 size=1 [r7+0]a8 imm=80"},
    {"48 0f c3 07", "mov 4 size=8 [r7+0]a8 r0"},
    {"0f c3 07", "mov 3 size=4 [r7+0]a8 r0"},

    // Registers of a byte: with a REX prefix directly before the opcode there are no ah, ch, dh, bh.
    {"88 27", "mov 2 size=1 [r7+0]a8 r0h"},
    {"88 3f", "mov 2 size=1 [r7+0]a8 r3h"},
    {"40 88 27", "mov 3 size=1 [r7+0]a8 r4"},
    {"44 88 27", "mov 3 size=1 [r7+0]a8 r12"},
    {"40 66 88 27", "mov 4 size=1 [r7+0]a8 r0h"},
    {"40 f0 86 27", "lock xchg 4 size=1 [r7+0]a8 r0h"},
    {"48 f0 09 07", "lock or 4 size=4 [r7+0]a8 r0"},

    // The size: REX.W is stronger than 66, and both do nothing to bytes.
    {"66 48 89 07", "mov 4 size=8 [r7+0]a8 r0"},
    {"66 48 c7 07 01 00 00 00", "mov 8 size=8 [r7+0]a8 imm=1"},
    {"66 48 88 07", "mov 4 size=1 [r7+0]a8 r0"},

    // Exchanges, which are atomic with and without LOCK.
    {"48 87 07", "lock xchg 3 size=8 [r7+0]a8 r0"},
    {"f0 48 87 07", "lock xchg 4 size=8 [r7+0]a8 r0"},
    {"86 0f", "lock xchg 2 size=1 [r7+0]a8 r1"},
    {"48 0f b1 0f", "cmpxchg 4 size=8 [r7+0]a8 r1"},
    {"f0 48 0f b1 0f", "lock cmpxchg 5 size=8 [r7+0]a8 r1"},
    {"0f b0 0f", "cmpxchg 3 size=1 [r7+0]a8 r1"},
    {"f0 4c 0f c1 07", "lock xadd 5 size=8 [r7+0]a8 r8"},
    {"0f c0 07", "xadd 3 size=1 [r7+0]a8 r0"},

    // Arithmetic and logic.
    {"48 01 07", "add 3 size=8 [r7+0]a8 r0"},
    {"00 07", "add 2 size=1 [r7+0]a8 r0"},
    {"48 29 07", "sub 3 size=8 [r7+0]a8 r0"},
    {"f0 48 09 07", "lock or 4 size=8 [r7+0]a8 r0"},
    {"48 21 07", "and 3 size=8 [r7+0]a8 r0"},
    {"48 31 07", "xor 3 size=8 [r7+0]a8 r0"},
    {"48 83 0f 02", "or 4 size=8 [r7+0]a8 imm=2"},
    {"48 83 27 fd", "and 4 size=8 [r7+0]a8 imm=fffffffffffffffd"},
    {"f0 48 81 27 ff ff ff 7f", "lock and 8 size=8 [r7+0]a8 imm=7fffffff"},
    {"66 81 37 00 80", "xor 5 size=2 [r7+0]a8 imm=8000"},
    {"66 83 07 ff", "add 4 size=2 [r7+0]a8 imm=ffff"},
    {"80 2f 01", "sub 3 size=1 [r7+0]a8 imm=1"},
    {"48 ff 07", "inc 3 size=8 [r7+0]a8 imm=1"},
    {"f0 fe 0f", "lock dec 3 size=1 [r7+0]a8 imm=1"},
    {"48 f7 17", "not 3 size=8 [r7+0]a8 imm=ffffffffffffffff"},
    {"f6 17", "not 2 size=1 [r7+0]a8 imm=ff"},

    // Bits.
    {"f0 48 0f ab 07", "lock bts 5 size=8 [r7+0]a8 r0"},
    {"0f b3 0f", "btr 3 size=4 [r7+0]a8 r1"},
    {"66 0f bb 17", "btc 4 size=2 [r7+0]a8 r2"},
    {"48 0f ba 2f 3f", "bts 5 size=8 [r7+0]a8 imm=3f"},
    {"f0 48 0f ba 37 01", "lock btr 6 size=8 [r7+0]a8 imm=1"},
    {"0f ba 3f ff", "btc 4 size=4 [r7+0]a8 imm=ff"},

    // Strings: rdi cannot be overridden; REX.B and REX.R have no say; both repeat prefixes repeat.
    {"aa", "stos 1 size=1 [r7+0]a8 r0"},
    {"ab", "stos 1 size=4 [r7+0]a8 r0"},
    {"f3 48 ab", "rep stos 3 size=8 [r7+0]a8 r0"},
    {"f2 66 ab", "rep stos 3 size=2 [r7+0]a8 r0"},
    {"64 67 4f ab", "stos 4 size=8 [r7+0]a4 r0"},
    {"a4", "movs 1 size=1 [r7+0]a8 from ds:"},
    {"f3 48 a5", "rep movs 3 size=8 [r7+0]a8 from ds:"},
    {"65 f2 a5", "rep movs 3 size=4 [r7+0]a8 from gs:"},
    {"64 67 66 a5", "movs 4 size=2 [r7+0]a4 from fs:"},

    // Elsewhere F2 and F3 are hints, and the order of prefixes does not matter.
    {"f3 48 89 07", "mov 4 size=8 [r7+0]a8 r0"},
    {"f2 f0 48 0f b1 0f", "lock cmpxchg 6 size=8 [r7+0]a8 r1"},
    {"f0 f2 48 0f b1 0f", "lock cmpxchg 6 size=8 [r7+0]a8 r1"},
    {"66 f0 67 65 29 07", "lock sub 6 size=2 [gs:r7+0]a4 r0"},

    // Addressing: an immediate comes behind the displacement.
    {"48 89 05 00 00 10 00", "mov 7 size=8 [rip+1048576]a8 r0"},
    {"48 c7 05 fc ff ff ff 01 00 00 00", "mov 11 size=8 [rip-4]a8 imm=1"},
    {"c6 04 25 00 10 00 00 07", "mov 8 size=1 [+4096]a8 imm=7"},
    {"4b 89 44 fd f8", "mov 5 size=8 [r13+r15*8-8]a8 r0"},
    {"65 48 89 04 25 28 00 00 00", "mov 9 size=8 [gs:+40]a8 r0"},
    {"66 66 66 43 c7 84 fd 00 01 00 00 ff 00", "mov 13 size=2 [r13+r15*8+256]a8 imm=ff"},
    {"36 36 4b c7 84 fd 00 01 00 00 ff 00 00 00", "mov 14 size=8 [r13+r15*8+256]a8 imm=ff"},
    {"36 36 36 4b c7 84 fd 00 01 00 00 ff 00 00 00", "mov 15 size=8 [r13+r15*8+256]a8 imm=ff"},
    {"36 36 36 36 4b c7 84 fd 00 01 00 00 ff 00 00 00", NULL},
};

enum { ENCODINGS = sizeof encodings / sizeof *encodings };

static void expect_text(const uint8_t *bytes, size_t available, const char *expected, const char *hex)
{
    struct store store;
    char text[TEXT];
    bool accepted = decode_store(bytes, available, &store);
    cr_assert_eq(accepted, expected != NULL, "%s of %zu bytes: %u", hex, available, accepted);
    if (!accepted)
        return;
    describe_store(&store, text);
    cr_assert_str_eq(text, expected, "%s of %zu bytes: saw '%s', expected '%s'", hex, available, text,
                     expected);
}

Test(store, every_encoding_of_the_table_with_and_without_bytes_behind_it)
{
    bool seen[STORE_KINDS] = {false};
    for (size_t i = 0; i < ENCODINGS; i++) {
        uint8_t bytes[32];
        struct store store;
        memset(bytes, 0xff, sizeof bytes);
        size_t length = parse_hex(encodings[i].hex, bytes);
        expect_text(bytes, length, encodings[i].text, encodings[i].hex);
        expect_text(bytes, sizeof bytes, encodings[i].text, encodings[i].hex);
        if (decode_store(bytes, length, &store))
            seen[store.kind] = true;
    }
    for (unsigned kind = 1; kind < STORE_KINDS; kind++)
        cr_assert(seen[kind], "%s is not in the table", store_names[kind]);
}

// Also beyond the operand's size.
Test(store, the_sign_of_an_immediate_is_extended)
{
    static const char *const negative[] = {"c6 07 fe",          "66 c7 07 fe ff",
                                           "c7 07 fe ff ff ff", "48 c7 07 fe ff ff ff",
                                           "66 83 0f fe",       "48 0f ba 2f fe"};
    for (size_t i = 0; i < sizeof negative / sizeof *negative; i++) {
        uint8_t bytes[32];
        struct store store;
        size_t length = parse_hex(negative[i], bytes);
        cr_assert(decode_store(bytes, length, &store), "%s", negative[i]);
        cr_assert_eq(store.immediate, (uint64_t)-2, "%s: saw %lx", negative[i], store.immediate);
    }
}

Test(store, every_encoding_cut_short_is_refused)
{
    for (size_t i = 0; i < ENCODINGS; i++) {
        uint8_t bytes[32];
        struct store store;
        size_t length = parse_hex(encodings[i].hex, bytes);
        for (size_t available = 0; available < length && encodings[i].text; available++)
            cr_assert_not(decode_store(bytes, available, &store), "%s of %zu bytes", encodings[i].hex,
                          available);
    }
}

Test(store, everything_else_is_refused)
{
    static const char *const others[] = {
        // Registers as destination; the same instructions the other way round
        "48 89 c0", "48 87 c0", "c6 c0 00", "48 0f b1 c8", "ff c0", "48 0f ba e8 00", "48 8b 07", "48 03 07",
        // Other members of the groups: adc, sbb, cmp; test, neg, mul; call, jmp, push; bt; none
        "48 83 17 00", "48 83 1f 00", "48 83 3f 00", "f6 07 00", "f7 1f", "f7 27", "ff 17", "ff 27", "ff 37",
        "fe 17", "0f ba 27 00", "0f ba 07 00", "c7 0f 00 00 00 00", "c6 3f 00",
        // bt, cmp, test, adc, shl, setc, pop, mov from a segment, mov to an absolute address, lods, scas,
        // cmpxchg8b
        "0f a3 07", "48 39 07", "48 85 07", "48 11 07", "48 d1 27", "0f 92 07", "8f 07", "8c 07",
        "48 a3 00 00 00 00 00 00 00 00", "ac", "ae", "0f c7 0f", "82 07 00", "0f 0f 07 bf",
        // movnti with prefixes that other instructions have, and of two bytes; movaps, vmovaps
        "66 0f c3 07", "f2 0f c3 07", "f3 0f c3 07", "0f 29 07", "c5 f8 29 07", "62 f1 7c 48 29 07",
        "d5 00 89 07",
        // LOCK where it is not legal
        "f0 48 89 07", "f0 c6 07 00", "f0 48 0f c3 07", "f0 48 ab", "f3 f0 a5", "f0 48 89 c0", "f0 90"};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        uint8_t bytes[32] = {0};
        struct store store;
        size_t length = parse_hex(others[i], bytes);
        cr_assert_not(decode_store(bytes, length, &store), "%s", others[i]);
        cr_assert_not(decode_store(bytes, sizeof bytes, &store), "%s and more", others[i]);
    }
}

Test(store, nothing_is_read_behind_the_available_bytes)
{
    static const uint8_t common[] = {0x0f, 0x89, 0xc7, 0x81, 0xba, 0xb1, 0x66,
                                     0x67, 0xf0, 0xf3, 0x48, 0x04, 0x84};
    unsigned accepted = 0;
    srand(1);
    for (unsigned round = 0; round < 400000; round++) {
        uint8_t bytes[20] = {0};
        struct store store;
        unsigned available = (unsigned)rand() % 18;
        for (unsigned i = 0; i < available; i++)
            bytes[i] = (uint8_t)(rand() & 1 ? common[(unsigned)rand() % sizeof common] : rand());
        if (!decode_store(bytes, available, &store))
            continue;
        accepted++;
        cr_assert(store.instruction.length >= 1 && store.instruction.length <= available);
        cr_assert(store.instruction.length <= 15 && store.kind < STORE_KINDS && store_names[store.kind]);
    }
    cr_assert_gt(accepted, 10000);
}
