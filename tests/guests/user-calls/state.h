// SPDX-License-Identifier: MIT
/*
 * The registers of user mode, as they are loaded on the way to it and found on the way back; for C and for
 * assembly.
 */
#ifndef PV_TESTS_GUESTS_USER_CALLS_STATE_H
#define PV_TESTS_GUESTS_USER_CALLS_STATE_H

/* Where user mode has its pages. */
#define USER_CODE      0x400000
#define USER_DATA      0x500000
#define USER_READONLY  0x580000
#define USER_STACK_TOP 0x600000

/* The same stack again, among addresses where kernels have theirs. */
#define USER_HIGH_TOP 0xffffc00000001000

/* Two states in the page of user data: what user code loads, and what it finds after its system call. */
#define USER_LOADED USER_DATA
#define USER_FOUND  (USER_DATA + 0x100)

/* Offsets in struct state. */
#define STATE_RAX    0
#define STATE_RBX    8
#define STATE_RCX    16
#define STATE_RDX    24
#define STATE_RSI    32
#define STATE_RDI    40
#define STATE_RBP    48
#define STATE_RSP    56
#define STATE_R8     64
#define STATE_R9     72
#define STATE_R10    80
#define STATE_R11    88
#define STATE_R12    96
#define STATE_R13    104
#define STATE_R14    112
#define STATE_R15    120
#define STATE_RIP    128
#define STATE_RFLAGS 136
#define STATE_SIZE   144

/* How an excursion may end other than by an exception. */
#define BY_SYSTEM_CALL 0x100
#define BY_EVENT       0x101

#ifndef __ASSEMBLER__

#include <stddef.h>
#include <stdint.h>

struct state {
    uint64_t rax, rbx, rcx, rdx, rsi, rdi, rbp, rsp, r8, r9, r10, r11, r12, r13, r14, r15;
    uint64_t rip, rflags;
};
_Static_assert(offsetof(struct state, rsp) == STATE_RSP, "offset of rsp");
_Static_assert(offsetof(struct state, r15) == STATE_R15, "offset of r15");
_Static_assert(offsetof(struct state, rip) == STATE_RIP, "offset of rip");
_Static_assert(offsetof(struct state, rflags) == STATE_RFLAGS, "offset of rflags");
_Static_assert(sizeof(struct state) == STATE_SIZE, "struct state is 18 words");

#endif
#endif
