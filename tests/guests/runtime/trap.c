// SPDX-License-Identifier: MIT
/*
 * Handlers of the test guests: an exception inside of an attempt ends it, any other ends the test.
 */
#include "tests/guests/runtime/trap.h"

#include "abi/layout.h"
#include "abi/vcpu.h"
#include "tests/guests/runtime/handlers.h"
#include "tests/guests/runtime/test.h"
#include "tests/guests/runtime/window.h"

#define TRAP_FLAG 0x100

/* What trap_entry.S pushes, from the lowest address up. */
struct trap_frame {
    uint64_t r15, r14, r13, r12, r11, r10, r9, r8, rbp, rdi, rsi, rdx, rcx, rbx, rax;
    uint64_t vector;
    uint64_t error;
    uint64_t rip, cs, rflags, rsp, ss;
};

extern const char trap_entries[32][16];
extern const char attempt_over[];
extern uint64_t attempt_stack;
void attempt_run(void (*action)(uint64_t), uint64_t argument);
void trap_handle(struct trap_frame *frame);

static struct fault result;
static bool attempting;
static uint64_t counted_vector = NO_FAULT;
static uint64_t counted_limit;
static uint64_t counted;
static char user_stack[4096] __attribute__((aligned(16)));

void traps_open(void)
{
    handlers_open(trap_entries, false, (uintptr_t)(user_stack + sizeof user_stack));
}

void trap_handle(struct trap_frame *frame)
{
    const struct pv_vcpu_page *page = (const struct pv_vcpu_page *)(WINDOW + PV_WINDOW_VCPU);

    if (frame->vector == counted_vector) {
        if (++counted >= counted_limit)
            frame->rflags &= ~(uint64_t)TRAP_FLAG;
        return;
    }
    if (!attempting) {
        print("exception %u, error %x, at %x\n", frame->vector, frame->error, frame->rip);
        test_error("an exception outside of any attempt");
    }
    attempting = false;
    result = (struct fault){frame->vector, frame->error, frame->rip, frame->cs,
                            frame->rflags, frame->rsp,   page->cr2};
    frame->rip = (uintptr_t)attempt_over;
    frame->cs = PV_KERNEL_CS;
    frame->ss = PV_KERNEL_SS;
    frame->rsp = attempt_stack;
    frame->rflags = 0x2;
}

struct fault attempt(void (*action)(uint64_t), uint64_t argument)
{
    result = (struct fault){.vector = NO_FAULT};
    attempting = true;
    attempt_run(action, argument);
    attempting = false;
    return result;
}

void traps_count(uint64_t vector, uint64_t limit)
{
    counted_vector = vector;
    counted_limit = limit;
    counted = 0;
}

uint64_t traps_counted(void)
{
    return *(volatile uint64_t *)&counted;
}
