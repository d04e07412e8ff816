// SPDX-License-Identifier: MIT
/*
 * Trying what may fault, and seeing how it did.
 */
#ifndef PV_TESTS_GUESTS_RUNTIME_TRAP_H
#define PV_TESTS_GUESTS_RUNTIME_TRAP_H

#include <stdint.h>

#define NO_FAULT 0xff

enum vector { DIVIDE = 0, DEBUG = 1, BREAKPOINT = 3, UNDEFINED = 6, STACK = 12, PROTECTION = 13, PAGE = 14 };

/* How an attempt ended. */
struct fault {
    uint64_t vector;  /* of the exception, or NO_FAULT */
    uint64_t error;   /* its error code, 0 where it has none */
    uint64_t rip;     /* where it happened */
    uint64_t cs;      /* as the frame showed it */
    uint64_t rflags;  /* as the frame showed them */
    uint64_t rsp;     /* as the frame showed it */
    uint64_t address; /* of a page fault */
};

/* Sets handlers for every exception, and the stack for those from user mode. Ends the test if it cannot. */
void traps_open(void);

/*
 * Runs an action, with an argument. The first exception in it ends it, and is returned; its registers and
 * its stack pointer are whatever the action made of them.
 */
struct fault attempt(void (*action)(uint64_t), uint64_t argument);

/*
 * Exceptions with this vector do not end an attempt any more: they are counted, and what they interrupted
 * goes on, with the trap flag cleared once `limit` have been counted.
 */
void traps_count(uint64_t vector, uint64_t limit);

/* How many there were since. */
uint64_t traps_counted(void);

/*
 * Goes to user mode at an address, with a stack, rdi, events masked, and all other registers whatever they
 * are. What leads back is an exception.
 */
_Noreturn void user_enter(uint64_t rip, uint64_t rsp, uint64_t rdi);

/* Where the stub of exception_return is; the frame to return to has to be on top of the stack. */
#define RETURN_STUB (WINDOW + PV_CALL_exception_return * PV_STUB_SIZE)

#endif
