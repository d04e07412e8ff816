// SPDX-License-Identifier: MIT
// The instruction decoder: a table of encodings, every way to cut one short, what is refused, the limit of 15
// bytes, hostile bytes, and effective addresses.
#include "instruction_text.h"

#include <criterion/criterion.h>
#include <stdlib.h>

static const struct {
    const char *hex, *text;
} encodings[] = {
    // Moves: direction, numbers and their extensions; mod does not count, nor do prefixes without effect.
    {"0f 20 c0", "mov_from_cr 3 size=8 reg=0 rm=0"},
    {"0f 20 d8", "mov_from_cr 3 size=8 reg=3 rm=0"},
    {"0f 22 df", "mov_to_cr 3 size=8 reg=3 rm=7"},
    {"0f 21 fe", "mov_from_dr 3 size=8 reg=7 rm=6"},
    {"0f 23 f1", "mov_to_dr 3 size=8 reg=6 rm=1"},
    {"41 0f 20 c4", "mov_from_cr 4 size=8 reg=0 rm=12"},
    {"44 0f 20 c0", "mov_from_cr 4 size=8 reg=8 rm=0"},
    {"45 0f 22 c7", "mov_to_cr 4 size=8 reg=8 rm=15"},
    {"48 0f 22 e0", "mov_to_cr 4 size=8 reg=4 rm=0"},
    {"4f 0f 23 ff", "mov_to_dr 4 size=8 reg=15 rm=15"},
    {"0f 20 04", "mov_from_cr 3 size=8 reg=0 rm=4"},
    {"66 0f 20 c1", "mov_from_cr 4 size=8 reg=0 rm=1"},
    {"2e 3e 26 36 64 65 f2 f3 67 66 41 0f 20 c1", "mov_from_cr 14 size=8 reg=0 rm=9"},
    {"41 66 0f 20 c1", "mov_from_cr 5 size=8 reg=0 rm=1"},
    {"41 44 0f 20 c1", "mov_from_cr 5 size=8 reg=8 rm=1"},

    // Without operands.
    {"fa", "cli 1 size=0"},
    {"fb", "sti 1 size=0"},
    {"f4", "hlt 1 size=0"},
    {"0f 06", "clts 2 size=0"},
    {"0f 08", "invd 2 size=0"},
    {"0f 09", "wbinvd 2 size=0"},
    {"f3 0f 09", "wbinvd 3 size=0"},
    {"0f 30", "wrmsr 2 size=0"},
    {"0f 32", "rdmsr 2 size=0"},
    {"0f 33", "rdpmc 2 size=0"},
    {"0f 01 f8", "swapgs 3 size=0"},
    {"49 0f 01 f8", "swapgs 4 size=0"},
    {"0f 01 d1", "xsetbv 3 size=0"},
    {"48 fa", "cli 2 size=0"},
    {"f3 67 65 fb", "sti 4 size=0"},

    // Returns.
    {"cf", "iret 1 size=4"},
    {"66 cf", "iret 2 size=2"},
    {"48 cf", "iret 2 size=8"},
    {"66 48 cf", "iret 3 size=8"},
    {"0f 07", "sysret 2 size=4"},
    {"48 0f 07", "sysret 3 size=8"},
    {"66 0f 07", "sysret 3 size=4"},

    // Ports.
    {"e4 60", "in 2 size=1 port=60"},
    {"e5 71", "in 2 size=4 port=71"},
    {"e6 80", "out 2 size=1 port=80"},
    {"e7 ff", "out 2 size=4 port=ff"},
    {"66 e5 00", "in 3 size=2 port=00"},
    {"66 e4 10", "in 3 size=1 port=10"},
    {"66 48 e5 10", "in 4 size=4 port=10"},
    {"ec", "in 1 size=1 port=dx"},
    {"ed", "in 1 size=4 port=dx"},
    {"ee", "out 1 size=1 port=dx"},
    {"ef", "out 1 size=4 port=dx"},
    {"66 ed", "in 2 size=2 port=dx"},
    {"48 ed", "in 2 size=4 port=dx"},
    {"66 f2 ed", "in 3 size=2 port=dx"},

    // Strings: rdi cannot be overridden; REX has no say; both repeat prefixes repeat.
    {"6c", "ins 1 size=1 port=dx [r7+0]a8"},
    {"6d", "ins 1 size=4 port=dx [r7+0]a8"},
    {"6e", "outs 1 size=1 port=dx [r6+0]a8"},
    {"6f", "outs 1 size=4 port=dx [r6+0]a8"},
    {"f3 6c", "ins 2 size=1 rep port=dx [r7+0]a8"},
    {"f2 6e", "outs 2 size=1 rep port=dx [r6+0]a8"},
    {"66 6d", "ins 2 size=2 port=dx [r7+0]a8"},
    {"66 f2 6f", "outs 3 size=2 rep port=dx [r6+0]a8"},
    {"66 48 6f", "outs 3 size=4 port=dx [r6+0]a8"},
    {"48 6f", "outs 2 size=4 port=dx [r6+0]a8"},
    {"64 6d", "ins 2 size=4 port=dx [r7+0]a8"},
    {"64 f3 66 67 6f", "outs 5 size=2 rep port=dx [fs:r6+0]a4"},

    // Groups 6 and 7: each member in memory and, where there is one, in a register.
    {"0f 00 00", "sldt 3 size=2 [r0+0]a8"},
    {"0f 00 c1", "sldt 3 size=4 rm=1"},
    {"66 0f 00 c1", "sldt 4 size=2 rm=1"},
    {"49 0f 00 c1", "sldt 4 size=8 rm=9"},
    {"0f 00 0b", "str 3 size=2 [r3+0]a8"},
    {"48 0f 00 cb", "str 4 size=8 rm=3"},
    {"48 0f 00 0b", "str 4 size=2 [r3+0]a8"},
    {"0f 00 12", "lldt 3 size=2 [r2+0]a8"},
    {"0f 00 d0", "lldt 3 size=2 rm=0"},
    {"48 0f 00 d0", "lldt 4 size=2 rm=0"},
    {"0f 00 1e", "ltr 3 size=2 [r6+0]a8"},
    {"41 0f 00 df", "ltr 4 size=2 rm=15"},
    {"0f 01 00", "sgdt 3 size=10 [r0+0]a8"},
    {"0f 01 0f", "sidt 3 size=10 [r7+0]a8"},
    {"0f 01 10", "lgdt 3 size=10 [r0+0]a8"},
    {"66 0f 01 10", "lgdt 4 size=10 [r0+0]a8"},
    {"0f 01 1f", "lidt 3 size=10 [r7+0]a8"},
    {"0f 01 20", "smsw 3 size=2 [r0+0]a8"},
    {"0f 01 e0", "smsw 3 size=4 rm=0"},
    {"66 41 0f 01 e2", "smsw 5 size=2 rm=10"},
    {"0f 01 30", "lmsw 3 size=2 [r0+0]a8"},
    {"48 0f 01 f3", "lmsw 4 size=2 rm=3"},
    {"0f 01 38", "invlpg 3 size=0 [r0+0]a8"},
    {"41 0f 01 3f", "invlpg 4 size=0 [r15+0]a8"},

    // Addressing: displacements, SIB with and without index and base, rip, extensions, segments, address
    // size.
    {"0f 01 78 80", "invlpg 4 size=0 [r0-128]a8"},
    {"0f 01 b9 00 00 00 80", "invlpg 7 size=0 [r1-2147483648]a8"},
    {"0f 01 15 78 56 34 12", "lgdt 7 size=10 [rip+305419896]a8"},
    {"41 0f 01 15 ff ff ff ff", "lgdt 8 size=10 [rip-1]a8"},
    {"67 0f 01 15 01 00 00 00", "lgdt 8 size=10 [rip+1]a4"},
    {"0f 01 55 10", "lgdt 4 size=10 [r5+16]a8"},
    {"41 0f 01 55 10", "lgdt 5 size=10 [r13+16]a8"},
    {"0f 01 1c 24", "lidt 4 size=10 [r4+0]a8"},
    {"41 0f 01 1c 24", "lidt 5 size=10 [r12+0]a8"},
    {"42 0f 01 1c 24", "lidt 5 size=10 [r4+r12*1+0]a8"},
    {"0f 01 1c 25 00 10 00 00", "lidt 8 size=10 [+4096]a8"},
    {"41 0f 01 1c 25 00 10 00 00", "lidt 9 size=10 [+4096]a8"},
    {"0f 01 1c d5 00 00 00 00", "lidt 8 size=10 [+r2*8+0]a8"},
    {"0f 01 5c 85 fc", "lidt 5 size=10 [r5+r0*4-4]a8"},
    {"43 0f 01 bc 7d 00 01 00 00", "invlpg 9 size=0 [r13+r15*2+256]a8"},
    {"64 0f 01 38", "invlpg 4 size=0 [fs:r0+0]a8"},
    {"65 67 0f 01 38", "invlpg 5 size=0 [gs:r0+0]a4"},
    {"64 65 0f 01 38", "invlpg 5 size=0 [gs:r0+0]a8"},
    {"65 2e 0f 01 38", "invlpg 5 size=0 [gs:r0+0]a8"},
    {"2e 36 0f 01 38", "invlpg 5 size=0 [r0+0]a8"},
    {"66 66 66 66 66 66 43 0f 01 bc 7d 00 01 00 00", "invlpg 15 size=0 [r13+r15*2+256]a8"},
};

enum { ENCODINGS = sizeof encodings / sizeof *encodings };

static void expect_text(const uint8_t *bytes, size_t available, const char *expected, const char *hex)
{
    struct instruction instruction;
    char text[TEXT];
    enum decode_status status = decode(bytes, available, &instruction);
    cr_assert_eq(status, DECODE_OK, "%s of %zu bytes: status %u", hex, available, status);
    describe(&instruction, text);
    cr_assert_str_eq(text, expected, "%s of %zu bytes: saw '%s', expected '%s'", hex, available, text,
                     expected);
}

Test(decode, every_encoding_of_the_table_with_and_without_bytes_behind_it)
{
    bool seen[INSTRUCTION_KINDS] = {false};
    for (size_t i = 0; i < ENCODINGS; i++) {
        uint8_t bytes[32];
        memset(bytes, 0xff, sizeof bytes);
        size_t length = parse_hex(encodings[i].hex, bytes);
        expect_text(bytes, length, encodings[i].text, encodings[i].hex);
        expect_text(bytes, sizeof bytes, encodings[i].text, encodings[i].hex);
        struct instruction instruction;
        decode(bytes, length, &instruction);
        seen[instruction.kind] = true;
    }
    for (unsigned kind = 0; kind < INSTRUCTION_KINDS; kind++)
        cr_assert(seen[kind] || !kind_names[kind], "%s is not in the table", kind_names[kind]);
}

Test(decode, every_encoding_cut_short_is_reported_so)
{
    for (size_t i = 0; i < ENCODINGS; i++) {
        uint8_t bytes[32];
        size_t length = parse_hex(encodings[i].hex, bytes);
        for (size_t available = 0; available < length; available++) {
            struct instruction instruction;
            cr_assert_eq(decode(bytes, available, &instruction), DECODE_CUT_SHORT, "%s of %zu bytes",
                         encodings[i].hex, available);
        }
    }
}

Test(decode, other_instructions_are_unknown)
{
    static const char *const others[] = {
        // nop, ret, int3, pushf, popf, call, int, syscall, ud2, rdtsc, sysenter, sysexit, cpuid, invpcid, mov
        // tr
        "90", "c3", "cc", "9c", "9d", "e8 00 00 00 00", "cd 80", "0f 05", "0f 0b", "0f 31", "0f 34", "0f 35",
        "0f a2", "66 0f 38 82 00", "0f 24 c0",
        // LOCK, which makes cr8 of cr0 on AMD processors
        "f0 0f 20 c0", "f0 fa", "66 f0 fa", "f0 48 0f 20 c0",
        // push and pop, whose opcodes follow those of REX
        "50 0f 20 c0", "5f 0f 20 c0",
        // In the groups: verr, verw, none, none, enclv, vmcall, monitor, clac, xgetbv, vmrun, serialize,
        // rdtscp
        "0f 00 20", "0f 00 e8", "0f 00 f0", "0f 00 38", "0f 01 c0", "0f 01 c1", "0f 01 c8", "0f 01 ca",
        "0f 01 d0", "0f 01 d8", "0f 01 e8", "0f 01 f9", "0f 01 ff", "0f 01 28", "f3 0f 01 28",
        // SWAPGS and XSETBV with reserved prefixes
        "66 0f 01 f8", "f2 0f 01 f8", "f3 0f 01 f8", "66 0f 01 d1", "f3 0f 01 d1",
        // VEX, EVEX, REX2
        "c5 f8 77", "c4 e1 f8 20 c0", "62 f1 7c 48 10 c0", "d5 00"};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        uint8_t bytes[32] = {0};
        struct instruction instruction;
        size_t length = parse_hex(others[i], bytes);
        cr_assert_eq(decode(bytes, length, &instruction), DECODE_UNKNOWN, "%s", others[i]);
        cr_assert_eq(decode(bytes, sizeof bytes, &instruction), DECODE_UNKNOWN, "%s and more", others[i]);
    }
}

Test(decode, at_most_15_bytes)
{
    uint8_t bytes[32];
    struct instruction instruction;
    for (size_t prefixes = 0; prefixes < 20; prefixes++) {
        memset(bytes, 0x66, prefixes);
        memcpy(bytes + prefixes, (uint8_t[]){0x0f, 0x20, 0xc0, 0x90, 0x90, 0x90}, 6);
        enum decode_status expected = prefixes <= 12 ? DECODE_OK : DECODE_UNKNOWN;
        cr_assert_eq(decode(bytes, prefixes + 3, &instruction), expected, "%zu prefixes", prefixes);
        cr_assert_eq(decode(bytes, prefixes + 6, &instruction), expected, "%zu prefixes and more", prefixes);
        enum decode_status cut = prefixes < 15 ? DECODE_CUT_SHORT : DECODE_UNKNOWN;
        cr_assert_eq(decode(bytes, prefixes, &instruction), cut, "%zu prefixes alone", prefixes);
    }
}

// All orders of the prefixes in bytes[at] to bytes[3].
static void expect_all_orders(uint8_t *bytes, unsigned at, const char *expected)
{
    if (at == 4)
        expect_text(bytes, 5, expected, "64 66 67 f3 in some order, 6f");
    for (unsigned i = at; i < 4; i++) {
        uint8_t byte = bytes[at];
        bytes[at] = bytes[i];
        bytes[i] = byte;
        expect_all_orders(bytes, at + 1, expected);
        bytes[i] = bytes[at];
        bytes[at] = byte;
    }
}

Test(decode, the_order_of_legacy_prefixes_does_not_matter)
{
    uint8_t bytes[] = {0x64, 0x66, 0x67, 0xf3, 0x6f};
    expect_all_orders(bytes, 0, "outs 5 size=2 rep port=dx [fs:r6+0]a4");
}

Test(decode, nothing_is_read_behind_the_available_bytes)
{
    static const uint8_t common[] = {0x0f, 0x00, 0x01, 0x20, 0x22, 0x66, 0x67,
                                     0xf3, 0x48, 0x65, 0x04, 0x05, 0x84};
    srand(1);
    for (unsigned round = 0; round < 400000; round++) {
        uint8_t bytes[20] = {0};
        struct instruction instruction;
        unsigned available = (unsigned)rand() % 18;
        for (unsigned i = 0; i < available; i++)
            bytes[i] = (uint8_t)(rand() & 1 ? common[(unsigned)rand() % sizeof common] : rand());
        if (decode(bytes, available, &instruction) != DECODE_OK)
            continue;
        cr_assert(instruction.length >= 1 && instruction.length <= available && instruction.length <= 15);
        cr_assert(instruction.kind < INSTRUCTION_KINDS && kind_names[instruction.kind]);
    }
}

static uint64_t address_of(const char *hex)
{
    uint64_t registers[16];
    for (uint64_t i = 0; i < 16; i++)
        registers[i] = 0x1111111100000000 * (i & 7) + 0x1000 * (i + 1);
    uint8_t bytes[32];
    struct instruction instruction;
    size_t length = parse_hex(hex, bytes);
    cr_assert_eq(decode(bytes, length, &instruction), DECODE_OK, "%s", hex);
    return instruction_address(&instruction, registers, 0xffffffff80001000, 0x7000000000000000, 0x200000000);
}

Test(decode, effective_addresses)
{
    static const struct {
        const char *hex;
        uint64_t address;
    } addresses[] = {
        {"0f 01 39", 0x1111111100002000},                // [rcx]
        {"0f 01 78 ff", 0xfff},                          // [rax - 1]
        {"0f 01 b8 00 00 00 80", 0xffffffff80001000},    // [rax - 0x80000000]
        {"41 0f 01 3f", 0x7777777700010000},             // [r15]
        {"0f 01 3c c8", 0x8888888800011000},             // [rax + 8 * rcx]
        {"42 0f 01 7c 2d 10", 0xaaaaaaaa00014010},       // [rbp + r13 + 0x10]
        {"0f 01 3c 25 00 00 00 f0", 0xfffffffff0000000}, // [-0x10000000]
        {"0f 01 3d 00 01 00 00", 0xffffffff80001100},    // [rip + 0x100]
        {"67 0f 01 3d 00 01 00 00", 0x80001100},         // [eip + 0x100]
        {"67 0f 01 39", 0x2000},                         // [ecx]
        {"67 0f 01 b8 00 f0 ff ff", 0},                  // [eax - 0x1000]
        {"67 0f 01 b8 00 e0 ff ff", 0xfffff000},         // [eax - 0x2000]
        {"64 0f 01 39", 0x8111111100002000},             // fs:[rcx]
        {"65 67 0f 01 b8 00 e0 ff ff", 0x2fffff000},     // gs:[eax - 0x2000]: the base is not cut
        {"6c", 0x7777777700008000},                      // [rdi]
        {"67 65 6e", 0x200007000},                       // gs:[esi]
        {"0f 01 bc ff 00 00 00 90", 0x3333332e90048000}, // [rdi + 8 * rdi - 0x70000000], wraps
    };
    for (size_t i = 0; i < sizeof addresses / sizeof *addresses; i++)
        cr_assert_eq(address_of(addresses[i].hex), addresses[i].address, "%s: saw %lx, expected %lx",
                     addresses[i].hex, address_of(addresses[i].hex), addresses[i].address);
}
