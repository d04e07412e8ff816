// SPDX-License-Identifier: MIT
/*
 * The smallest handler of events: takes them, and returns.
 */
#include "abi/call.h"
#include "abi/layout.h"
#include "abi/vcpu.h"
#include "tests/guests/runtime/window.h"

        .set    return_stub, WINDOW + PV_CALL_exception_return * PV_STUB_SIZE

        .text
        .globl  upcall_minimal
upcall_minimal:
        push    %rax
        movabs  $WINDOW + PV_WINDOW_VCPU, %rax
        movb    $0, PV_VCPU_EVENT_PENDING(%rax)
        movq    $0, PV_VCPU_EVENTS(%rax)
        pop     %rax
        jmp     return_stub

        .section .note.GNU-stack, "", @progbits
