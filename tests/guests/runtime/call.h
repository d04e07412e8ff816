// SPDX-License-Identifier: MIT
/*
 * Hypercalls as an attacker makes them: any number, any arguments, every register seen.
 */
#ifndef PV_TESTS_GUESTS_RUNTIME_CALL_H
#define PV_TESTS_GUESTS_RUNTIME_CALL_H

#include "abi/call.h"
#include "abi/layout.h"
#include "tests/guests/runtime/window.h"

#include <stdint.h>

/* The general registers but rsp, in the order in which call_registers loads and stores them. */
struct registers {
    uint64_t rax, rbx, rcx, rdx, rsi, rdi, rbp, r8, r9, r10, r11, r12, r13, r14, r15;
};

/* Loads every register, executes the instruction of a hypercall itself, and stores every register. */
void call_registers(struct registers *registers);

/* Makes a call through its stub in the entry page: what a well-behaved guest does. Returns its result. */
int64_t call(uint64_t number, uint64_t first, uint64_t second, uint64_t third);

#endif
