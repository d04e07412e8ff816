// SPDX-License-Identifier: MIT
/*
 * Ports: the ends of event channels (abi/port.h says what a guest sees).
 *
 * What comes at a port sets its pending bit, and if that was clear and the port is not masked, the bit of its
 * word in the page of the virtual CPU to which it is bound; then that one is notified. The page of pending
 * and mask bits is the guest's to write, so nothing follows from it but who is told.
 *
 * Each port has a lock. Who sends holds that of the port from which it sends: a channel is closed, and bound,
 * only with the locks of both ends, so the other end is there as long as this one is held. Two are taken in
 * the order of their domains' numbers, and of their own numbers within a domain; and with the list of domains
 * held (core/domain.h), so that the other end's domain stays meanwhile.
 *
 * Nothing is lost, because each side first says what it did and then looks at what the other one did, with
 * locked instructions: who sends, sets pending, and then looks at the mask, at who waits and at where the
 * port is bound; who unmasks, waits or binds it elsewhere, does so and then looks at pending.
 */
#ifndef PV_CORE_PORT_H
#define PV_CORE_PORT_H

#include <stdbool.h>
#include <stdint.h>

#include "abi/call.h"
#include "abi/port.h"
#include "mm/machine.h"

struct domain;
struct vcpu;

/* All zero is a free one. Guarded by `lock`, but for `vcpu`, which is only written under it. */
struct port {
    struct lock lock;
    uint8_t state; /* enum pv_port_state */
    uint8_t event; /* EVENT: enum pv_event */
    uint16_t vcpu; /* at which what comes is delivered */
    uint16_t self; /* its own number */
    /* DOMAIN: the number of the other end; VCPU: its own; EVENT: the virtual CPU whose event it is. */
    uint16_t peer;
    uint32_t domain; /* UNBOUND, DOMAIN: the number of the domain that may have, or has, the other end */
    struct port *receiver; /* at which arrives what is sent from here; NULL: nothing can be sent */
    struct domain *to;     /* whose that is */
};
_Static_assert(sizeof(struct port) == 32, "a page has 128 ports");

#define PORT_PAGE_ENTRIES 128
#define PORT_PAGES        (PV_PORT_LIMIT / PORT_PAGE_ENTRIES)

/* How many ports one turn of port_close_some looks at. */
#define PORT_CLOSE_SLICE 256

/* A domain's ports. Number 0 is never one, so that it can stand for none. */
struct port_table {
    struct lock lock; /* guards that ports become free and are made: `hint`, `free`, and that `count` grows */
    uint32_t count;   /* entries that there are, in whole pages */
    uint32_t hint;    /* the number at which a search for a free one begins */
    uint32_t closed;  /* those below are closed for good; the domain is being buried */
    uint64_t pollers; /* virtual CPUs that sleep in port_wait, a bit each */
    struct pv_ports *page;
    struct port *pages[PORT_PAGES];
    uint64_t free_words;          /* which words of `free` are not 0, a bit each */
    uint64_t free[PV_PORT_WORDS]; /* which of the entries but number 0 are free, a bit each */
};
_Static_assert(PV_PORT_WORDS == 64, "a word has a bit for each word of `free`");

/** Prepares the ports of a domain: there are none. `page` is the zeroed one that it shares with its guest. */
void port_table_open(struct port_table *table, struct pv_ports *page);

/*
 * The verbs take their numbers as the guest gave them, and return 0 or a port, or an error of abi/errors.def
 * negated with nothing changed.
 */

/** Makes a port that a domain may bind, by its number; 0 for this one itself. */
int64_t port_allocate(struct domain *domain, uint64_t other);

/** Makes a port that is the other end of one which a domain allocated for this one. */
int64_t port_bind_domain(struct domain *domain, uint64_t other, uint64_t port);

/** Makes a port at which an event comes, in place of a bit of the page of its virtual CPU. */
int64_t port_bind_event(struct vcpu *vcpu, uint64_t event);

/** Makes a port to which the domain itself may send, bound to one of its virtual CPUs. */
int64_t port_bind_vcpu(struct domain *domain, uint64_t vcpu);

/** Closes a port. What is pending at it is forgotten. */
int64_t port_close(struct domain *domain, uint64_t number);

/** Sends from a port. */
int64_t port_send(struct domain *domain, uint64_t number);

/** Tells what a port is. */
int64_t port_status(struct domain *domain, uint64_t number, struct pv_port_status *status);

/** Binds what comes at a port to another virtual CPU, and delivers it there again if it is pending. */
int64_t port_vcpu_set(struct domain *domain, uint64_t number, uint64_t vcpu);

/** Clears a port's bit of the mask, and delivers what is pending. */
int64_t port_unmask(struct domain *domain, uint64_t number);

/**
 * Puts the current virtual CPU to sleep until one of up to PV_PORT_WAIT_LIMIT ports may be pending, or until
 * a time, if that is not 0; or not, if it finds one or the time has passed. Returns a PV_PORT_WAIT_*.
 */
int64_t port_wait(struct vcpu *vcpu, const uint32_t *ports, uint64_t count, uint64_t deadline);

/** Undoes what port_wait left of the current virtual CPU's last sleep, so that it does not end the next one.
 */
void port_wait_end(struct vcpu *vcpu);

/**
 * An event of the hypervisor's: delivers it at the port to which it is bound. Returns false if it is not
 * bound to one.
 */
bool port_event(struct vcpu *vcpu, enum pv_event event);

/**
 * Closes some of the ports of a domain that has no virtual CPU any more that could make new ones. Returns
 * whether all are closed.
 */
bool port_close_some(struct domain *domain);

/** Delivers at a port of a domain what was found pending by port_mark: its lock, or a sender's, is held. */
void port_tell(struct domain *domain, const struct port *receiver);

/* ---- What sending is made of: in line, because it is counted by the instruction --------------------- */

/* Sets a bit of an array, locked; returns whether it was set already. */
static inline bool port_bit_set(uint64_t *words, uint64_t bit)
{
    bool was;

    asm volatile("lock btsq %2, %1" : "=@ccc"(was), "+m"(*words) : "r"(bit) : "memory");
    return was;
}

/* Whether a bit of an array is set. */
static inline bool port_bit_has(const uint64_t *words, uint64_t bit)
{
    bool has;

    asm volatile("btq %2, %1" : "=@ccc"(has) : "m"(*words), "r"(bit) : "memory");
    return has;
}

/** Whether there is an entry of a number. */
static inline bool port_has(const struct port_table *table, uint64_t number)
{
    return number < __atomic_load_n(&table->count, __ATOMIC_ACQUIRE);
}

/** The entry of a number that there is. */
static inline struct port *port_at(const struct port_table *table, uint64_t number)
{
    return &table->pages[number / PORT_PAGE_ENTRIES][number % PORT_PAGE_ENTRIES];
}

/** Makes a port pending. Returns whether somebody has to be told. The rest is read after that. */
static inline bool port_mark(const struct port_table *table, uint64_t number)
{
    struct pv_ports *page = table->page;

    return !port_bit_set(page->pending, number) && (table->pollers != 0 || !port_bit_has(page->mask, number));
}

#endif
