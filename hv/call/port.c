// SPDX-License-Identifier: MIT
/*
 * Calls of event channels.
 */
#include "core/port.h"

#include "call/call.h"
#include "core/domain.h"
#include "x86/guest_access.h"

#define SLOW HANDLER __attribute__((noinline))

HANDLER int64_t call_port_allocate(uint64_t domain)
{
    return port_allocate(vcpu_current()->domain, domain);
}

HANDLER int64_t call_port_bind_domain(uint64_t domain, uint64_t port)
{
    return port_bind_domain(vcpu_current()->domain, domain, port);
}

HANDLER int64_t call_port_bind_event(uint64_t event)
{
    return port_bind_event(vcpu_current(), event);
}

HANDLER int64_t call_port_bind_vcpu(uint64_t vcpu)
{
    return port_bind_vcpu(vcpu_current()->domain, vcpu);
}

HANDLER int64_t call_port_close(uint64_t port)
{
    return port_close(vcpu_current()->domain, port);
}

/* Telling others; kept apart, so that a send that tells nobody, or its own virtual CPU, keeps few registers.
 */
SLOW static void others_tell(const struct port *port)
{
    port_tell(port->to, port->receiver);
}

/* The same as port_tell does where nobody waits and the receiver's virtual CPU is the current one. */
static inline bool self_tell(const struct port *port)
{
    const struct domain *to = port->to;
    struct vcpu *vcpu = vcpu_current();

    if (to->ports.pollers != 0 || to->vcpus[port->receiver->vcpu] != vcpu) {
        return false;
    }
    port_bit_set(&vcpu->entry.page->port_words, port->peer / 64u);
    vcpu->entry.page->event_pending = 1; /* before what follows, which is locked */
    vcpu_attention(vcpu, ATTENTION_EVENT);
    return true;
}

HANDLER int64_t call_port_send(uint64_t number)
{
    const struct port_table *table = &vcpu_current()->domain->ports;
    struct port *port;

    if (!port_has(table, number)) {
        return -PV_E_PORT;
    }
    port = port_at(table, number);
    lock_take(&port->lock, LOCK_PORT);
    if (port->receiver == NULL) {
        lock_put(&port->lock, LOCK_PORT);
        return -PV_E_PORT;
    }
    if (port_mark(&port->to->ports, port->peer) && !self_tell(port)) {
        others_tell(port);
    }
    lock_put(&port->lock, LOCK_PORT);
    return 0;
}

HANDLER int64_t call_port_status(uint64_t port, uint64_t status)
{
    struct pv_port_status found;
    int64_t error = port_status(vcpu_current()->domain, port, &found);

    if (error != 0) {
        return error;
    }
    return guest_write(gva(status), &found, sizeof(found)) ? 0 : -PV_E_FAULT;
}

HANDLER int64_t call_port_vcpu_set(uint64_t port, uint64_t vcpu)
{
    return port_vcpu_set(vcpu_current()->domain, port, vcpu);
}

HANDLER int64_t call_port_unmask(uint64_t port)
{
    return port_unmask(vcpu_current()->domain, port);
}

HANDLER int64_t call_port_wait(uint64_t ports, uint64_t count, uint64_t deadline)
{
    uint32_t copy[PV_PORT_WAIT_LIMIT];

    if (count > PV_PORT_WAIT_LIMIT) {
        return -PV_E_INVALID;
    }
    if (!guest_read(copy, gva(ports), count * sizeof(copy[0]))) {
        return -PV_E_FAULT;
    }
    return port_wait(vcpu_current(), copy, count, deadline);
}
