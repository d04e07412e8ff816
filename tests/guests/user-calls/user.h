// SPDX-License-Identifier: MIT
/*
 * Excursions to user mode that has an address space of its own, in either mode of the domain.
 *
 * One at a time: begin() goes to user mode with the registers of `leaving`, and the first entry of the kernel
 * that is not answered leads back, with everything noted that it showed.
 */
#ifndef PV_TESTS_GUESTS_USER_CALLS_USER_H
#define PV_TESTS_GUESTS_USER_CALLS_USER_H

#include <stdbool.h>
#include <stdint.h>

#include "abi/layout.h"
#include "abi/mmu.h"
#include "abi/vcpu.h"
#include "tests/guests/runtime/window.h"
#include "tests/guests/user-calls/state.h"

/* Bits of RFLAGS. */
#define FLAGS_ONE       0x2ul
#define FLAGS_CARRY     0x1ul
#define FLAGS_STATUS    0x8d5ul
#define FLAGS_TF        0x100ul
#define FLAGS_IF        0x200ul
#define FLAGS_DF        0x400ul
#define FLAGS_IOPL      0x3000ul
#define FLAGS_NT        0x4000ul
#define FLAGS_RF        0x10000ul
#define FLAGS_VM        0x20000ul
#define FLAGS_AC        0x40000ul
#define FLAGS_VIF       0x80000ul
#define FLAGS_VIP       0x100000ul
#define FLAGS_ID        0x200000ul
#define FLAGS_FORBIDDEN (FLAGS_IOPL | FLAGS_NT | FLAGS_VM | FLAGS_VIF | FLAGS_VIP)

/* The frame of an exception. */
struct frame {
    uint64_t rip, cs, rflags, rsp, ss;
};

/* How an excursion ended. */
struct excursion {
    struct state state; /* the registers at the entry; rip and rflags for a system call only */
    uint64_t vector;    /* of an exception, or BY_* */
    uint64_t error;     /* 0 where there is none */
    struct frame frame; /* as it was pushed, for exceptions and events */
    uint64_t stack;     /* where it was pushed: the stack pointer before */
    uint8_t mask;       /* the event mask at the entry */
};
_Static_assert(offsetof(struct excursion, vector) == STATE_SIZE, "the registers come first");
_Static_assert(offsetof(struct excursion, mask) == STATE_SIZE + 64, "offset of mask");

/* In kernel.S. */
extern struct excursion excursion;
extern struct state leaving; /* what user mode begins with */
extern struct state answer;  /* what it finds after a system call that is answered */
extern uint8_t answers;      /* how many are answered from now on */
extern uint64_t resume; /* where user mode goes on after the next exception; 0: that ends the excursion */
extern uint8_t resume_by_iretq; /* how */
extern uint64_t user_rsp;       /* what a system call showed as the stack pointer of user mode */
extern uint64_t entry_flags;    /* the flags with which the kernel's entry began */

/* In kernel.S: ways into user mode, and one of kernel mode to itself. */
void begin_by_frame(void);
void begin_by_iretq(void);
void begin_by_words(void);
void begin_by_multicall(void);
void begin_by_sysret(void);
void return_to_kernel(uint64_t rflags);

/* What begin_by_multicall makes: two calls. */
extern struct pv_multicall together[2];

/* In kernel.S: entries. */
extern const char entries[32][16];
extern const char event_entry[];
extern const char system_call[], system_call_trapped[], system_call_counted[], page_fault_counted[];

/* In user.S: code of user mode, as it is linked. */
extern const char user_code[], user_code_end[];
extern const char user_round[], user_round_call[], user_round_end[], user_fault[], user_after[];
extern const char user_read[], user_write[], user_jump[], user_divide[], user_break[], user_undefined[];
extern const char user_halt[], user_interrupt[], user_call[], user_count_call[], user_count_fault[],
    user_count_end[], user_iret[], user_segment[], user_nested[], user_flags[], user_delayed[];

/* Where that is in user mode. */
static inline uint64_t user_address(const char *code)
{
    return USER_CODE + (uint64_t)(code - user_code);
}

static inline volatile struct pv_vcpu_page *page(void)
{
    return (volatile struct pv_vcpu_page *)(WINDOW + PV_WINDOW_VCPU);
}

/* Makes the user's root with its pages, and loads it. Ends the test if that fails. */
void user_space_open(void);

/* The root of user mode that was made first. */
uint64_t user_root(void);

/* The states in the user's page of data, as the kernel reaches them. */
struct state *user_loaded(void);
struct state *user_found(void);

/* Fills registers with values that all differ, and depend on the seed; rip and rsp are user mode's. */
struct state state_pattern(uint64_t seed, const char *code);

/* Reports registers that differ, but for those of `except` (a bit each, in the order of struct state). */
#define EXCEPT(offset) (1u << (offset) / 8)
void expect_state(const struct state *found, const struct state *wanted, uint32_t except, const char *what);

/* Whether the domain is one of mode=trap. */
bool trapped(void);

/* Goes to user mode by one of the functions, with the stack and the entries that the tests have set. */
struct excursion begin(void (*how)(void));

/* The parts of the test. */
void try_system_calls(void);
void try_faults(void);
void try_events(void);
void try_paths(void);
void try_spaces(void);
void try_returns(void);
void count(void);

#endif
