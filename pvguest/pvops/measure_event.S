// SPDX-License-Identifier: MIT
// The operations with ports that are measured, and the smallest handler that does everything that a handler
// of them has to do.
#include "abi/port.h"
#include "abi/vcpu.h"
#include "pvops/frame.h"
#include "pvops/sample.inc"

// Words of the pages that the hypervisor shares with us.
#define PAGE(field)  pv_vcpu_page + PV_VCPU_##field
#define PORTS(field) pv_ports + PV_PORTS_##field

        .text

// uint64_t sample_event_send(void);
        SAMPLE_BEGIN sample_event_send
        movl    sample_port(%rip), %edi
        call    STUB(port_send)
        SAMPLE_END

// uint64_t sample_port_make(void): one bound to virtual CPU 0.
        SAMPLE_BEGIN sample_port_make
        xorl    %edi, %edi
        call    STUB(port_bind_vcpu)
        SAMPLE_END

// Takes the first port of the first word, as only one comes. Other events are left to whoever handles them
// otherwise. The way back is one that needs no call: rip, flags and rax go to where the interrupted stack
// ends, below which nothing is kept, and then events are enabled.
//
// const char upcall_port[];
        .globl  upcall_port
        .balign 16
upcall_port:
        movb    $0, PAGE(EVENT_PENDING)
        cmpq    $0, PAGE(EVENTS)
        jne     others
        pushq   %rax
        pushq   %rcx
        xorl    %eax, %eax
        xchgq   %rax, PAGE(PORT_WORDS)
        bsfq    %rax, %rcx
        jz      return
        movq    PORTS(MASK)(, %rcx, 8), %rax
        notq    %rax
        andq    PORTS(PENDING)(, %rcx, 8), %rax
        bsfq    %rax, %rax
        lock btrq %rax, PORTS(PENDING)(, %rcx, 8)
        incq    sample_upcalls(%rip)
return:
        movq    40(%rsp), %rax          // rsp of the frame
        movq    16(%rsp), %rcx          // rip
        movq    %rcx, -8(%rax)
        movq    32(%rsp), %rcx          // rflags
        movq    %rcx, -16(%rax)
        popq    %rcx
        popq    -24(%rax)
        leaq    -24(%rax), %rsp
        movb    $0, PAGE(EVENT_MASK)
        cmpb    $0, PAGE(EVENT_PENDING)
        jne     pending
        popq    %rax
        popfq
        ret
pending:
        pushq   %rcx
        pushq   %r11
        call    STUB(event_deliver)
        popq    %r11
        popq    %rcx
        popq    %rax
        popfq
        ret
others:
        jmp     entry_stubs + PV_VECTOR_EXCEPTIONS * PV_ENTRY_STUB_SIZE

        .section .note.GNU-stack, "", @progbits
