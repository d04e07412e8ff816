// SPDX-License-Identifier: MIT
/*
 * A domain: a guest with its memory, its virtual CPUs and its console.
 *
 * Its locks, and all others, have an order: lib/lock_order.h.
 *
 * A hypercall, an exception, an event or a change of virtual CPU takes none that all domains share, but for
 * what is printed, and for binding and closing a port.
 */
#ifndef PV_CORE_DOMAIN_H
#define PV_CORE_DOMAIN_H

#include <stdbool.h>
#include <stdint.h>

#include "abi/layout.h"
#include "abi/start.h"
#include "core/console.h"
#include "core/mode.h"
#include "core/port.h"
#include "core/region.h"
#include "core/vcpu.h"
#include "lib/symbol.h"
#include "mm/frame.h"
#include "mm/mmu.h"

#define DOMAIN_LIMIT 64
#define DOMAIN_NAME  32

/* Sets of virtual CPUs are words of 64 bits. */
#define DOMAIN_VCPUS PV_WINDOW_VCPU_LIMIT

struct domain {
    unsigned number; /* 1 up, as the keys and the hypervisor's console count */
    char name[DOMAIN_NAME];
    uint64_t memory; /* bytes */
    uint64_t weight;
    const struct mode *mode;
    void *mode_machine; /* one page, zeroed at first, the mode's own: what its virtual CPUs share */
    uint64_t cap; /* the share of a processor that each of its virtual CPUs may use, in percent; 0: all */
    uint64_t processors; /* on which they may run, a bit each */
    unsigned vcpu_count;
    struct vcpu *vcpus[DOMAIN_VCPUS];
    struct lock lock;
    unsigned up; /* virtual CPUs that have been started and not been left again */
    struct mmu mmu;
    void *entry_page; /* the stubs of the calls; the guest has it in its window */
    struct console console;
    struct port_table ports;
    struct region *regions[PV_SHARE_LIMIT]; /* those that there are come first */
    struct frame_list frames;               /* its memory and its page tables */
    struct frame_list control; /* the hypervisor's pages for it, among them the one that holds this */
    uint64_t frames_given;     /* memory that it had, when it is being buried */
    struct symbol_table symbols;
    bool ended;
    bool crashed; /* it did not end by itself, or not well: registers and trace are printed */
    char reason[160];
};
_Static_assert(sizeof(struct domain) <= PAGE_SIZE, "a domain fits a page");

/** What a domain is made from. */
struct domain_plan {
    char name[DOMAIN_NAME];
    uint64_t memory; /* bytes */
    uint64_t weight;
    uint64_t cap;        /* percent; 0: none */
    uint64_t processors; /* a bit each */
    unsigned vcpus;
    const struct mode *mode;
};

/** The virtual CPU of a number; NULL if the domain has none of it. */
static inline struct vcpu *domain_vcpu(const struct domain *domain, uint64_t number)
{
    return number < domain->vcpu_count ? domain->vcpus[number] : NULL;
}

/** Takes the lock of the list of domains: domains that are found under it stay until domains_release. */
void domains_hold(void);
void domains_release(void);

/**
 * Makes a domain with its virtual CPUs, but without memory of its own yet.
 * Returns NULL when there is no memory for it or there are DOMAIN_LIMIT already.
 */
struct domain *domain_create(const struct domain_plan *plan);

/** Gives back everything that a domain has which was never started. */
void domain_destroy(struct domain *domain);

/** Takes a page, zeroed, that the hypervisor keeps for a domain; NULL when there is none. */
void *domain_control_page(struct domain *domain);

/** Lets the domain run, with its first virtual CPU. */
void domain_start(struct domain *domain);

/**
 * Whether a virtual CPU may be started: it is down, no processor has it loaded, and the domain has not ended.
 * The domain's lock is held from here to domain_vcpu_up.
 */
bool domain_vcpu_is_free(struct vcpu *vcpu);

/** Counts a virtual CPU as up, before it is started. */
void domain_vcpu_up(struct vcpu *vcpu);

/** Called when a processor has left a virtual CPU that is down or has ended. */
void domain_vcpu_left(struct vcpu *vcpu);

/**
 * Ends a domain, for a reason that is printed; the first reason counts. Its virtual CPUs do not run the
 * guest again: when their turns come they leave, and the first one buries the domain.
 */
void domain_end(struct domain *domain, bool crashed, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/**
 * Takes what is its domain's from the current virtual CPU, after the domain was ended; prints how it came to
 * its end if it was this one's doing. Returns true if it is the first one and all others are gone, so that
 * the domain may be buried; otherwise it does not run on until that is so, or never.
 */
bool domain_leave(struct vcpu *vcpu);

/**
 * Does a part of what is to be done for a domain that was ended and whose first virtual CPU is the current
 * one: gives its memory back, so much at a time that others need not wait long. Stops the machine after the
 * last domain. Returns whether nothing is left of the domain.
 */
bool domain_bury(struct domain *domain);

/** The domain of a number; NULL if there is none. The list is held, for this and the next two. */
struct domain *domain_at(unsigned number);

/** The domain of a name; NULL if there is none. */
struct domain *domain_named(const char *name);

/** The first domain with a number above `number`; NULL if there is none. */
struct domain *domain_after(unsigned number);

/** What is done when the last domain has ended. */
enum on_exit { ON_EXIT_POWEROFF, ON_EXIT_REBOOT, ON_EXIT_HALT };

/** States what is done when the last domain has ended; from now on that is checked for. */
void domain_on_exit_set(enum on_exit what);

/** Does what was stated when no domain is left, and says so. */
void domain_last_check(void);

#endif
