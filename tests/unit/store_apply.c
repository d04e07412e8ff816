// SPDX-License-Identifier: MIT
// What stores do, out of the manual: their addresses, a table of effects on the operand, on registers and
// flags, and the iterations of string instructions. The processor has its say in store_processor.c.
#include "store_text.h"

#include <criterion/criterion.h>

static struct store decoded(const char *hex)
{
    uint8_t bytes[32];
    struct store store;
    size_t length = parse_hex(hex, bytes);
    cr_assert(decode_store(bytes, length, &store), "%s", hex);
    return store;
}

Test(store, a_bit_index_in_a_register_moves_the_address)
{
    static const struct {
        const char *hex;
        uint64_t rcx, address; // rdi is 1000
    } addresses[] = {
        {"48 89 0f", 0x4000, 0x1000},                           // mov [rdi], rcx
        {"48 0f ab 0f", 63, 0x1000},                            // bts [rdi], rcx
        {"48 0f ab 0f", 64, 0x1008},                            //
        {"48 0f ab 0f", UINT64_MAX, 0xff8},                     //
        {"48 0f ab 0f", UINT64_MAX - 64, 0xff0},                //
        {"48 0f ab 0f", (uint64_t)1 << 63, 0xf000000000001000}, //
        {"0f b3 0f", 31, 0x1000},                               // btr [rdi], ecx
        {"0f b3 0f", 0x700000020, 0x1004},                      //
        {"0f b3 0f", 0xffffffff, 0xffc},                        //
        {"66 0f bb 0f", 15, 0x1000},                            // btc [rdi], cx
        {"66 0f bb 0f", 0x10010, 0x1002},                       //
        {"66 0f bb 0f", 0x8000, 0},                             //
        {"48 0f ba 2f ff", 0x4000, 0x1000},                     // bts qword [rdi], ff
        {"48 0f ab 4f 18", 64, 0x1020},                         // bts [rdi + 18], rcx
        {"67 48 0f ab 0f", (uint64_t)-0x8001, 0xfffffff8},      // bts [edi], rcx
        {"65 67 48 0f ab 0f", (uint64_t)-0x8001, 0x3fffffff8},  // bts gs:[edi], rcx: the base is not cut
        {"48 0f ab 0d 00 01 00 00", 128, 0xffffffff80001110},   // bts [rip + 100], rcx
        {"64 48 0f ab 0c 0f", 0x40, 0x7000000000001048},        // bts fs:[rdi + rcx], rcx
    };
    for (size_t i = 0; i < sizeof addresses / sizeof *addresses; i++) {
        struct store store = decoded(addresses[i].hex);
        uint64_t registers[16] = {[1] = addresses[i].rcx, [7] = 0x1000};
        uint64_t address =
            store_address(&store, registers, 0xffffffff80001000, 0x7000000000000000, 0x300000000);
        cr_assert_eq(address, addresses[i].address, "%s, rcx %lx: saw %lx, expected %lx", addresses[i].hex,
                     addresses[i].rcx, address, addresses[i].address);
    }
}

static const struct {
    const char *hex;
    uint64_t old, rax, rcx, rflags; // before
    uint64_t value, new_rflags;
    bool written;
    uint8_t reg;
    uint64_t reg_value;
} effects[] = {
#define KEPT true, INSTRUCTION_NO_REGISTER, 0
    // Moves keep all flags. 1122334455667788 is cut to the operand's size.
    {"48 89 0f", 5, 0, 0x1122334455667788, 0x8d5, 0x1122334455667788, 0x8d5, KEPT},
    {"66 89 0f", 5, 0, 0x1122334455667788, 0x202, 0x7788, 0x202, KEPT},
    {"88 2f", 5, 0, 0x1122334455667788, 0, 0x77, 0, KEPT},
    {"48 c7 07 ff ff ff ff", 5, 0, 0, 0, UINT64_MAX, 0, KEPT},
    {"c7 07 ff ff ff ff", 5, 0, 0, 0, 0xffffffff, 0, KEPT},
    {"67 66 ab", 5, 0x1122334455667788, 0, 0x400, 0x7788, 0x400, KEPT},
    {"48 a5", 5, 0, 0, 0x8d5, 0xfedcba9876543210, 0x8d5, KEPT},
    {"66 a5", 5, 0, 0, 0x8d5, 0x3210, 0x8d5, KEPT},

    // A register of 4 bytes loses its upper half, smaller ones keep the rest.
    {"48 87 0f", 0x99aabbccddeeff00, 0, 1, 0x55, 1, 0x55, true, 1, 0x99aabbccddeeff00},
    {"87 0f", 0x99aabbccddeeff00, 0, 0x1122334455667788, 0x55, 0x55667788, 0x55, true, 1, 0xddeeff00},
    {"66 87 0f", 0x99aa, 0, 0x1122334455667788, 0, 0x7788, 0, true, 1, 0x11223344556699aa},
    {"86 0f", 0x99, 0, 0x1122334455667788, 0, 0x88, 0, true, 1, 0x1122334455667799},
    {"86 2f", 0x99, 0, 0x1122334455667788, 0, 0x77, 0, true, 1, 0x1122334455669988},
    {"48 0f c1 0f", UINT64_MAX, 0, 1, 0, 0, 0x55, true, 1, UINT64_MAX},

    // CMPXCHG that succeeds changes no register; one that fails writes nothing.
    {"48 0f b1 0f", 7, 7, 9, 0x8d5, 9, 0x44, KEPT},
    {"0f b1 0f", 0xa00000007, 0xb00000007, 9, 0, 9, 0x44, KEPT},
    {"0f b1 0f", 2, 0xaaaaaaaa00000001, 9, 0, 2, 0x95, false, 0, 2},
    {"0f b0 0f", 0xff, 0xaaaaaaaa00000000, 9, 0, 0xff, 0x11, false, 0, 0xaaaaaaaa000000ff},

    // Flags: CF 1, PF 4, AF 10, ZF 40, SF 80, OF 800.
    {"80 07 01", 0x7f, 0, 0, 0x1, 0x80, 0x890, KEPT},
    {"80 07 01", 0xff, 0, 0, 0, 0, 0x55, KEPT},
    {"80 2f 01", 0, 0, 0, 0, 0xff, 0x95, KEPT},
    {"48 83 2f ff", 0x7fffffffffffffff, 0, 0, 0, 0x8000000000000000, 0x885, KEPT},
    {"48 29 0f", 0x10, 0, 1, 0x8c5, 0xf, 0x14, KEPT},
    {"fe 07", 0xff, 0, 0, 0x1, 0, 0x55, KEPT},
    {"fe 07", 0xff, 0, 0, 0, 0, 0x54, KEPT},
    {"fe 0f", 0x80, 0, 0, 0x201, 0x7f, 0xa11, KEPT},
    {"f7 17", 0xf0f0f0f0, 0, 0, 0x8d5, 0x0f0f0f0f, 0x8d5, KEPT},
    {"48 83 0f 02", 0x8000000000000000, 0, 0, 0x845, 0x8000000000000002, 0x80, KEPT},
    {"48 83 27 fd", 0x67, 0, 0, 0x801, 0x65, 0x4, KEPT},
    {"48 31 0f", 0x67, 0, 0x67, 0x400, 0, 0x444, KEPT},

    // Bits change CF alone, here; the index counts modulo the operand's size.
    {"48 0f ab 0f", 0, 0, 65, 0x8d5, 2, 0x8d4, KEPT},
    {"48 0f ab 0f", 2, 0, 65, 0, 2, 1, KEPT},
    {"0f b3 0f", 0xffffffff, 0, 63, 0, 0x7fffffff, 1, KEPT},
    {"66 0f ba 3f 1f", 0x8001, 0, 0, 0, 1, 1, KEPT},
#undef KEPT
};

Test(store, effects)
{
    for (size_t i = 0; i < sizeof effects / sizeof *effects; i++) {
        struct store store = decoded(effects[i].hex);
        const uint64_t registers[16] = {effects[i].rax, effects[i].rcx};
        struct store_outcome outcome;
        const char *hex = effects[i].hex;
        memset(&outcome, 0xa5, sizeof outcome);
        store_apply(&store, effects[i].old, 0xfedcba9876543210, registers, effects[i].rflags, &outcome);
        cr_assert_eq(outcome.value, effects[i].value, "%zu, %s: value %lx", i, hex, outcome.value);
        cr_assert_eq(outcome.written, effects[i].written, "%zu, %s: written %u", i, hex, outcome.written);
        cr_assert_eq(outcome.rflags, effects[i].new_rflags, "%zu, %s: flags %lx", i, hex, outcome.rflags);
        cr_assert_eq(outcome.reg, effects[i].reg, "%zu, %s: register %u", i, hex, outcome.reg);
        cr_assert(outcome.reg == INSTRUCTION_NO_REGISTER || outcome.reg_value == effects[i].reg_value,
                  "%zu, %s: register becomes %lx", i, hex, outcome.reg_value);
    }
}

Test(store, iterations_of_strings)
{
    static const struct {
        const char *hex;
        uint64_t rflags, rcx, rsi, rdi; // before
        uint64_t count, new_rcx, new_rsi, new_rdi;
    } iterations[] = {
        {"f3 48 a5", 0, 2, 0x100, 0x200, 2, 1, 0x108, 0x208},
        {"f2 48 a5", 0x400, 1, 0x100, 0x200, 1, 0, 0xf8, 0x1f8},
        {"f3 48 ab", 0x8d5, 3, 0x100, 0x200, 3, 2, 0x100, 0x208},
        {"aa", 0, 0, 0x100, 0x200, 1, 0, 0x100, 0x201},
        {"a4", 0x400, 0, 0, 0, 1, 0, UINT64_MAX, UINT64_MAX},
        {"f3 67 66 ab", 0, 0x500000001, 0x600000000, 0x1ffffffff, 1, 0, 0x600000000, 1},
        {"67 f3 a5", 0x400, 0x500000002, 0x700000000, 0x700000003, 2, 1, 0xfffffffc, 0xffffffff},
        {"f3 aa", 0, 0, 0, 0x200, 0, UINT64_MAX, 0, 0x201},
        {"48 89 07", 0, 7, 8, 9, 1, 7, 8, 9},
        {"f3 48 89 07", 0, 0, 8, 9, 1, 0, 8, 9},
    };
    for (size_t i = 0; i < sizeof iterations / sizeof *iterations; i++) {
        struct store store = decoded(iterations[i].hex);
        uint64_t registers[16] = {[1] = iterations[i].rcx, [6] = iterations[i].rsi, [7] = iterations[i].rdi};
        uint64_t count = store_iterations(&store, registers);
        cr_assert_eq(count, iterations[i].count, "%s: %lu iterations", iterations[i].hex, count);
        store_advance(&store, registers, iterations[i].rflags);
        cr_assert_eq(registers[1], iterations[i].new_rcx, "%s: rcx %lx", iterations[i].hex, registers[1]);
        cr_assert_eq(registers[6], iterations[i].new_rsi, "%s: rsi %lx", iterations[i].hex, registers[6]);
        cr_assert_eq(registers[7], iterations[i].new_rdi, "%s: rdi %lx", iterations[i].hex, registers[7]);
    }
}

Test(store, source_addresses)
{
    static const struct {
        const char *hex;
        uint64_t address;
    } addresses[] = {{"48 a5", 0x5500001234},
                     {"67 a4", 0x1234},
                     {"64 a5", 0x5500001234 + 0x7000000000000000},
                     {"f3 65 67 48 a5", 0x300001234}};
    for (size_t i = 0; i < sizeof addresses / sizeof *addresses; i++) {
        struct store store = decoded(addresses[i].hex);
        const uint64_t registers[16] = {[6] = 0x5500001234, [7] = 0x6600001000};
        uint64_t address = store_source_address(&store, registers, 0x7000000000000000, 0x300000000);
        cr_assert_eq(address, addresses[i].address, "%s: saw %lx", addresses[i].hex, address);
        uint64_t to = store.instruction.address_size == 4 ? 0x1000 : 0x6600001000;
        address = store_address(&store, registers, 0, 0x7000000000000000, 0x300000000);
        cr_assert_eq(address, to, "%s: destination %lx", addresses[i].hex, address);
    }
}
