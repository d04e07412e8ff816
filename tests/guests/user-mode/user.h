// SPDX-License-Identifier: MIT
/*
 * Into user mode and back, in either mode of the domain.
 *
 * One excursion at a time: user_run returns to user code by a frame, and the first exception leads back to
 * it, with everything noted that the entry showed.
 */
#ifndef PV_TESTS_GUESTS_USER_MODE_USER_H
#define PV_TESTS_GUESTS_USER_MODE_USER_H

#include <stdint.h>

/* The frame that an excursion begins with, as an exception pushes it. */
struct frame {
    uint64_t rip, cs, rflags, rsp, ss;
};

/* How an excursion ended. */
struct excursion {
    uint64_t vector, error; /* of the exception; an error code of 0 where there is none */
    struct frame frame;     /* as it was pushed */
    uint64_t stack;         /* where it was pushed: the stack pointer before */
    uint8_t user_mask;      /* the event mask, as the user code found it */
    uint8_t handler_mask;   /* the event mask, as the handler found it */
};

/* In excursion.S: what the last excursion left. */
extern struct excursion excursion;

/* In excursion.S: where the handlers are entered, 16 bytes for each vector. */
extern const char user_mode_entries[32][16];

/* In excursion.S: how the frame is returned to, by iretq or by the stub of exception_return. */
extern uint8_t return_by_iretq;

/* In excursion.S: user code, which notes the event mask and jumps to the address in rdi. */
extern const char user_code[];

/* In excursion.S: returns to the frame, with rdi as given. */
void user_run(const struct frame *frame, uint64_t rdi);

#endif
