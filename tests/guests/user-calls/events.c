// SPDX-License-Identifier: MIT
/*
 * Events around the ways into user mode and back, in mode=hypercall; and what the returns of the kernel to
 * itself do with the event mask.
 */
#include "tests/guests/runtime/call.h"
#include "tests/guests/runtime/test.h"
#include "tests/guests/runtime/trap.h"
#include "tests/guests/user-calls/main.h"
#include "tests/guests/user-calls/user.h"

/* Has an event become pending, with events masked: the timer's, for a time that is past. */
static void event_make(void)
{
    page()->event_mask = 1;
    page()->event_pending = 0;
    page()->events = 0;
    call(PV_CALL_timer_set, 1, 0, 0);
    while (page()->event_pending == 0)
        call(PV_CALL_yield, 0, 0, 0);
}

static void event_forget(void)
{
    page()->event_pending = 0;
    page()->events = 0;
}

/* An event that is pending comes before the first instruction of user mode, on the frame that leads there. */
static void try_pending(void (*how)(void), const char *what)
{
    struct state wanted;
    struct excursion end;

    leaving = state_pattern(31, user_undefined);
    leaving.rflags |= FLAGS_STATUS;
    wanted = leaving;
    event_make();
    end = begin(how);
    expect(end.vector == BY_EVENT, "%s with an event pending: vector %x", what, end.vector);
    expect(end.mask == 1 && end.stack == STACK_TOP(kernel_stack),
           "%s with an event pending: mask %u, stack %x", what, (uint64_t)end.mask, end.stack);
    expect(end.frame.rip == leaving.rip && end.frame.rsp == leaving.rsp && end.frame.cs == PV_USER_CS &&
               end.frame.ss == PV_USER_SS && end.frame.rflags == leaving.rflags,
           "%s with an event pending: the frame has rip %x, rsp %x, cs %x, flags %x", what, end.frame.rip,
           end.frame.rsp, end.frame.cs, end.frame.rflags);
    if (how == begin_by_words) {
        wanted.rcx = leaving.rip;
        wanted.r11 = leaving.rflags;
    }
    expect_state(&end.state, &wanted, EXCEPT(STATE_RSP) | EXCEPT(STATE_RIP) | EXCEPT(STATE_RFLAGS), what);
    event_forget();
}

/* A frame that masks events keeps one waiting; a system call then shows that they were masked. */
static void try_masked(void)
{
    struct excursion end;

    leaving = state_pattern(32, user_call);
    leaving.rflags = FLAGS_ONE | FLAGS_CARRY;
    event_make();
    end = begin(begin_by_frame);
    expect(end.vector == BY_SYSTEM_CALL && end.mask == 1, "user mode with events masked: vector %x, mask %u",
           end.vector, (uint64_t)end.mask);
    expect(end.state.rflags == (FLAGS_ONE | FLAGS_CARRY), "user mode with events masked: flags %x",
           end.state.rflags);
    expect(user_rsp == leaving.rsp && end.state.rip == user_address(user_call) + 2,
           "user mode with events masked: rsp %x, rip %x", user_rsp, end.state.rip);
    expect(end.state.rcx == (uintptr_t)system_call && end.state.rsp == STACK_TOP(kernel_stack),
           "user mode with events masked: the entry has rcx %x, rsp %x", end.state.rcx, end.state.rsp);
    event_forget();
    leaving.rip = user_address(user_undefined);
    end = begin(begin_by_frame);
    expect(end.vector == UNDEFINED && (end.frame.rflags & FLAGS_IF) == 0 && end.mask == 1,
           "an exception with events masked: vector %u, flags %x, mask %u", end.vector, end.frame.rflags,
           (uint64_t)end.mask);
}

/* From kernel mode to kernel mode, with events masked or not before and after. */
static void try_kernel(bool masked, bool masks, bool pending)
{
    uint64_t flags = FLAGS_ONE | (masks ? 0 : FLAGS_IF);

    if (pending)
        event_make();
    page()->event_mask = masked;
    excursion = (struct excursion){.vector = 0, .mask = 0xff};
    return_to_kernel(flags);
    page()->event_mask = 1;
    event_forget();
    expect(excursion.vector == (pending && !masks ? BY_EVENT : NO_FAULT),
           "a return from %u to %u, event %u: vector %x", (uint64_t)masked, (uint64_t)masks,
           (uint64_t)pending, excursion.vector);
    expect(excursion.mask == (masks || pending ? 1 : 0), "a return from %u to %u, event %u: mask %u",
           (uint64_t)masked, (uint64_t)masks, (uint64_t)pending, (uint64_t)excursion.mask);
}

void try_events(void)
{
    if (call(PV_CALL_event_entry_set, (uintptr_t)event_entry, 0, 0) != 0)
        test_error("event_entry_set failed");
    try_pending(begin_by_words, "user_return");
    try_pending(begin_by_frame, "exception_return");
    try_masked();
    for (unsigned int bits = 0; bits < 8; bits++) {
        bool masked = (bits & 1) != 0, masks = (bits & 2) != 0, pending = (bits & 4) != 0;
        if (masked || !pending) /* with events enabled, one would have come before */
            try_kernel(masked, masks, pending);
    }
}
