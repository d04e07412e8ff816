// SPDX-License-Identifier: MIT
/*
 * Ports: the ends of event channels, since version 0.4. A domain has up to PV_PORT_LIMIT of them, by numbers
 * from 1 on. Which are pending, and which are masked, are bits of a page that the domain shares with the
 * hypervisor, at PV_WINDOW_PORTS of its window.
 *
 * Both sides write to the page, so neither trusts it: what a guest writes there harms the guest alone.
 */
#ifndef PV_ABI_PORT_H
#define PV_ABI_PORT_H

#define PV_PORT_LIMIT 4096
#define PV_PORT_WORDS (PV_PORT_LIMIT / 64)

/* The most ports for which port_wait waits. */
#define PV_PORT_WAIT_LIMIT 64

/* What port_wait returns, if it is no error. */
#define PV_PORT_WAIT_AGAIN   0 /* it slept, or an event came: look again */
#define PV_PORT_WAIT_PENDING 1 /* one is pending */

/* Offsets in struct pv_ports. */
#define PV_PORTS_PENDING 0
#define PV_PORTS_MASK    512

#ifndef __ASSEMBLER__

#include <stddef.h>
#include <stdint.h>

/* One page for each domain. Port p is bit p % 64 of word p / 64. */
struct pv_ports {
    uint64_t
        pending[PV_PORT_WORDS]; /* something came: set by the hypervisor, cleared by the guest, both locked */
    uint64_t
        mask[PV_PORT_WORDS]; /* no upcall for it: set by the guest, locked; cleared by it or by port_unmask */
    uint8_t reserved[4096 - 2 * 8 * PV_PORT_WORDS];
};
_Static_assert(offsetof(struct pv_ports, pending) == PV_PORTS_PENDING, "offset of pending");
_Static_assert(offsetof(struct pv_ports, mask) == PV_PORTS_MASK, "offset of mask");
_Static_assert(sizeof(struct pv_ports) == 4096, "struct pv_ports is one page");

/* What a port is. */
enum pv_port_state {
    PV_PORT_FREE = 0,    /* nothing; another call may make it something */
    PV_PORT_UNBOUND = 1, /* allocated for a domain that has not bound it */
    PV_PORT_DOMAIN = 2,  /* an end of a channel; the other end is another domain's, or this one's */
    PV_PORT_EVENT = 3,   /* an event of the hypervisor's comes here */
    PV_PORT_VCPU = 4,    /* what the domain itself sends comes here */
};

/* What port_status fills. */
struct pv_port_status {
    uint32_t state;  /* enum pv_port_state */
    uint32_t vcpu;   /* at which what comes is delivered */
    uint32_t domain; /* UNBOUND: who may bind it; DOMAIN: whose the other end is; otherwise 0 */
    uint32_t port;   /* DOMAIN: the other end; EVENT: the PV_EVENT_*; otherwise 0 */
};
_Static_assert(sizeof(struct pv_port_status) == 16, "struct pv_port_status is 16 bytes");

#endif
#endif
