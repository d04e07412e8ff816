// SPDX-License-Identifier: MIT
// Stores against the processor of the host: each form that the decoder accepts is executed, with random
// registers, flags and memory, and must leave memory, all registers, and the flags that the SDM defines as
// store_apply(), store_address() and store_advance() say; LOCK and other prefixes must be legal where the
// decoder says so.
#include "native.h"
#include "random_instruction.h"
#include "store_text.h"

#include <criterion/criterion.h>

struct trial {
    uint8_t bytes[24];
    unsigned displacement_at; // where a displacement would be
    struct store store;
    uint64_t registers[16];
    uint64_t rflags;
};

// Puts the bytes of a random form of an opcode, 256 + its second byte after 0F. False if it is not accepted.
static bool trial_encode(struct trial *trial, unsigned opcode, unsigned modrm)
{
    uint8_t *bytes = trial->bytes;
    unsigned count = random_prefixes(bytes, 1);
    if (random_number() % 4 == 0)
        bytes[count++] = 0xf0;
    count += random_prefixes(bytes + count, 2);
    if (opcode > 0xff)
        bytes[count++] = 0x0f;
    bytes[count++] = (uint8_t)opcode;
    bytes[count++] = (uint8_t)modrm;
    trial->displacement_at = count + ((modrm & 7) == 4);
    while (count < sizeof trial->bytes)
        bytes[count++] = (uint8_t)random_number();
    return decode_store(bytes, sizeof trial->bytes, &trial->store);
}

static uint64_t trial_address(const struct trial *trial)
{
    return store_address(&trial->store, trial->registers, native.code + trial->store.instruction.length,
                         native.fs_base, NATIVE_GS);
}

static uint64_t trial_source_address(const struct trial *trial)
{
    return store_source_address(&trial->store, trial->registers, native.fs_base, NATIVE_GS);
}

// Adds to what the address is made of, so that it grows by `delta` where that can be.
static void trial_move(struct trial *trial, uint64_t delta)
{
    const struct instruction *i = &trial->store.instruction;
    if (i->base != INSTRUCTION_NO_REGISTER) {
        trial->registers[i->base] += delta;
    } else if (i->index != INSTRUCTION_NO_REGISTER) {
        trial->registers[i->index] += delta / i->scale;
    } else {
        int32_t displacement = (int32_t)((uint32_t)i->displacement + (uint32_t)delta);
        memcpy(trial->bytes + trial->displacement_at, &displacement, sizeof displacement);
        cr_assert(decode_store(trial->bytes, sizeof trial->bytes, &trial->store));
    }
}

// Makes the operand lie somewhere in the memory: an atomic one aligned, since others may be forbidden. False
// if that does not succeed.
static bool trial_aim(struct trial *trial)
{
    unsigned offset = NATIVE_MEMORY / 4 + random_number() % (NATIVE_MEMORY / 2);
    if (trial->store.locked)
        offset &= -(unsigned)trial->store.instruction.operand_size;
    uint64_t target = (uint64_t)(uintptr_t)native.memory + offset;
    for (unsigned i = 0; i < 3 && trial_address(trial) != target; i++)
        trial_move(trial, target - trial_address(trial));
    if (trial->store.kind == STORE_MOVS) {
        uint64_t source = target - 64 + random_number() % 128;
        trial->registers[6] += source - trial_source_address(trial);
        if (trial_source_address(trial) != source)
            return false;
    }
    return trial_address(trial) == target;
}

// A small value for rcx. With an address size of 4 bytes its upper half is random, and the lower one is not
// 0: processors differ in whether they clear the upper halves without an iteration.
static uint64_t random_count(bool half)
{
    return half ? (1 + random_number() % 5) | random_value() << 32 : random_number() % 6;
}

static bool trial_make(struct trial *trial, unsigned opcode, unsigned modrm)
{
    if (!trial_encode(trial, opcode, modrm))
        return false;
    for (unsigned i = 0; i < 16; i++)
        trial->registers[i] = random_value();
    trial->rflags = random_number() & NATIVE_FLAGS;
    if (trial->store.instruction.repeat)
        trial->registers[1] = random_count(trial->store.instruction.address_size == 4);
    return trial_aim(trial);
}

// Half of the comparisons shall find what they look for.
static void trial_match(struct trial *trial)
{
    const struct instruction *i = &trial->store.instruction;
    if (trial->store.kind == STORE_CMPXCHG && i->base != 0 && i->index != 0 && random_number() & 1)
        memcpy(trial->registers, (const uint8_t *)(uintptr_t)trial_address(trial), i->operand_size);
}

// Does with memory, a copy of native.memory, and with registers and flags what the store does.
static void trial_emulate(struct trial *trial, uint8_t *memory)
{
    const struct store *store = &trial->store;
    const uint64_t start = (uint64_t)(uintptr_t)native.memory;
    unsigned size = store->instruction.operand_size;
    uint64_t remain = store_iterations(store, trial->registers);

    while (remain != 0) {
        uint64_t old = random_value(), moved = random_value();
        struct store_outcome outcome;
        uint64_t offset = trial_address(trial) - start;
        cr_assert_leq(offset, NATIVE_MEMORY - size);
        memcpy(&old, memory + offset, size);
        if (store->kind == STORE_MOVS) {
            cr_assert_leq(trial_source_address(trial) - start, NATIVE_MEMORY - size);
            memcpy(&moved, memory + (trial_source_address(trial) - start), size);
        }
        store_apply(store, old, moved, trial->registers, trial->rflags, &outcome);
        cr_assert_eq(outcome.value & ~(UINT64_MAX >> (64 - 8 * size)), 0, "bits above the operand");
        if (outcome.written)
            memcpy(memory + offset, &outcome.value, size);
        if (outcome.reg != INSTRUCTION_NO_REGISTER)
            trial->registers[outcome.reg] = outcome.reg_value;
        trial->rflags = outcome.rflags;
        store_advance(store, trial->registers, trial->rflags);
        remain = store->instruction.repeat ? store_iterations(store, trial->registers) : 0;
    }
}

// The flags that the SDM defines after a store, DF among them.
static uint64_t defined_flags(unsigned kind)
{
    switch (kind) {
    case STORE_OR:
    case STORE_AND:
    case STORE_XOR:
        return NATIVE_FLAGS & ~0x10; // not AF
    case STORE_BTS:
    case STORE_BTR:
    case STORE_BTC:
        return 0x441; // DF, ZF, CF
    default:
        return NATIVE_FLAGS;
    }
}

static void trial_compare(struct trial *trial)
{
    static uint8_t memory[NATIVE_MEMORY];
    char text[TEXT], hex[TEXT] = "";
    describe_store(&trial->store, text);
    for (unsigned i = 0; i < trial->store.instruction.length; i++)
        append(hex, "%02x ", trial->bytes[i]);

    for (unsigned i = 0; i < NATIVE_MEMORY; i += 8) {
        uint64_t value = random_value();
        memcpy(native.memory + i, &value, 8);
    }
    trial_match(trial);
    memcpy(memory, native.memory, NATIVE_MEMORY);
    memcpy(native.registers, trial->registers, sizeof native.registers);
    native.rflags = trial->rflags;
    int raised = native_run(trial->bytes, trial->store.instruction.length);
    cr_assert_eq(raised, 0, "%s'%s' raised signal %d", hex, text, raised);
    trial_emulate(trial, memory);

    cr_assert_arr_eq(native.memory, memory, NATIVE_MEMORY, "%s'%s': memory", hex, text);
    for (unsigned i = 0; i < 16; i++)
        cr_assert_eq(trial->registers[i], native.registers[i], "%s'%s': r%u is %lx, should be %lx", hex, text,
                     i, trial->registers[i], native.registers[i]);
    uint64_t wrong = (trial->rflags ^ native.rflags) & defined_flags(trial->store.kind);
    cr_assert_eq(wrong, 0, "%s'%s': flags %lx are wrong", hex, text, wrong);
}

static unsigned seen[STORE_KINDS][9][2]; // by kind, size and whether it is locked

// Random forms of an opcode, until enough of them were accepted.
static void opcode_compare(unsigned opcode)
{
    unsigned accepted = 0;
    for (unsigned i = 0; i < 30000 && accepted < 3000; i++) {
        struct trial trial = {0};
        if (!trial_make(&trial, opcode, random_number() & 0xff))
            continue;
        trial_compare(&trial);
        seen[trial.store.kind][trial.store.instruction.operand_size][trial.store.locked]++;
        accepted++;
    }
}

Test(store, agrees_with_the_processor)
{
    native_open();
    for (unsigned opcode = 0; opcode < 512; opcode++)
        if (opcode != 0x0f && !is_prefix(opcode))
            opcode_compare(opcode);
    for (unsigned kind = 1; kind < STORE_KINDS; kind++)
        for (unsigned size = kind < STORE_BTS ? 1 : 2; size <= 8; size *= 2) {
            unsigned plain = seen[kind][size][false], locked = seen[kind][size][true];
            cr_assert(plain > 100 || kind == STORE_XCHG, "%s of %u: %u", store_names[kind], size, plain);
            cr_assert(locked > 20 || kind < STORE_XCHG, "lock %s of %u: %u", store_names[kind], size, locked);
        }
}

// Puts ModRM, SIB and displacement: the operand is the beginning of memory, and needs no register.
static void put_operand(uint8_t *bytes, unsigned reg)
{
    uint32_t address = (uint32_t)(uintptr_t)native.memory;
    bytes[0] = (uint8_t)(reg << 3 | 4);
    bytes[1] = 0x25;
    memcpy(bytes + 2, &address, sizeof address);
}

// Whether the processor executes the bytes, with all registers 0.
static bool is_executed(const uint8_t *bytes, unsigned length)
{
    memset(native.registers, 0, sizeof native.registers);
    native.rflags = 0;
    return native_run(bytes, length) == 0;
}

enum {
    LOCKABLE_BY_OPCODE = 5 * 2 + 2 + 2 + 2 + 3,    // ADD OR AND SUB XOR, XCHG, CMPXCHG, XADD, BTS BTR BTC
    LOCKABLE_BY_GROUP = 3 * 5 + 2 * 1 + 2 * 2 + 3, // groups 1, 3, 4 and 5, 8
};

// Whether LOCK is legal for an opcode, 256 + its second byte after 0F, that the decoder does not know: ADC,
// SBB, NEG, CMPXCHG8B.
static bool is_other_lockable(unsigned opcode, unsigned reg)
{
    return opcode == 0x10 || opcode == 0x11 || opcode == 0x18 || opcode == 0x19 ||
           ((opcode == 0x80 || opcode == 0x81 || opcode == 0x83) && (reg == 2 || reg == 3)) ||
           ((opcode == 0xf6 || opcode == 0xf7) && reg == 3) || (opcode == 0x1c7 && reg == 1);
}

// Whether LOCK is for each processor to take or to refuse: before moves to and from control and debug
// registers, where it has a meaning for AMD, and before VERW, with which some of AMD's ignore it.
static bool is_lockable_somewhere(unsigned opcode, unsigned reg)
{
    return (opcode & 0x1fc) == 0x120 || (opcode == 0x100 && reg == 5);
}

// Nops follow, so that what the decoder does not know is executed if it is legal.
Test(store, lock_is_legal_where_the_processor_says_so)
{
    unsigned legal = 0;
    native_open();
    for (unsigned i = 0; i < 512 * 8; i++) {
        unsigned opcode = i / 8, reg = i % 8, count = 1;
        uint8_t bytes[15];
        struct store store;
        if (opcode == 0x0f || is_prefix(opcode) || is_lockable_somewhere(opcode, reg) ||
            is_other_lockable(opcode, reg))
            continue;
        memset(bytes, 0x90, sizeof bytes);
        bytes[0] = 0xf0;
        if (opcode > 0xff)
            bytes[count++] = 0x0f;
        bytes[count++] = (uint8_t)opcode;
        put_operand(bytes + count, reg);
        bool accepted = decode_store(bytes, sizeof bytes, &store),
             executed = is_executed(bytes, sizeof bytes);
        cr_assert_eq(accepted, executed, "lock, opcode %x, /%u: %u, executed %u", opcode, reg, accepted,
                     executed);
        legal += accepted;
    }
    cr_assert_eq(legal, LOCKABLE_BY_OPCODE * 8 + LOCKABLE_BY_GROUP);
}

Test(store, other_prefixes_are_legal_where_the_processor_says_so)
{
    static const uint8_t prefixes[] = {0x26, 0x66, 0x67, 0xf2, 0xf3, 0x48};
    native_open();
    for (unsigned i = 0; i < sizeof prefixes; i++) {
        uint8_t bytes[9] = {prefixes[i], 0x0f, 0xc3};
        struct store store;
        put_operand(bytes + 3, 0);
        bool accepted = decode_store(bytes, sizeof bytes, &store),
             executed = is_executed(bytes, sizeof bytes);
        cr_assert_eq(accepted, executed, "%02x movnti: accepted %u, executed %u", prefixes[i], accepted,
                     executed);
    }
}
