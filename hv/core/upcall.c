// SPDX-License-Identifier: MIT
/*
 * mode=hypercall: handlers set by call, events by upcall.
 */
#include "core/domain.h"
#include "core/exception.h"
#include "x86/instruction.h"
#include "x86/layout.h"

static void hypercall_open(struct vcpu *vcpu)
{
    (void)vcpu;
}

static void hypercall_exception(struct vcpu *vcpu)
{
    if (vcpu->entry.registers.vector == VECTOR_PAGE_FAULT) {
        vcpu->entry.page->cr2 = cr2_read();
    }
    exception_reflect(vcpu);
}

static bool hypercall_gate(struct vcpu *vcpu, unsigned vector, struct gate *gate)
{
    const struct trap *trap = &vcpu->entry.traps[vector % PV_TRAP_LIMIT];

    if (vector >= PV_TRAP_LIMIT || trap->handler == 0) {
        return false;
    }
    *gate = (struct gate){
        .handler = trap->handler,
        .mask_events = (trap->word >> TRAP_FLAGS_SHIFT & PV_TRAP_MASK_EVENTS) != 0,
        .user = (trap->word >> TRAP_FLAGS_SHIFT & PV_TRAP_USER) != 0,
    };
    return true;
}

/* The same as entry_syscall_refused does, where events are masked or there is no stack. */
static bool hypercall_syscall(struct vcpu *vcpu)
{
    struct pv_vcpu_page *page = vcpu->entry.page;
    struct registers *r = &vcpu->entry.registers;

    if (vcpu->entry.syscall_entry == 0) {
        return false;
    }
    if (vcpu->entry.kernel_stack == 0) {
        domain_end(vcpu->domain, true, "a system call at %lx, and no kernel stack is set", r->rip);
        return true;
    }
    page->user_rip = r->rip;
    page->user_rflags = exception_flags(vcpu);
    page->user_rsp = r->rsp;
    page->event_mask = 1;
    vcpu_mode_set(vcpu, false);
    r->rip = vcpu->entry.syscall_entry;
    r->rflags = RFLAGS_ONE | RFLAGS_IF;
    r->rsp = vcpu->entry.kernel_stack;
    r->rcx = r->rip;
    r->r11 = r->rflags;
    return true;
}

static bool hypercall_kernel_stack(struct vcpu *vcpu, uint64_t *stack)
{
    *stack = vcpu->entry.kernel_stack;
    return *stack != 0;
}

static void hypercall_event(struct vcpu *vcpu, enum pv_event event)
{
    struct pv_vcpu_page *page = vcpu->entry.page;

    if (port_event(vcpu, event)) {
        return;
    }
    __atomic_or_fetch(&page->events, 1ull << event, __ATOMIC_SEQ_CST);
    __atomic_store_n(&page->event_pending, 1, __ATOMIC_SEQ_CST);
    vcpu_notify(vcpu, ATTENTION_EVENT);
}

static bool hypercall_pending(struct vcpu *vcpu)
{
    return __atomic_load_n(&vcpu->entry.page->event_pending, __ATOMIC_SEQ_CST) != 0;
}

static void hypercall_deliver(struct vcpu *vcpu)
{
    struct gate gate = {.handler = vcpu->event_entry, .mask_events = true};

    if (gate.handler == 0) {
        domain_end(vcpu->domain, true, "an event came, with events enabled and no event entry set");
    } else if (!exception_enter(vcpu, &gate, false, 0)) {
        domain_end(vcpu->domain, true, "an event came, and the stack at %lx cannot be written",
                   vcpu->entry.registers.rsp);
    } else {
        vcpu->count_upcalls++;
    }
}

const struct mode mode_hypercall = {
    .name = "hypercall",
    .fast = true,
    .open = hypercall_open,
    .exception = hypercall_exception,
    .gate = hypercall_gate,
    .syscall = hypercall_syscall,
    .kernel_stack = hypercall_kernel_stack,
    .event = hypercall_event,
    .pending = hypercall_pending,
    .deliver = hypercall_deliver,
};
