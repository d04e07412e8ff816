// SPDX-License-Identifier: MIT
/*
 * Virtual CPUs: preparing, switching, sleeping and waking.
 */
#include "core/vcpu.h"

#include "abi/layout.h"
#include "core/domain.h"
#include "core/scheduler.h"
#include "x86/call_table.h"
#include "x86/clock.h"
#include "x86/fpu.h"
#include "x86/guest_access.h"
#include "x86/instruction.h"
#include "x86/layout.h"

/* A frame is pushed below the stack pointer, and its lowest byte must not be the hypervisor's. */
#define STACK_FLOOR (PV_HYPERVISOR_END + PAGE_SIZE)

void vcpu_open_idle(struct vcpu *vcpu, struct processor *processor)
{
    vcpu->entry.self = &vcpu->entry;
    vcpu->entry.stack = processor->stack;
    vcpu->entry.top = &vcpu->entry.registers + 1;
    vcpu->processor = processor;
    list_init(&vcpu->run_link);
    list_init(&vcpu->timer_link);
}

void vcpu_open(struct vcpu *vcpu, struct domain *domain, struct processor *processor,
               struct pv_vcpu_page *page, void *fpu)
{
    vcpu_open_idle(vcpu, processor);
    vcpu->entry.hole = NONCANONICAL_START;
    vcpu->entry.page = page;
    vcpu->entry.exception = domain->mode->exception;
    call_table_fill(vcpu->entry.calls);
    vcpu->domain = domain;
    vcpu->fpu = fpu;
    vcpu->state = VCPU_BLOCKED;
    vcpu->deadline = CLOCK_NEVER;
    fpu_area_open(fpu);
    vcpu_mode_set(vcpu, false);
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

void vcpu_mode_set(struct vcpu *vcpu, bool user)
{
    vcpu->entry.call_limit = user ? 0 : PV_CALL_LIMIT;
    vcpu->entry.stack_floor = user || !vcpu->domain->mode->fast ? UINT64_MAX : STACK_FLOOR;
}

/* The hypervisor's GS stays where it is: the guest's is exchanged behind its back. */
static void bases_save(struct vcpu *vcpu)
{
    vcpu->fs_base = msr_read(MSR_FS_BASE);
    vcpu->gs_base = msr_read(MSR_KERNEL_GS_BASE);
}

/* One guest's selectors are not the next one's to read. Loading them loses the bases, which come afterwards.
 */
static void selectors_reset(void)
{
    asm volatile("mov %0, %%ds\n"
                 "mov %0, %%es\n"
                 "mov %1, %%fs\n"
                 "mov %1, %%gs\n"
                 :
                 : "r"(SELECTOR_GUEST_DATA), "r"(0));
}

static void bases_load(const struct vcpu *vcpu)
{
    msr_write(MSR_FS_BASE, vcpu->fs_base);
    msr_write(MSR_KERNEL_GS_BASE, vcpu->gs_base);
    msr_write(MSR_GS_BASE, (uint64_t)vcpu);
}

void vcpu_switch(struct vcpu *from, struct vcpu *to)
{
    if (from->domain != NULL) {
        fpu_save(from->fpu);
        bases_save(from);
    }
    selectors_reset();
    bases_load(to);
    if (to->domain != NULL) {
        fpu_load(to->fpu);
        cr3_write(to->root);
        to->count_root_loads++;
    }
    processor_exception_stack_set(to->processor, to->entry.top);
    to->processor->current = to;
}

void vcpu_block(struct vcpu *vcpu)
{
    vcpu->entry.page->event_mask = 0;
    if (vcpu->domain->mode->pending(vcpu)) {
        vcpu_attention(vcpu, ATTENTION_EVENT);
        return;
    }
    vcpu->state = VCPU_BLOCKED;
    scheduler_remove(vcpu);
    vcpu_attention(vcpu, ATTENTION_RESCHEDULE);
}

void vcpu_wake(struct vcpu *vcpu)
{
    if (vcpu->state == VCPU_BLOCKED) {
        scheduler_add(vcpu);
    }
}
