// SPDX-License-Identifier: MIT
// The operations that are measured, each between two readings of the time-stamp counter, and nothing else
// between them. What the readings and their fences cost is measured by the empty sample and subtracted
// (measure.c).
#include "abi/vcpu.h"
#include "pvops/sample.inc"

        .text

// uint64_t sample_nothing(void);
        SAMPLE_BEGIN sample_nothing
        SAMPLE_END

// uint64_t sample_null_hypercall(void);
        SAMPLE_BEGIN sample_null_hypercall
        call    STUB(version)
        SAMPLE_END

// uint64_t sample_copy16_hypercall(void);
        SAMPLE_BEGIN sample_copy16_hypercall
        leaq    sample_trap(%rip), %rdi
        call    STUB(trap_set)
        SAMPLE_END

// uint64_t sample_exception_bounce(void);
        SAMPLE_BEGIN sample_exception_bounce
        ud2
        SAMPLE_END

// uint64_t sample_read_cr0_shadow(void);
        SAMPLE_BEGIN sample_read_cr0_shadow
        movq    pv_shadow_cr0(%rip), %rax
        SAMPLE_END

// uint64_t sample_read_cr0(void);
        SAMPLE_BEGIN sample_read_cr0
        movq    %cr0, %rax
        SAMPLE_END

// uint64_t sample_events_toggle_hypercall(void);
        SAMPLE_BEGIN sample_events_toggle_hypercall
        movb    $1, pv_vcpu_page + PV_VCPU_EVENT_MASK
        movb    $0, pv_vcpu_page + PV_VCPU_EVENT_MASK
        cmpb    $0, pv_vcpu_page + PV_VCPU_EVENT_PENDING
        jne     pending
toggled:
        SAMPLE_END
pending:
        call    STUB(event_deliver)
        jmp     toggled

// uint64_t sample_events_toggle_bare(void);
        SAMPLE_BEGIN sample_events_toggle_bare
        cli
        sti
        SAMPLE_END

// const char bounce_hypercall[];
        .globl  bounce_hypercall
        .balign 16
bounce_hypercall:
        addq    $2, (%rsp)              // ud2 has two bytes
        jmp     STUB(exception_return)

// const char bounce_bare[];
        .globl  bounce_bare
        .balign 16
bounce_bare:
        addq    $2, (%rsp)
        iretq

        .section .note.GNU-stack, "", @progbits
