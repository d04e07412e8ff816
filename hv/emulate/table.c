// SPDX-License-Identifier: MIT
/*
 * Stores to the guest's own tables. They are mapped read-only, so the processor faults; the instruction is
 * decoded, and each entry that it would write goes through the same check as an entry that a call sets. What
 * is refused stays the page fault that it was.
 */
#include "core/domain.h"
#include "emulate/emulate.h"
#include "emulate/store.h"
#include "mm/check.h"
#include "x86/guest_access.h"

#define WORD sizeof(uint64_t)

/* Iterations of one string instruction that are done at once. */
#define ITERATIONS 512

/* A store on its way. */
struct table_store {
    struct vcpu *vcpu;
    struct store store;
    uint64_t registers[16];
    uint64_t fs_base, gs_base;
    uint64_t page;  /* virtual address of the table */
    mfn_t table;    /* its frame */
    uint64_t moved; /* what MOVS copies */
};

/* The frame that is mapped at an address, if it is a table of the guest's, or holds its descriptors. */
static bool table_find(const struct vcpu *vcpu, gva_t address, mfn_t *table)
{
    const struct mmu *mmu = &vcpu->domain->mmu;
    const uint64_t *at = mmu_find(vcpu->context.loaded[PV_LOAD_KERNEL_ROOT], address);
    uint64_t entry = at != NULL ? entry_read(at) : 0;

    *table = mfn_of(entry & FRAME_ADDRESS);
    return (entry & PTE_PRESENT) != 0 &&
           frame_at(*table)->tag - mmu->tag - FRAME_LEVEL1 <= FRAME_DESCRIPTORS - FRAME_LEVEL1;
}

/* The bits of an operand within its word. */
static uint64_t operand_mask(const struct table_store *s)
{
    return UINT64_MAX >> (64 - 8 * s->store.instruction.operand_size);
}

/*
 * Changes the word of which an operand is a part. The processors may set accessed and dirty bits in it
 * meanwhile: then the store is done again with what is there now, which can happen once for each of the bits.
 */
static int word_change(const struct table_store *s, uint64_t address, struct store_outcome *outcome)
{
    struct mmu *mmu = &s->vcpu->domain->mmu;
    uint64_t at = mfn_address(s->table) + (address % PAGE_SIZE & ~(WORD - 1));
    unsigned shift = 8 * (unsigned)(address % WORD);
    uint64_t mask = operand_mask(s) << shift;
    int result;

    do {
        uint64_t old = entry_read(machine_entry(at));

        store_apply(&s->store, old >> shift, s->moved, s->registers, s->vcpu->entry.registers.rflags,
                    outcome);
        result = outcome->written
                     ? mmu_entry_exchange(mmu, at, old, (old & ~mask) | (outcome->value << shift & mask))
                     : 0;
    } while (result > 0);
    return result;
}

/* Whether an operand lies in one entry of the table, and what MOVS copies to it can be read. */
static bool operand_reach(struct table_store *s, uint64_t *address)
{
    const struct instruction *instruction = &s->store.instruction;

    *address = store_address(&s->store, s->registers, s->vcpu->entry.registers.rip + instruction->length,
                             s->fs_base, s->gs_base);
    if ((*address & ~(PAGE_SIZE - 1)) != s->page || *address % WORD + instruction->operand_size > WORD) {
        return false;
    }
    return s->store.kind != STORE_MOVS ||
           guest_read(&s->moved, gva(store_source_address(&s->store, s->registers, s->fs_base, s->gs_base)),
                      instruction->operand_size);
}

/* One execution of the instruction, or one iteration. */
static bool store_once(struct table_store *s)
{
    struct registers *r = &s->vcpu->entry.registers;
    struct store_outcome outcome;
    uint64_t address;

    if (!operand_reach(s, &address) || word_change(s, address, &outcome) != 0) {
        return false;
    }
    if (outcome.reg != INSTRUCTION_NO_REGISTER) {
        s->registers[outcome.reg] = outcome.reg_value;
    }
    store_advance(&s->store, s->registers, r->rflags);
    r->rflags = outcome.rflags;
    return true;
}

static void registers_read(struct table_store *s)
{
    for (unsigned i = 0; i < 16; i++) {
        s->registers[i] = *register_at(&s->vcpu->entry.registers, i);
    }
    s->fs_base = msr_read(MSR_FS_BASE);
    s->gs_base = msr_read(MSR_KERNEL_GS_BASE);
}

static void registers_write(const struct table_store *s)
{
    for (unsigned i = 0; i < 16; i++) {
        *register_at(&s->vcpu->entry.registers, i) = s->registers[i];
    }
}

/*
 * All iterations that stay in the table, up to a limit: the instruction then faults again for the rest. If a
 * later one is refused, the earlier ones are done, as when a processor faults in the middle.
 */
static bool store_run(struct table_store *s)
{
    uint64_t left = store_iterations(&s->store, s->registers);
    bool done = left == 0;

    for (unsigned i = 0; i < ITERATIONS && left != 0 && store_once(s); i++) {
        left = s->store.instruction.repeat ? store_iterations(&s->store, s->registers) : 0;
        done = true;
    }
    if (done) {
        registers_write(s);
        vcpu_skip(s->vcpu, left == 0 ? s->store.instruction.length : 0);
    }
    return done;
}

bool emulate_table_store(struct vcpu *vcpu, gva_t address)
{
    const struct machine *machine = machine_of(vcpu);
    struct mmu *mmu = &vcpu->domain->mmu;
    struct table_store s = {.vcpu = vcpu, .page = address.address & ~(PAGE_SIZE - 1)};
    bool done;

    emulate_fetch(vcpu);
    mmu_lock(mmu);
    done = table_find(vcpu, address, &s.table) &&
           store_decode(machine->fetched.bytes, machine->available, &s.store);
    if (done) {
        registers_read(&s);
        done = store_run(&s);
    }
    mmu_unlock(mmu);
    vcpu->count_emulated += done ? 1 : 0;
    return done;
}
