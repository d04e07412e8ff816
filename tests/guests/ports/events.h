// SPDX-License-Identifier: MIT
/*
 * What a kernel does with ports: the shared words, the handler, and the calls by their names.
 */
#ifndef PV_TESTS_GUESTS_PORTS_EVENTS_H
#define PV_TESTS_GUESTS_PORTS_EVENTS_H

#include "abi/port.h"
#include "abi/vcpu.h"

#include <stdbool.h>
#include <stdint.h>

#include "tests/guests/runtime/call.h"

static volatile struct pv_vcpu_page *const page = (void *)(WINDOW + PV_WINDOW_VCPU);
static volatile struct pv_ports *const ports = (void *)(WINDOW + PV_WINDOW_PORTS);

/* upcall.S: the entry of events. */
extern const char upcall[];

/* How often each port was handled, how often there was an event of each bit, and how often an upcall. */
extern volatile uint64_t handled[PV_PORT_LIMIT];
extern volatile uint64_t events_seen[2];
extern volatile uint64_t upcalls;

/* Upcalls that came with events enabled. */
extern volatile uint64_t upcalls_unmasked;

/* Of the last frame: the flags, and the stack pointer. */
extern volatile uint64_t frame_rflags, frame_rsp;

/* Sets the handler. Events are masked, as they are at the start. */
void events_open(void);

/* Masks events; and enables them, with those that are pending handled before it returns. */
void events_disable(void);
void events_enable(void);

/* Enables events and sleeps until one was handled, in one step; masks them again. */
void events_sleep(void);

/* Bits of a port in the shared page. */
bool port_is_pending(int64_t port);
void port_take(int64_t port);
void port_mask(int64_t port);
bool port_clear_mask(int64_t port); /* returns whether it is pending */

/* The calls. */
int64_t port_allocate(uint64_t domain);
int64_t port_bind_domain(uint64_t domain, uint64_t port);
int64_t port_bind_event(uint64_t event);
int64_t port_bind_vcpu(uint64_t vcpu);
int64_t port_close(int64_t port);
int64_t port_send(int64_t port);
struct pv_port_status port_status(int64_t port);
int64_t port_wait(const uint32_t *numbers, uint64_t count, uint64_t deadline);

#endif
