// SPDX-License-Identifier: MIT
/*
 * Channels carry no number, so that of a message is which channel it comes by: message n by channel n modulo
 * CHANNELS. One that is lost stops both; one that comes twice, or out of its turn, is seen.
 *
 * For half of the messages they sleep in block, with upcalls, for the other half in port_wait, masked.
 */
#include "tests/guests/ports/pair.h"

#include "tests/guests/ports/events.h"
#include "tests/guests/runtime/clock.h"
#include "tests/guests/runtime/test.h"

#define CHANNELS 7
#define MESSAGES 2000
#define DEADLINE 50000000000 /* nanoseconds that nothing takes */

/* Our ends. Ping's are the first ports that it makes, so pong knows their numbers. */
static int64_t ends[CHANNELS];

static uint64_t other(void)
{
    return 3 - start_info->domain;
}

static uint64_t deadline;

static void time_check(void)
{
    if (clock_read(0) > deadline)
        test_error("the other one does not answer");
}

/* All that was ever handled. */
static uint64_t handled_sum(void)
{
    uint64_t sum = 0;

    for (unsigned int i = 0; i < CHANNELS; i++)
        sum += handled[ends[i]];
    return sum;
}

/* Sleeps until message n has come, by upcall; nothing else may come. */
static void receive_by_upcall(uint64_t n)
{
    int64_t end = ends[n % CHANNELS];

    while (handled[end] == 0) {
        time_check();
        events_sleep();
    }
    expect(handled[end] == 1 && handled_sum() == 1, "message %u: %u by its channel, %u by all", n,
           handled[end], handled_sum());
    handled[end] = 0;
}

/* The same with all ports masked. */
static void receive_by_wait(uint64_t n)
{
    uint32_t numbers[CHANNELS];
    int64_t result = 0;

    for (unsigned int i = 0; i < CHANNELS; i++)
        numbers[i] = (uint32_t)ends[i];
    while (result == PV_PORT_WAIT_AGAIN) {
        time_check();
        result = port_wait(numbers, CHANNELS, deadline);
    }
    expect_result(result, PV_PORT_WAIT_PENDING, "port_wait, message", n);
    for (unsigned int i = 0; i < CHANNELS; i++)
        expect(port_is_pending(ends[i]) == (i == n % CHANNELS), "message %u: channel %u", n, i);
    port_take(ends[n % CHANNELS]);
}

static void receive(uint64_t n)
{
    if (n == MESSAGES / 2)
        for (unsigned int i = 0; i < CHANNELS; i++)
            port_mask(ends[i]);
    if (n < MESSAGES / 2)
        receive_by_upcall(n);
    else
        receive_by_wait(n);
}

static void send(uint64_t n)
{
    expect_result(port_send(ends[n % CHANNELS]), 0, "port_send, message", n);
}

void ping(void)
{
    events_open();
    deadline = clock_read(0) + DEADLINE;
    for (unsigned int i = 0; i < CHANNELS; i++)
        ends[i] = port_allocate(other());
    while (port_status(ends[CHANNELS - 1]).state == PV_PORT_UNBOUND) {
        time_check();
        call(PV_CALL_yield, 0, 0, 0);
    }
    for (uint64_t n = 0; n < MESSAGES; n++) {
        send(n);
        receive(n);
    }
    for (unsigned int i = 0; i < CHANNELS / 2; i++) /* the rest is closed by its end */
        expect_result(port_close(ends[i]), 0, "port_close", i);
    print("%u messages\n", MESSAGES);
}

/* The other one may not be there yet, or not have made the port. */
static int64_t bind(uint64_t port)
{
    int64_t end = -PV_E_PORT;

    while (end == -PV_E_PORT || end == -PV_E_DOMAIN) {
        time_check();
        call(PV_CALL_yield, 0, 0, 0);
        end = port_bind_domain(other(), port);
    }
    return end;
}

/* The channels end: with an event at each, after which its other end is nobody's. */
static void closes(void)
{
    for (unsigned int i = 0; i < CHANNELS; i++) {
        while (port_status(ends[i]).state == PV_PORT_DOMAIN) {
            time_check();
            call(PV_CALL_yield, 0, 0, 0);
        }
        expect(port_is_pending(ends[i]), "no event at channel %u that was closed", i);
        expect(port_status(ends[i]).state == PV_PORT_UNBOUND, "channel %u is not unbound", i);
        expect_result(port_send(ends[i]), -PV_E_PORT, "port_send, a closed channel", i);
    }
}

void pong(void)
{
    struct pv_port_status status;

    events_open();
    deadline = clock_read(0) + DEADLINE;
    for (unsigned int i = 0; i < CHANNELS; i++)
        ends[i] = bind(i + 1);
    status = port_status(ends[0]);
    expect(status.domain == other() && status.port == 1, "the other end is %u of %u", status.port,
           status.domain);
    for (uint64_t n = 0; n < MESSAGES; n++) {
        receive(n);
        send(n);
    }
    closes();
}
