// SPDX-License-Identifier: MIT
/*
 * A domain: a guest with its memory, its virtual CPU and its console.
 */
#ifndef PV_CORE_DOMAIN_H
#define PV_CORE_DOMAIN_H

#include <stdbool.h>
#include <stdint.h>

#include "core/console.h"
#include "core/mode.h"
#include "core/vcpu.h"
#include "lib/symbol.h"
#include "mm/frame.h"
#include "mm/mmu.h"

#define DOMAIN_LIMIT 64
#define DOMAIN_NAME  32

struct domain {
    unsigned number; /* 1 up, as the keys and the hypervisor's console count */
    char name[DOMAIN_NAME];
    uint64_t memory; /* bytes */
    uint64_t weight;
    const struct mode *mode;
    struct vcpu *vcpu;
    struct mmu mmu;
    void *entry_page; /* the stubs of the calls; the guest has it in its window */
    struct console console;
    struct frame_list frames;  /* its memory and its page tables */
    struct frame_list control; /* the hypervisor's pages for it, among them the one that holds this */
    uint64_t frames_given;     /* memory that it had, when it has ended */
    struct symbol_table symbols;
    bool ended;
    bool reported; /* how it ended */
    bool crashed;  /* it did not end by itself, or not well: registers and trace are printed */
    char reason[160];
};
_Static_assert(sizeof(struct domain) <= PAGE_SIZE, "a domain fits a page");

/** What a domain is made from. */
struct domain_plan {
    char name[DOMAIN_NAME];
    uint64_t memory; /* bytes */
    uint64_t weight;
    const struct mode *mode;
};

/**
 * Makes a domain with its virtual CPU, but without memory of its own yet.
 * Returns NULL when there is no memory for it or there are DOMAIN_LIMIT already.
 */
struct domain *domain_create(const struct domain_plan *plan);

/** Gives back everything that a domain has which was never started. */
void domain_destroy(struct domain *domain);

/** Takes a page, zeroed, that the hypervisor keeps for a domain; NULL when there is none. */
void *domain_control_page(struct domain *domain);

/** Lets the domain run. */
void domain_start(struct domain *domain);

/**
 * Ends a domain, for a reason that is printed; the first reason counts. Its virtual CPU does not run the
 * guest again: it buries the domain when its turn comes.
 */
void domain_end(struct domain *domain, bool crashed, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/**
 * Does a part of what is to be done for a domain that was ended and whose virtual CPU is the current one:
 * prints how it came to its end, then gives its memory back, so much at a time that others need not wait
 * long. Stops the machine after the last domain. Returns whether nothing is left of the domain.
 */
bool domain_bury(struct domain *domain);

/** The domain of a number; NULL if there is none. */
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
