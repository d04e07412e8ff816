// SPDX-License-Identifier: MIT
/*
 * What the entry code calls: exceptions of guests, interrupts of the machine, and what a virtual CPU has to
 * have done before it runs on.
 */
#include "core/console.h"
#include "core/dispatch.h"
#include "core/domain.h"
#include "core/exception.h"
#include "core/scheduler.h"
#include "core/timer.h"
#include "core/top.h"
#include "lib/lock_order.h"
#include "x86/apic.h"
#include "x86/guest_access.h"
#include "x86/input.h"
#include "x86/instruction.h"
#include "x86/interprocessor.h"
#include "x86/interrupt.h"

#define SYSCALL_LENGTH 2

static void interrupt_handle(uint32_t vector)
{
    int byte;

    switch (vector) {
    case VECTOR_TIMER:
        apic_end();
        timer_expire(clock_now());
        top_refresh();
        break;
    case VECTOR_KICK:
        apic_end();
        break;
    case VECTOR_FLUSH:
        apic_end();
        processor_serve();
        break;
    case VECTOR_SERIAL:
    case VECTOR_KEYBOARD:
        apic_end();
        while ((byte = input_next()) >= 0) {
            console_key((uint8_t)byte);
        }
        break;
    default: /* spurious: nothing was asked, nothing is acknowledged */
        break;
    }
}

/* A burial goes on later; everything else that was to be done is what dispatch does. */
void processor_idle_interrupt(struct vcpu *current, uint32_t vector)
{
    __atomic_and_fetch(&current->entry.attention, ATTENTION_END, __ATOMIC_SEQ_CST);
    interrupt_handle(vector);
    dispatch();
}

void vcpu_interrupt(struct vcpu *vcpu)
{
    uint32_t vector = vcpu->entry.registers.vector;

    vcpu->count_interrupts++;
    if (vector != VECTOR_KICK && vector != VECTOR_FLUSH) {
        vcpu_attention(vcpu, ATTENTION_RESCHEDULE);
    }
    interrupt_handle(vector);
}

void vcpu_return_failed(struct vcpu *vcpu)
{
    domain_end(vcpu->domain, true, "returned to %lx, which is no address of a code segment that it has",
               vcpu->entry.registers.rip);
}

/* The stub of exception_return pushed three registers above the frame. */
static void return_from_stack(struct vcpu *vcpu)
{
    struct registers *r = &vcpu->entry.registers;
    struct pv_return_frame frame;

    if (!guest_read(&frame, gva(r->rsp), sizeof(frame))) {
        domain_end(vcpu->domain, true, "exception_return: the frame at %lx cannot be read", r->rsp);
        return;
    }
    r->rax = frame.rax;
    r->rcx = frame.rcx;
    r->r11 = frame.r11;
    exception_return(vcpu, &(struct iret_frame){frame.rip, frame.cs, frame.rflags, frame.rsp, frame.ss});
}

/* Where the kernel has no entry for it, `syscall` is an instruction that does not exist. */
static void user_syscall(struct vcpu *vcpu)
{
    if (vcpu->domain->mode->syscall(vcpu)) {
        vcpu->count_syscalls++;
        return;
    }
    vcpu->entry.registers.rip -= SYSCALL_LENGTH;
    exception_raise(vcpu, VECTOR_INVALID_OPCODE, 0);
}

/* user_return, where entry_user_return had a doubt. Each word is read once. */
static void return_from_page(struct vcpu *vcpu)
{
    const volatile struct pv_vcpu_page *page = vcpu->entry.page;
    struct registers *r = &vcpu->entry.registers;
    struct iret_frame frame = {.rip = page->user_rip, .cs = PV_USER_CS, .rsp = page->user_rsp};

    if (frame.rip >= NONCANONICAL_START) {
        domain_end(vcpu->domain, true, "user_return: to %lx, which is no address of user mode", frame.rip);
        return;
    }
    frame.rflags = (page->user_rflags & RFLAGS_GUEST & ~(uint64_t)RFLAGS_RF) | RFLAGS_ONE | RFLAGS_IF;
    r->rax = page->user_rax;
    r->rcx = frame.rip;
    r->r11 = frame.rflags;
    exception_return(vcpu, &frame);
}

static void event_deliver(struct vcpu *vcpu)
{
    const struct mode *mode = vcpu->domain->mode;

    if (vcpu->entry.page->event_mask == 0 && mode->pending(vcpu)) {
        vcpu_root_use(vcpu, false);
        mode->deliver(vcpu);
        vcpu_root_use(vcpu, vcpu_in_user_mode(vcpu));
    }
}

static void attend_reschedule(struct vcpu *vcpu)
{
    (void)vcpu;
    dispatch();
}

/* Between two parts of a burial there is room for interrupts, which wake others. */
static void attend_end(struct vcpu *vcpu)
{
    if (domain_leave(vcpu) && !domain_bury(vcpu->domain)) {
        vcpu_attention(vcpu, ATTENTION_END);
        interrupts_admit();
    }
    dispatch();
}

/* It was stopped: there is nothing of the guest's loaded while it is down. */
static void attend_stop(struct vcpu *vcpu)
{
    vcpu_drop(vcpu);
    scheduler_remove(vcpu, VCPU_DOWN);
    dispatch();
}

/* What each bit asks for, in the order in which it is done. */
static const struct {
    uint32_t bit;
    void (*attend)(struct vcpu *vcpu);
} duties[] = {
    {ATTENTION_END, attend_end},
    {ATTENTION_STOP, attend_stop},
    {ATTENTION_SYSCALL, user_syscall},
    {ATTENTION_RETURN, return_from_stack},
    {ATTENTION_USER, return_from_page},
    {ATTENTION_EVENT, event_deliver},
    {ATTENTION_RESCHEDULE, attend_reschedule},
};

/* One at a time, because each may end the domain. */
void vcpu_attend(struct vcpu *vcpu)
{
    while (vcpu->entry.attention != 0) {
        unsigned i = 0;

        while ((vcpu->entry.attention & duties[i].bit) == 0) {
            i++;
        }
        __atomic_and_fetch(&vcpu->entry.attention, ~duties[i].bit, __ATOMIC_SEQ_CST);
        duties[i].attend(vcpu);
        lock_order_none();
    }
}
