// SPDX-License-Identifier: MIT
// The operations that take two virtual CPUs, and what the other one does; a timer's handler.
#include "abi/port.h"
#include "abi/vcpu.h"
#include "pvops/frame.h"
#include "pvops/sample.inc"

// Words of the page that the hypervisor shares with us.
#define PAGE(field) pv_vcpu_page + PV_VCPU_##field

        .text

// uint64_t sample_yield(void): there and back, so two changes.
        SAMPLE_BEGIN sample_yield
        call    STUB(yield)
        SAMPLE_END

// void sample_yield_others(void);
        .globl  sample_yield_others
        .balign 16
sample_yield_others:
        incq    sample_others(%rip)
        call    STUB(yield)
        jmp     sample_yield_others

// Sleeps until upcall_port was entered: with events disabled until the call that sleeps enables them, so that none is
// missed in between.
        .macro  ARRIVAL_AWAIT
1:      movb    $1, PAGE(EVENT_MASK)
        cmpq    $0, sample_upcalls(%rip)
        jne     2f
        call    STUB(block)
        jmp     1b
2:
        .endm

// uint64_t sample_ping(void);
        SAMPLE_BEGIN sample_ping
        movb    $1, PAGE(EVENT_MASK)
        movl    sample_port(%rip), %edi
        call    STUB(port_send)
        ARRIVAL_AWAIT
        movb    $0, PAGE(EVENT_MASK)
        xorl    %eax, %eax
        SAMPLE_END

// void sample_answer(void);
        .globl  sample_answer
        .balign 16
sample_answer:
        ARRIVAL_AWAIT
        movq    $0, sample_upcalls(%rip)
        movl    sample_port(%rip), %edi
        call    STUB(port_send)
        jmp     sample_answer

// const char upcall_arrival[];
        .globl  upcall_arrival
        .balign 16
upcall_arrival:
        pushq   %rax
        pushq   %rdx
        rdtsc
        shlq    $32, %rdx
        orq     %rdx, %rax
        movq    %rax, sample_arrival(%rip)
        popq    %rdx
        popq    %rax
        jmp     entry_stubs + PV_VECTOR_EXCEPTIONS * PV_ENTRY_STUB_SIZE

        .section .note.GNU-stack, "", @progbits
