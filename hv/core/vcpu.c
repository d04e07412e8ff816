// SPDX-License-Identifier: MIT
/*
 * Virtual CPUs: preparing, switching, sleeping and waking.
 */
#include "core/vcpu.h"

#include "abi/layout.h"
#include "core/domain.h"
#include "core/panic.h"
#include "core/scheduler.h"
#include "lib/string.h"
#include "x86/call_table.h"
#include "x86/clock.h"
#include "x86/fpu.h"
#include "x86/guest_access.h"
#include "x86/instruction.h"
#include "x86/layout.h"
#include "x86/paging.h"

/* A stack to which nothing can be written, because no address near it is canonical. */
#define STACK_NOWHERE 0x4000000000000000

/* The hypervisor's own root is that of both modes: there is nothing of a guest's in it. */
static void roots_own(struct vcpu *vcpu)
{
    vcpu->entry.roots[PV_LOAD_KERNEL_ROOT] = paging_root();
    vcpu->entry.roots[PV_LOAD_USER_ROOT] = paging_root();
}

/* It runs on this processor from now on. */
static void processor_set(struct vcpu *vcpu, struct processor *processor)
{
    vcpu->entry.stack = processor->stack;
    vcpu->entry.processor = processor;
    vcpu->entry.processor_bit = processor_bit(processor);
}

void vcpu_open_idle(struct vcpu *vcpu, struct processor *processor)
{
    vcpu->entry.self = &vcpu->entry;
    vcpu->entry.top = &vcpu->entry.registers + 1;
    processor_set(vcpu, processor);
    roots_own(vcpu);
    vcpu->selectors[0] = SELECTOR_GUEST_DATA;
    vcpu->selectors[1] = SELECTOR_GUEST_DATA;
    vcpu->state = VCPU_BLOCKED;
    vcpu->since = clock_now();
}

static void limits_set(struct vcpu *vcpu, bool user)
{
    vcpu->entry.call_limit = user ? 0 : PV_CALL_LIMIT;
    vcpu->entry.stack_floor = user || !vcpu->domain->mode->fast ? UINT64_MAX : STACK_FLOOR;
}

void vcpu_kernel_entry_set(struct vcpu *vcpu, uint64_t stack, uint64_t syscall)
{
    struct entry_state *state = &vcpu->entry;
    bool fast = vcpu->domain->mode->fast;

    state->kernel_stack = stack;
    state->frame_stack = fast && stack > STACK_FLOOR ? stack & ~15ull : STACK_NOWHERE;
    state->syscall_entry = syscall;
    state->syscall_words = fast && stack != 0 && syscall != 0
                               ? &state->page->user_rax
                               : (uint64_t *)(state->syscall_masked + PV_VCPU_USER_RAX);
}

/* The fast path goes there with SYSRET, as with that of a system call: not where that would fault. */
void vcpu_event_entry_set(struct vcpu *vcpu, uint64_t entry)
{
    vcpu->event_entry = entry;
    vcpu->entry.upcall_entry = guest_address_canonical(gva(entry)) ? entry : 0;
}

void vcpu_open(struct vcpu *vcpu, struct domain *domain, struct processor *processor,
               struct pv_vcpu_page *page, void *fpu)
{
    vcpu_open_idle(vcpu, processor);
    vcpu->entry.hole = NONCANONICAL_START;
    vcpu->entry.page = page;
    vcpu->entry.exception = domain->mode->exception;
    vcpu->entry.syscall_masked[PV_VCPU_EVENT_MASK] = 1;
    vcpu->domain = domain;
    call_table_fill(vcpu->entry.calls, domain->mode->fast);
    vcpu->fpu = fpu;
    vcpu->state = VCPU_DOWN;
    vcpu_reset(vcpu);
}

void vcpu_reset(struct vcpu *vcpu)
{
    vcpu->entry.registers = (struct registers){0};
    memset(vcpu->entry.traps, 0, sizeof(vcpu->entry.traps));
    vcpu->entry.attention = 0;
    vcpu->entry.enough = 0;
    vcpu_event_entry_set(vcpu, 0);
    vcpu->fs_base = 0;
    vcpu->gs_base = 0;
    vcpu->selectors[0] = SELECTOR_GUEST_DATA;
    vcpu->selectors[1] = SELECTOR_GUEST_DATA;
    vcpu->selectors[2] = 0;
    vcpu->selectors[3] = 0;
    vcpu_kernel_entry_set(vcpu, 0, 0);
    fpu_area_open(vcpu->fpu);
    vcpu->domain->mode->open(vcpu);
    limits_set(vcpu, false);
}

void vcpu_start_at(struct vcpu *vcpu, uint64_t entry, uint64_t argument)
{
    struct registers *registers = &vcpu->entry.registers;

    registers->rip = entry;
    registers->rdi = argument;
    registers->cs = SELECTOR_GUEST_CODE;
    registers->ss = SELECTOR_GUEST_DATA;
    registers->rflags = RFLAGS_ONE | RFLAGS_IF;
    vcpu->entry.page->event_mask = 1;
    clock_publish(&vcpu->entry.page->clock);
}

void vcpu_root_use(struct vcpu *vcpu, bool user)
{
    uint64_t root = vcpu->entry.roots[user ? PV_LOAD_USER_ROOT : PV_LOAD_KERNEL_ROOT];

    if (cr3_read() != root) {
        cr3_write(root);
        vcpu->entry.count_root_loads++;
    }
}

void vcpu_mode_set(struct vcpu *vcpu, bool user)
{
    limits_set(vcpu, user);
    vcpu_root_use(vcpu, user);
}

/* The hypervisor's GS stays where it is: the guest's is exchanged behind its back. */
static void bases_save(struct vcpu *vcpu)
{
    vcpu->fs_base = msr_read(MSR_FS_BASE);
    vcpu->gs_base = msr_read(MSR_KERNEL_GS_BASE);
}

static void selectors_save(uint16_t selectors[4])
{
    asm volatile("mov %%ds, %0\n"
                 "mov %%es, %1\n"
                 "mov %%fs, %2\n"
                 "mov %%gs, %3\n"
                 : "=m"(selectors[0]), "=m"(selectors[1]), "=m"(selectors[2]), "=m"(selectors[3]));
}

/* Loads a segment register, or makes it null if its descriptor is not there any more. */
#define SELECTOR_LOAD(segment, selector)                                                                     \
    asm volatile("1: mov %0, %%" #segment "\n"                                                               \
                 "2:\n"                                                                                      \
                 ".pushsection .text.selectors, \"ax\"\n"                                                    \
                 "3: xor %0, %0\n"                                                                           \
                 "jmp 1b\n"                                                                                  \
                 ".popsection\n"                                                                             \
                 ".pushsection .fixups, \"a\"\n"                                                             \
                 ".quad 1b, 3b\n"                                                                            \
                 ".popsection\n"                                                                             \
                 : "+r"(selector)                                                                            \
                 :                                                                                           \
                 : "cc")

/*
 * One guest's selectors are not the next one's to read. Loading them loses the bases, which come afterwards;
 * it may set accessed bits in the guest's own descriptors.
 */
static void selectors_load(const uint16_t selectors[4])
{
    uint32_t ds = selectors[0], es = selectors[1], fs = selectors[2], gs = selectors[3];

    SELECTOR_LOAD(ds, ds);
    SELECTOR_LOAD(es, es);
    SELECTOR_LOAD(fs, fs);
    SELECTOR_LOAD(gs, gs);
}

static void bases_load(const struct vcpu *vcpu)
{
    msr_write(MSR_FS_BASE, vcpu->fs_base);
    msr_write(MSR_KERNEL_GS_BASE, vcpu->gs_base);
    msr_write(MSR_GS_BASE, (uint64_t)vcpu);
}

/* Says which processors have a domain's roots loaded; before one is loaded, after another is. */
static void processors_change(struct domain *domain, uint64_t more, uint64_t fewer)
{
    mmu_lock(&domain->mmu);
    mmu_processors_change(&domain->mmu, more, fewer);
    mmu_unlock(&domain->mmu);
}

/* Roots and descriptors; those of the idle one are none. */
static void memory_load(struct vcpu *to)
{
    if (to->domain != NULL) {
        processors_change(to->domain, machine_self(), 0);
        to->entry.count_root_loads++;
    }
    cr3_write(to->entry.roots[vcpu_in_user_mode(to) ? PV_LOAD_USER_ROOT : PV_LOAD_KERNEL_ROOT]);
    machine_descriptors_load(to->context.loaded[PV_LOAD_DESCRIPTORS]);
    machine_local_descriptors_load(to->context.loaded[PV_LOAD_LOCAL_DESCRIPTORS]);
}

void vcpu_switch(struct vcpu *from, struct vcpu *to)
{
    processor_set(to, from->entry.processor);
    if (from->domain != NULL) {
        fpu_save(from->fpu);
        bases_save(from);
        selectors_save(from->selectors);
    }
    memory_load(to);
    if (from->domain != NULL && from->domain != to->domain) {
        processors_change(from->domain, 0, machine_self());
    }
    selectors_load(to->selectors);
    bases_load(to);
    if (to->domain != NULL) {
        fpu_load(to->fpu);
    }
    processor_exception_stack_set(to->entry.processor, to->entry.top);
    to->entry.processor->current = to;
}

void vcpu_roots_set(struct vcpu *vcpu, mfn_t root)
{
    struct mmu *mmu = &vcpu->domain->mmu;
    int error;

    mmu_lock(mmu);
    error = mmu_hold(mmu, &vcpu->context, PV_LOAD_KERNEL_ROOT, root);
    assert(error == 0);
    error = mmu_hold(mmu, &vcpu->context, PV_LOAD_USER_ROOT, root);
    assert(error == 0);
    mmu_unlock(mmu);
    vcpu_roots_note(vcpu);
}

void vcpu_unload(struct vcpu *vcpu)
{
    const uint16_t none[4] = {SELECTOR_GUEST_DATA, SELECTOR_GUEST_DATA};

    vcpu->context = (struct mmu_context){.loaded = {mfn(0)}};
    roots_own(vcpu);
    vcpu->fs_base = 0;
    vcpu->gs_base = 0;
    cr3_write(paging_root());
    selectors_load(none);
    bases_load(vcpu);
    machine_descriptors_load(mfn(0));
    machine_local_descriptors_load(mfn(0));
}

void vcpu_drop(struct vcpu *vcpu)
{
    struct mmu *mmu = &vcpu->domain->mmu;
    struct mmu_context context = vcpu->context;

    vcpu_unload(vcpu);
    mmu_lock(mmu);
    mmu_drop(mmu, &context);
    mmu_unlock(mmu);
}

/*
 * First it is blocked, and then it looks: who sends an event does it the other way round, so one of the two
 * sees the other.
 */
void vcpu_block(struct vcpu *vcpu)
{
    port_wait_end(vcpu);
    vcpu->entry.page->event_mask = 0;
    scheduler_remove(vcpu, VCPU_BLOCKED);
    if (vcpu->domain->mode->pending(vcpu)) {
        scheduler_add(vcpu, VCPU_BLOCKED);
        vcpu_attention(vcpu, ATTENTION_EVENT);
    }
}

void vcpu_notify(struct vcpu *vcpu, enum attention what)
{
    vcpu_attention(vcpu, what);
    if (vcpu != vcpu_current() && !scheduler_add(vcpu, VCPU_BLOCKED)) {
        scheduler_kick(vcpu);
    }
}

struct vcpu_counts vcpu_counts(const struct vcpu *vcpu)
{
    const volatile struct entry_state *entry = &vcpu->entry;

    return (struct vcpu_counts){
        .calls = entry->count_calls + entry->count_fast_returns,
        .traps = entry->count_traps + entry->count_fast_traps,
        .events = *(const volatile uint64_t *)&vcpu->count_upcalls + entry->count_fast_upcalls,
    };
}
