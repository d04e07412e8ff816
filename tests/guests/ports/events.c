// SPDX-License-Identifier: MIT
/*
 * The handler of abi/README.md: clear event_pending, take the words, take each port that is pending and not
 * masked. In this order nothing is lost, though a port may be looked for in vain.
 */
#include "tests/guests/ports/events.h"

#include "tests/guests/runtime/test.h"

volatile uint64_t handled[PV_PORT_LIMIT];
volatile uint64_t events_seen[2];
volatile uint64_t upcalls, upcalls_unmasked;
volatile uint64_t frame_rflags, frame_rsp;

/* The registers that upcall.S pushed below the frame. */
#define PUSHED 10

void events_take(const uint64_t *stack);

static void word_take(unsigned int word)
{
    uint64_t bits = ports->pending[word] & ~ports->mask[word];

    while (bits != 0) {
        unsigned int port = word * 64 + (unsigned int)__builtin_ctzll(bits);
        bits &= bits - 1;
        port_take(port);
        handled[port]++;
    }
}

void events_take(const uint64_t *stack)
{
    uint64_t events, words;

    frame_rflags = stack[PUSHED + 2];
    frame_rsp = stack[PUSHED + 3];
    upcalls++;
    upcalls_unmasked += page->event_mask == 0;
    page->event_pending = 0;
    events = __atomic_exchange_n(&page->events, 0, __ATOMIC_SEQ_CST);
    words = __atomic_exchange_n(&page->port_words, 0, __ATOMIC_SEQ_CST);
    for (unsigned int event = 0; event < 2; event++)
        events_seen[event] += events >> event & 1;
    for (; words != 0; words &= words - 1)
        word_take((unsigned int)__builtin_ctzll(words));
}

void events_open(void)
{
    if (call(PV_CALL_event_entry_set, (uintptr_t)upcall, 0, 0) != 0)
        test_error("event_entry_set failed");
}

void events_disable(void)
{
    page->event_mask = 1;
}

void events_enable(void)
{
    page->event_mask = 0;
    if (page->event_pending != 0)
        call(PV_CALL_event_deliver, 0, 0, 0);
}

void events_sleep(void)
{
    call(PV_CALL_block, 0, 0, 0);
    events_disable();
}

static uint64_t bit_of(int64_t port)
{
    return 1ul << port % 64;
}

bool port_is_pending(int64_t port)
{
    return (ports->pending[port / 64] & bit_of(port)) != 0;
}

void port_take(int64_t port)
{
    __atomic_and_fetch(&ports->pending[port / 64], ~bit_of(port), __ATOMIC_SEQ_CST);
}

void port_mask(int64_t port)
{
    __atomic_or_fetch(&ports->mask[port / 64], bit_of(port), __ATOMIC_SEQ_CST);
}

bool port_clear_mask(int64_t port)
{
    __atomic_and_fetch(&ports->mask[port / 64], ~bit_of(port), __ATOMIC_SEQ_CST);
    return port_is_pending(port);
}

int64_t port_allocate(uint64_t domain)
{
    return call(PV_CALL_port_allocate, domain, 0, 0);
}

int64_t port_bind_domain(uint64_t domain, uint64_t port)
{
    return call(PV_CALL_port_bind_domain, domain, port, 0);
}

int64_t port_bind_event(uint64_t event)
{
    return call(PV_CALL_port_bind_event, event, 0, 0);
}

int64_t port_bind_vcpu(uint64_t vcpu)
{
    return call(PV_CALL_port_bind_vcpu, vcpu, 0, 0);
}

int64_t port_close(int64_t port)
{
    return call(PV_CALL_port_close, (uint64_t)port, 0, 0);
}

int64_t port_send(int64_t port)
{
    return call(PV_CALL_port_send, (uint64_t)port, 0, 0);
}

struct pv_port_status port_status(int64_t port)
{
    struct pv_port_status status = {.state = ~0u};

    if (call(PV_CALL_port_status, (uint64_t)port, (uintptr_t)&status, 0) != 0)
        status.state = ~0u;
    return status;
}

int64_t port_wait(const uint32_t *numbers, uint64_t count, uint64_t deadline)
{
    return call(PV_CALL_port_wait, (uintptr_t)numbers, count, deadline);
}
