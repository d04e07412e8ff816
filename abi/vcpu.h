// SPDX-License-Identifier: MIT
/*
 * The page that a virtual CPU shares with the hypervisor. What needs no hypervisor is a word here: masking
 * events, seeing which are pending, the address of a page fault, the scale of the clock.
 *
 * Both sides write to it, so neither trusts it: the hypervisor reads the event mask, whether events are
 * pending, and where user mode goes on, a lie in which harms the guest alone.
 */
#ifndef PV_ABI_VCPU_H
#define PV_ABI_VCPU_H

/* Offsets in struct pv_vcpu_page. */
#define PV_VCPU_EVENT_MASK    0
#define PV_VCPU_EVENT_PENDING 1
#define PV_VCPU_EVENTS        8
#define PV_VCPU_CR2           16
#define PV_VCPU_USER_RIP      24
#define PV_VCPU_USER_RFLAGS   32
#define PV_VCPU_USER_RSP      40
#define PV_VCPU_USER_RAX      48
#define PV_VCPU_PORT_WORDS    56
#define PV_VCPU_TIME_VERSION  64

#ifndef __ASSEMBLER__

#include <stddef.h>
#include <stdint.h>

/*
 * Clock: nanoseconds = ns_base + (((tsc - tsc_base) << shift) * scale >> 32); the product
 * has 96 bits. The version is odd while the hypervisor writes: read it before and after, and take the values
 * only if it is even and the same. Time 0 is the hypervisor's start. What one virtual CPU reads after another
 * has read may be less by PV_CLOCK_SKEW nanoseconds, and not by more.
 */
#define PV_CLOCK_SKEW 1000

struct pv_clock {
    uint32_t version;
    uint32_t scale;
    uint64_t tsc_base;
    uint64_t ns_base;
    uint8_t shift;
    uint8_t reserved[7];
};
_Static_assert(sizeof(struct pv_clock) == 32, "struct pv_clock is 32 bytes");

/* One page for each virtual CPU, in the guest's window. */
struct pv_vcpu_page {
    /* Written by the guest. */
    uint8_t event_mask; /* 1: upcalls wait; set when an upcall enters, restored by exception_return */
    /* Written by both. */
    uint8_t event_pending; /* hypervisor: an event came; guest: cleared before it takes the events */
    uint8_t reserved0[6];
    uint64_t events; /* bit for each PV_EVENT_*: set by the hypervisor, taken by the guest with an exchange */
    /* Written by the hypervisor. */
    uint64_t cr2; /* address of the last page fault that was reflected */
    /*
     * Where user mode is, since 0.3. Hypervisor: as `syscall` leaves it, before the kernel is entered; guest:
     * as user_return is to make it. rax is the guest's alone.
     */
    uint64_t user_rip;
    uint64_t user_rflags;
    uint64_t user_rsp;
    uint64_t user_rax;
    /* Since 0.4. Bit w: something came at a port of word w of the ports; handled as `events` is. */
    uint64_t port_words;
    struct pv_clock clock;
    uint8_t reserved2[4096 - 96];
};
_Static_assert(offsetof(struct pv_vcpu_page, event_mask) == PV_VCPU_EVENT_MASK, "offset of event_mask");
_Static_assert(offsetof(struct pv_vcpu_page, event_pending) == PV_VCPU_EVENT_PENDING,
               "offset of event_pending");
_Static_assert(offsetof(struct pv_vcpu_page, events) == PV_VCPU_EVENTS, "offset of events");
_Static_assert(offsetof(struct pv_vcpu_page, cr2) == PV_VCPU_CR2, "offset of cr2");
_Static_assert(offsetof(struct pv_vcpu_page, user_rip) == PV_VCPU_USER_RIP, "offset of user_rip");
_Static_assert(offsetof(struct pv_vcpu_page, user_rflags) == PV_VCPU_USER_RFLAGS, "offset of user_rflags");
_Static_assert(offsetof(struct pv_vcpu_page, user_rsp) == PV_VCPU_USER_RSP, "offset of user_rsp");
_Static_assert(offsetof(struct pv_vcpu_page, user_rax) == PV_VCPU_USER_RAX, "offset of user_rax");
_Static_assert(offsetof(struct pv_vcpu_page, port_words) == PV_VCPU_PORT_WORDS, "offset of port_words");
_Static_assert(offsetof(struct pv_vcpu_page, clock) == PV_VCPU_TIME_VERSION, "offset of clock");
_Static_assert(sizeof(struct pv_vcpu_page) == 4096, "struct pv_vcpu_page is one page");

/* What vcpu_counts returns: how often this virtual CPU did what costs more than an instruction. */
struct pv_vcpu_counts {
    uint64_t calls;      /* hypercalls */
    uint64_t traps;      /* exceptions that entered the hypervisor, reflected or emulated */
    uint64_t emulated;   /* those of them whose instruction was emulated */
    uint64_t interrupts; /* interrupts of the machine that arrived while it ran */
    uint64_t upcalls;    /* event upcalls delivered */
    uint64_t root_loads; /* page-table roots loaded for it */
    uint64_t syscalls;   /* since 0.3: system calls of user mode that entered the kernel */
    uint64_t reserved;
};
_Static_assert(sizeof(struct pv_vcpu_counts) == 64, "struct pv_vcpu_counts is 64 bytes");

/* How vcpu_start makes a virtual CPU begin; since 0.4. Every register that is not here is 0. */
struct pv_vcpu_state {
    uint64_t rip, rsp;
    uint64_t argument;    /* rdi */
    uint64_t kernel_root; /* machine addresses; a user_root of 0 is the kernel's */
    uint64_t user_root;
    uint64_t kernel_stack; /* as kernel_stack_set, event_entry_set, syscall_entry_set say */
    uint64_t event_entry;
    uint64_t syscall_entry;
    uint64_t fs_base, gs_base;
    uint64_t traps;      /* address of an array of struct pv_trap, as for trap_set */
    uint64_t trap_count; /* at most PV_TRAP_LIMIT */
};
_Static_assert(sizeof(struct pv_vcpu_state) == 96, "struct pv_vcpu_state is 96 bytes");

enum pv_vcpu_activity { PV_VCPU_DOWN, PV_VCPU_RUNNABLE, PV_VCPU_BLOCKED };

/* What vcpu_status tells; since 0.4. Times are nanoseconds; they add up to the age of the virtual CPU. */
struct pv_vcpu_status {
    uint32_t activity;  /* enum pv_vcpu_activity */
    uint32_t processor; /* of the machine: where it runs, or ran last */
    uint64_t down;
    uint64_t running;
    uint64_t waiting; /* after something woke it, until it ran */
    uint64_t stolen;  /* it would have run on, and others did, or its cap was reached */
    uint64_t blocked;
};
_Static_assert(sizeof(struct pv_vcpu_status) == 48, "struct pv_vcpu_status is 48 bytes");

#endif
#endif
