// SPDX-License-Identifier: MIT
/*
 * A virtual CPU: what it is doing, and the verbs that change that.
 */
#ifndef PV_CORE_VCPU_H
#define PV_CORE_VCPU_H

#include <stdbool.h>
#include <stdint.h>

#include "abi/trap.h"
#include "abi/vcpu.h"
#include "lib/heap.h"
#include "mm/mmu.h"
#include "x86/entry.h"
#include "x86/processor.h"

struct domain;

enum vcpu_state {
    VCPU_DOWN,     /* has not been started, or was stopped */
    VCPU_RUNNABLE, /* runs, or waits on a run queue */
    VCPU_BLOCKED,  /* waits for an event */
    VCPU_ENDED,    /* its domain has ended, and it has nothing of it loaded */
};

/* What a virtual CPU's time is spent with. */
enum spending {
    SPEND_DOWN,
    SPEND_RUNNING,
    SPEND_WAITING, /* woken up, and not run yet */
    SPEND_STOLEN,  /* it would run on, and others run instead, or its cap is reached */
    SPEND_BLOCKED,
    SPEND_KINDS
};

/* How the kernel is entered for an exception or interrupt. */
struct gate {
    uint64_t handler;
    bool mask_events; /* events are masked on entry */
    bool user;        /* user mode may raise it with int n */
};

/* How many kinds of events there are. */
#define PV_EVENT(number, name, ...) VCPU_EVENT_##name,
enum {
#include "abi/events.def"
    VCPU_EVENTS
};
#undef PV_EVENT

/* A timer of core/timer.c. */
struct timer {
    struct heap_link link;       /* its key is the deadline in nanoseconds of the clock */
    struct processor *processor; /* which has it */
    void (*expire)(struct timer *timer);
};

/* How often a virtual CPU did what costs more than an instruction. */
struct vcpu_counts {
    uint64_t calls;  /* hypercalls */
    uint64_t traps;  /* exceptions that entered the hypervisor, reflected or emulated */
    uint64_t events; /* upcalls delivered */
};

struct vcpu {
    struct entry_state entry; /* first: the entry code knows this part */
    struct domain *domain;    /* NULL for a processor's idle one */
    uint32_t number;          /* in its domain */
    enum vcpu_state state;
    bool up;        /* counted by its domain; guarded by the domain's lock */
    bool reporting; /* its registers say why its domain ended */
    struct mmu_context context;
    uint64_t work; /* of memory management, since a multicall began */
    void *fpu;     /* one page */
    uint64_t fs_base, gs_base;
    uint16_t selectors[4]; /* ds, es, fs, gs */

    void *mode_state; /* one page, the mode's own */
    uint64_t event_entry;

    struct heap_link queued; /* by virtual time, among those that wait; or by when its share is refilled */
    uint64_t virtual_time;   /* time used, scaled by weight: who has least goes first */
    uint64_t uncharged;      /* nanoseconds that were too few for its weight to count */
    uint64_t period_start, period_used; /* of its share: the clock, nanoseconds */
    enum spending spending;
    uint64_t since;              /* clock until which its time is in `spent` */
    uint64_t spent[SPEND_KINDS]; /* nanoseconds */

    struct timer timer;                /* sends PV_EVENT_TIMER */
    struct timer wait_timer;           /* ends a sleep in port_wait */
    uint16_t event_ports[VCPU_EVENTS]; /* where each event comes; 0: it is a bit of the page */

    uint64_t count_emulated, count_interrupts, count_upcalls, count_syscalls;

    struct vcpu_counts seen; /* core/top.c's: the counts and times that it showed last */
    uint64_t seen_spent[SPEND_KINDS];
};
_Static_assert(offsetof(struct vcpu, entry) == 0, "the entry code finds its part at the beginning");
_Static_assert(sizeof(struct vcpu) <= PAGE_SIZE, "a virtual CPU fits a page");

/*
 * The virtual CPU that this processor was running when it entered the hypervisor, for the calls that are
 * counted by the instruction: its members are reached relative to GS, without a register.
 */
#define VCPU_HERE ((struct vcpu __seg_gs *)0)

/** Whether the guest is in its user mode. */
static inline bool vcpu_in_user_mode(const struct vcpu *vcpu)
{
    return vcpu->entry.call_limit == 0;
}

/**
 * Asks for something to be done before this virtual CPU runs on. If it may be running on another processor,
 * vcpu_notify is for that.
 */
static inline void vcpu_attention(struct vcpu *vcpu, enum attention what)
{
    __atomic_or_fetch(&vcpu->entry.attention, (uint32_t)what, __ATOMIC_SEQ_CST);
}

/** The virtual CPU that this processor was running when it entered the hypervisor. */
static inline struct vcpu *vcpu_current(void)
{
    struct vcpu *vcpu;

    asm("mov %%gs:0, %0" : "=r"(vcpu));
    return vcpu;
}

/** The counts of a virtual CPU, which may run meanwhile. */
struct vcpu_counts vcpu_counts(const struct vcpu *vcpu);

/**
 * Prepares a virtual CPU in zeroed pages.
 * @page  the page that it shares with its guest
 * @fpu   a page for floating-point state
 */
void vcpu_open(struct vcpu *vcpu, struct domain *domain, struct processor *processor,
               struct pv_vcpu_page *page, void *fpu);

/** Makes one that is down as it was when it was opened. */
void vcpu_reset(struct vcpu *vcpu);

/** Prepares, in a zeroed page, the virtual CPU that stands for a processor without anything to run. */
void vcpu_open_idle(struct vcpu *vcpu, struct processor *processor);

/** Makes it begin at an address, in kernel mode, with one argument in rdi. */
void vcpu_start_at(struct vcpu *vcpu, uint64_t entry, uint64_t argument);

/** Switches between kernel and user mode, and to the root of that mode. */
void vcpu_mode_set(struct vcpu *vcpu, bool user);

/**
 * Uses the root of one mode, whichever mode it is in: what is the kernel's can be reached only through the
 * kernel's root. Whoever asks for the other mode's sees to it that mode and root fit before the guest runs.
 */
void vcpu_root_use(struct vcpu *vcpu, bool user);

/** Makes a root the one of both modes of a virtual CPU that has never run; the lock of its mmu is not held.
 */
void vcpu_roots_set(struct vcpu *vcpu, mfn_t root);

/**
 * Takes everything of the guest's memory from the virtual CPU that is current: it runs on the hypervisor's
 * root.
 */
void vcpu_unload(struct vcpu *vcpu);

/** The same for one that is taken down: what it has loaded may be put to other uses afterwards. */
void vcpu_drop(struct vcpu *vcpu);

/** Takes note for the entry code that other roots may have been loaded: after every change of the context. */
static inline void vcpu_roots_note(struct vcpu *vcpu)
{
    vcpu->entry.roots[PV_LOAD_KERNEL_ROOT] = mfn_address(vcpu->context.loaded[PV_LOAD_KERNEL_ROOT]);
    vcpu->entry.roots[PV_LOAD_USER_ROOT] = mfn_address(vcpu->context.loaded[PV_LOAD_USER_ROOT]);
}

/**
 * Sets how user mode enters the kernel; 0 is none.
 * @stack    where exceptions, upcalls and system calls begin
 * @syscall  where `syscall` leads: canonical, and not the hypervisor's
 */
void vcpu_kernel_entry_set(struct vcpu *vcpu, uint64_t stack, uint64_t syscall);

/** Sets where upcalls enter the kernel: any address that is not the hypervisor's. 0 is none. */
void vcpu_event_entry_set(struct vcpu *vcpu, uint64_t entry);

/** Sets the stack alone: from one that the fast paths can use to another such, it is two words. */
static inline void vcpu_kernel_stack_move(struct vcpu *vcpu, uint64_t stack)
{
    struct entry_state *state = &vcpu->entry;

    if (state->frame_stack > STACK_FLOOR && stack > STACK_FLOOR) {
        state->kernel_stack = stack;
        state->frame_stack = stack & ~15ull;
    } else {
        vcpu_kernel_entry_set(vcpu, stack, state->syscall_entry);
    }
}

/** Makes the processor's loaded state that of another virtual CPU. */
void vcpu_switch(struct vcpu *from, struct vcpu *to);

/** Enables events and sleeps until one is pending; does not sleep if one is. */
void vcpu_block(struct vcpu *vcpu);

/** Asks for something to be done before a virtual CPU runs on, which sleeps or runs wherever it does. */
void vcpu_notify(struct vcpu *vcpu, enum attention what);

/** Whether the second word of a struct pv_trap, the vector and flags, has nothing but these. */
static inline bool vcpu_trap_ok(uint64_t word)
{
    const uint64_t allowed = (PV_TRAP_LIMIT - 1) | (PV_TRAP_MASK_EVENTS | PV_TRAP_USER) << TRAP_FLAGS_SHIFT;

    return (word & ~allowed) == 0;
}

/*
 * Fills a struct trap, wherever it is, from the two words of a struct pv_trap, which are ok. A macro, since
 * the call that is counted by the instruction reaches it through VCPU_HERE.
 */
#define vcpu_trap_fill(trap, handler_word, flags_word)                                                       \
    do {                                                                                                     \
        (trap)->handler = (handler_word);                                                                    \
        (trap)->word = (flags_word);                                                                         \
        (trap)->fast = ((flags_word) >> TRAP_FLAGS_SHIFT & PV_TRAP_MASK_EVENTS) != 0 ? 0 : (handler_word);   \
    } while (0)

/** Moves the guest's instruction pointer past an instruction that was done for it. */
static inline void vcpu_skip(struct vcpu *vcpu, unsigned length)
{
    vcpu->entry.registers.rip += length;
}

#endif
