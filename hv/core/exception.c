// SPDX-License-Identifier: MIT
/*
 * Exceptions of guests (Intel SDM vol. 3, chapter 6).
 */
#include "core/exception.h"

#include "core/domain.h"
#include "x86/guest_access.h"
#include "x86/layout.h"

/* Vectors whose frame has an error code. */
#define WITH_ERROR_CODE 0x60227d00u

/* Bits of a page fault's error code. */
#define ERROR_PRESENT 0x1u
#define ERROR_WRITE   0x2u
#define ERROR_USER    0x4u
#define ERROR_FETCH   0x10u

/* Error code of an `int n` whose gate does not allow it: the bit IDT, and the vector above three bits. */
#define ERROR_IDT          0x2
#define ERROR_TABLE        0x7
#define ERROR_VECTOR_SHIFT 3
#define INT_N_OPCODE       0xcd
#define INT_N_LENGTH       2

static const char *const names[PV_TRAP_LIMIT] = {
    [0] = "divide error",
    [1] = "debug exception",
    [2] = "NMI",
    [3] = "breakpoint",
    [4] = "overflow",
    [5] = "bound range exceeded",
    [6] = "invalid opcode",
    [7] = "device not available",
    [8] = "double fault",
    [10] = "invalid TSS",
    [11] = "segment not present",
    [12] = "stack fault",
    [13] = "general protection",
    [14] = "page fault",
    [16] = "x87 error",
    [17] = "alignment check",
    [18] = "machine check",
    [19] = "SIMD error",
    [20] = "virtualization exception",
    [21] = "control protection",
};

const char *exception_name(unsigned vector)
{
    return vector < PV_TRAP_LIMIT && names[vector] != NULL ? names[vector] : "exception";
}

static uint64_t *push(uint64_t *top, uint64_t value)
{
    *--top = value;
    return top;
}

uint64_t exception_flags(const struct vcpu *vcpu)
{
    return (vcpu->entry.registers.rflags & ~(uint64_t)RFLAGS_IF) |
           (vcpu->entry.page->event_mask != 0 ? 0 : RFLAGS_IF);
}

bool exception_enter(struct vcpu *vcpu, const struct gate *gate, bool has_error, uint32_t error)
{
    struct registers *r = &vcpu->entry.registers;
    struct pv_vcpu_page *page = vcpu->entry.page;
    bool user = vcpu_in_user_mode(vcpu);
    uint64_t words[6], *frame = words + 6, stack = r->rsp;

    if (user && !vcpu->domain->mode->kernel_stack(vcpu, &stack)) {
        return false;
    }
    frame = push(frame, user ? PV_USER_SS : PV_KERNEL_SS);
    frame = push(frame, r->rsp);
    frame = push(frame, exception_flags(vcpu));
    frame = push(frame, user ? PV_USER_CS : PV_KERNEL_CS);
    frame = push(frame, r->rip);
    if (has_error) {
        frame = push(frame, error);
    }
    stack = (stack & ~15ull) - (uint64_t)(words + 6 - frame) * 8;
    if (!guest_write(gva(stack), frame, (uint64_t)(words + 6 - frame) * 8)) {
        return false;
    }
    if (gate->mask_events) {
        page->event_mask = 1;
    }
    vcpu_mode_set(vcpu, false);
    r->rsp = stack;
    r->rip = gate->handler;
    r->rflags &= ~(uint64_t)(RFLAGS_TF | RFLAGS_NT | RFLAGS_RF);
    return true;
}

/* The reason for ending a domain: the exception, what it was about, and what was missing. */
static void exception_end(struct vcpu *vcpu, unsigned vector, const char *lack)
{
    const struct registers *r = &vcpu->entry.registers;

    if (vector == VECTOR_PAGE_FAULT) {
        domain_end(vcpu->domain, true, "%s at %lx by %lx (%s, %s), %s", exception_name(vector),
                   vcpu->entry.page->cr2, r->rip,
                   (r->error & ERROR_FETCH) != 0   ? "fetch"
                   : (r->error & ERROR_WRITE) != 0 ? "write"
                                                   : "read",
                   (r->error & ERROR_PRESENT) != 0 ? "not allowed" : "not mapped", lack);
    } else {
        domain_end(vcpu->domain, true, "%s at %lx, error %x, %s", exception_name(vector), r->rip, r->error,
                   lack);
    }
}

static void exception_deliver(struct vcpu *vcpu, unsigned vector, bool has_error, uint32_t error)
{
    struct gate gate;

    vcpu_root_use(vcpu, false);
    if (!vcpu->domain->mode->gate(vcpu, vector, &gate)) {
        exception_end(vcpu, vector, "without a handler");
    } else if (!exception_enter(vcpu, &gate, has_error, error)) {
        exception_end(vcpu, vector, "and its stack cannot be written");
    }
}

/*
 * `int n` faults in the real table; whether it may enter the guest's is for the guest's gate to say. The
 * vector is read from the instruction, not from the error code, which not every emulator gets right.
 */
static bool software_interrupt(struct vcpu *vcpu)
{
    struct registers *r = &vcpu->entry.registers;
    uint8_t instruction[INT_N_LENGTH];
    struct gate gate;

    if (r->vector != VECTOR_GENERAL_PROTECTION || (r->error & ERROR_TABLE) != ERROR_IDT ||
        !guest_read(instruction, gva(r->rip), sizeof(instruction)) || instruction[0] != INT_N_OPCODE) {
        return false;
    }
    r->error = (uint32_t)instruction[1] << ERROR_VECTOR_SHIFT | ERROR_IDT;
    vcpu_root_use(vcpu, false);
    if (!vcpu->domain->mode->gate(vcpu, instruction[1], &gate) || (vcpu_in_user_mode(vcpu) && !gate.user)) {
        return false;
    }
    r->rip += INT_N_LENGTH;
    if (!exception_enter(vcpu, &gate, false, 0)) {
        exception_end(vcpu, instruction[1], "and its stack cannot be written");
    }
    return true;
}

void exception_reflect(struct vcpu *vcpu)
{
    struct registers *r = &vcpu->entry.registers;

    if (r->vector == VECTOR_PAGE_FAULT) {
        r->error = (r->error & ~ERROR_USER) | (vcpu_in_user_mode(vcpu) ? ERROR_USER : 0);
    }
    if (!software_interrupt(vcpu)) {
        exception_deliver(vcpu, r->vector, (WITH_ERROR_CODE >> r->vector & 1) != 0, r->error);
    }
}

void exception_raise(struct vcpu *vcpu, unsigned vector, uint32_t error)
{
    vcpu->entry.registers.vector = vector;
    vcpu->entry.registers.error = error;
    exception_deliver(vcpu, vector, (WITH_ERROR_CODE >> vector & 1) != 0, error);
}

void exception_return(struct vcpu *vcpu, const struct iret_frame *frame)
{
    struct registers *r = &vcpu->entry.registers;
    bool enable = (frame->rflags & RFLAGS_IF) != 0;

    r->rip = frame->rip;
    r->cs = SELECTOR_GUEST_CODE;
    r->rflags = (frame->rflags & RFLAGS_GUEST) | RFLAGS_ONE | RFLAGS_IF;
    r->rsp = frame->rsp;
    r->ss = SELECTOR_GUEST_DATA;
    vcpu_mode_set(vcpu, (frame->cs & 3) != 0);
    vcpu->entry.page->event_mask = enable ? 0 : 1;
    if (enable && vcpu->domain->mode->pending(vcpu)) {
        vcpu_attention(vcpu, ATTENTION_EVENT);
    }
}
