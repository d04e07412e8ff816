// SPDX-License-Identifier: MIT
/*
 * ports: event channels, all calls of them, by a guest that is alone or has a partner.
 *
 * What: it makes ports of every kind, sends, masks, unmasks, binds, closes, waits, fills the table, and asks
 * for everything that is refused; sees who is told of what, and that an upcall keeps every register. With the
 * argument `ping` or `pong` it is one of a pair that send each other messages (pair.c); with `console` it
 * waits for what is typed; with `no-entry`, `wild-entry`, `bad-stack`, `high-stack` or `hypervisor-stack` it
 * sends with events enabled where they cannot be delivered, which has to end it.
 *
 * Why: a lost event stops a guest for ever, and one too many is work that nobody asked for. Sends and upcalls
 * are a few instructions of assembly and C that take every short cut there is.
 *
 * How: the handler counts for each port. Between two steps the counts have to be exactly what was sent.
 */
#include "tests/guests/ports/events.h"
#include "tests/guests/ports/pair.h"
#include "tests/guests/runtime/clock.h"
#include "tests/guests/runtime/test.h"

const char test_name[] = "ports";

#define UNMAPPED 0x1000

/* All memory, as the hypervisor has it mapped writable (hv/x86/layout.h): here some below 1 MiB. */
#define HYPERVISORS 0xffff840000080000

/* That a port was handled so often since the last look, and nothing else was. */
static void expect_handled(int64_t port, uint64_t count, const char *what)
{
    uint64_t sum = 0;

    expect(handled[port] == count, "%s: handled %u times", what, handled[port]);
    for (unsigned int i = 0; i < PV_PORT_LIMIT; i++) {
        sum += handled[i];
        handled[i] = 0;
    }
    expect(sum == count, "%s: %u ports were handled in all", what, sum);
}

static void expect_state(int64_t port, enum pv_port_state state, uint32_t domain, uint32_t number)
{
    struct pv_port_status status = port_status(port);

    expect(status.state == state && status.domain == domain && status.port == number,
           "port %u: state %u, domain %u, port %u", port, status.state, status.domain, status.port);
}

static void try_zero_page(void)
{
    for (unsigned int i = 0; i < PV_PORT_WORDS; i++)
        expect(ports->pending[i] == 0 && ports->mask[i] == 0, "word %u is not zero at the start", i);
    expect(start_info->domain >= 1, "the domain's number is %u", start_info->domain);
}

static void try_send(void)
{
    int64_t port = port_bind_vcpu(0);

    expect(port > 0, "port_bind_vcpu returned %x", port);
    events_enable();
    expect_result(port_send(port), 0, "port_send", 0);
    expect_handled(port, 1, "sent with events enabled");
    events_disable();
    for (unsigned int i = 0; i < 3; i++)
        port_send(port);
    expect_handled(port, 0, "sent with events masked");
    events_enable();
    expect_handled(port, 1, "sent three times, then enabled");
    events_disable();
    expect_result(port_close(port), 0, "port_close", 0);
    expect_state(port, PV_PORT_FREE, 0, 0);
}

static void try_mask(void)
{
    int64_t port = port_bind_vcpu(0);

    events_enable();
    port_mask(port);
    port_send(port);
    expect_handled(port, 0, "sent while masked");
    expect(port_is_pending(port), "a masked port is not pending");
    expect(port_clear_mask(port), "a port is not pending any more when it is unmasked");
    expect_result(call(PV_CALL_port_unmask, (uint64_t)port, 0, 0), 0, "port_unmask", 0);
    expect_handled(port, 1, "unmasked");
    port_mask(port);
    expect_result(call(PV_CALL_port_unmask, (uint64_t)port, 0, 0), 0, "port_unmask", 1);
    expect_handled(port, 0, "unmasked with nothing pending");
    port_send(port);
    expect_handled(port, 1, "sent after it was unmasked");
    events_disable();
    port_close(port);
}

/* A port that is moved while it is pending is delivered again. */
static void try_vcpu_set(void)
{
    int64_t port = port_bind_vcpu(0);

    port_send(port);
    page->port_words = 0;
    page->event_pending = 0;
    expect_result(call(PV_CALL_port_vcpu_set, (uint64_t)port, 0, 0), 0, "port_vcpu_set", 0);
    events_enable();
    expect_handled(port, 1, "bound again");
    events_disable();
    port_close(port);
}

static void try_loop(void)
{
    int64_t port = port_allocate(0), end = port_bind_domain(0, (uint64_t)port);
    uint32_t self = start_info->domain;

    expect(end > 0 && end != port, "port_bind_domain returned %x", end);
    expect_state(port, PV_PORT_DOMAIN, self, (uint32_t)end);
    expect_state(end, PV_PORT_DOMAIN, self, (uint32_t)port);
    events_enable();
    port_send(port);
    expect_handled(end, 1, "sent from the first end");
    port_send(end);
    expect_handled(port, 1, "sent from the second end");
    expect_result(port_close(port), 0, "port_close", 0);
    expect_handled(end, 1, "the other end was closed");
    expect_state(end, PV_PORT_UNBOUND, self, 0);
    expect_result(port_send(end), -PV_E_PORT, "port_send, unbound", 0);
    port = port_bind_domain(self, (uint64_t)end);
    expect(port > 0, "bound again: %x", port);
    port_send(end);
    expect_handled(port, 1, "sent after it was bound again");
    events_disable();
    port_close(port);
    port_take(end);
    port_close(end);
}

static void try_timer(void)
{
    int64_t port = port_bind_event(PV_EVENT_TIMER);

    expect(port > 0, "port_bind_event returned %x", port);
    expect_state(port, PV_PORT_EVENT, 0, PV_EVENT_TIMER);
    expect_result(port_bind_event(PV_EVENT_TIMER), -PV_E_BOUND, "port_bind_event, twice", 0);
    events_seen[PV_EVENT_TIMER] = 0;
    call(PV_CALL_timer_set, clock_read(0) + MILLISECOND, 0, 0);
    while (handled[port] == 0)
        events_sleep();
    expect_handled(port, 1, "the timer at its port");
    expect(events_seen[PV_EVENT_TIMER] == 0, "the timer came as a bit, too");
    port_close(port);
    call(PV_CALL_timer_set, clock_read(0) + MILLISECOND, 0, 0);
    while (events_seen[PV_EVENT_TIMER] == 0)
        events_sleep();
    expect_handled(port, 0, "the timer after its port was closed");
}

/* A port that is masked, and events, too: who waits is woken all the same. */
static void try_wait(void)
{
    uint32_t numbers[] = {(uint32_t)port_bind_event(PV_EVENT_TIMER), (uint32_t)port_bind_vcpu(0)};
    uint64_t start = clock_read(0);
    int64_t result = 0;

    while (result == PV_PORT_WAIT_AGAIN)
        result = port_wait(numbers, 2, start + 3 * MILLISECOND);
    expect_result(result, -PV_E_TIMEOUT, "port_wait, nothing comes", 0);
    expect(clock_read(0) >= start + 3 * MILLISECOND, "port_wait ended before its time");
    expect_result(port_wait(numbers, 0, start), -PV_E_TIMEOUT, "port_wait, no port, in the past", 0);
    port_send(numbers[1]);
    expect_result(port_wait(numbers, 2, 0), PV_PORT_WAIT_PENDING, "port_wait, pending", 0);
    port_take(numbers[1]);
    port_mask(numbers[0]);
    start = clock_read(0);
    call(PV_CALL_timer_set, start + 2 * MILLISECOND, 0, 0);
    for (result = 0; result == PV_PORT_WAIT_AGAIN;)
        result = port_wait(numbers, 2, start + 10000 * MILLISECOND);
    expect_result(result, PV_PORT_WAIT_PENDING, "port_wait, masked", 0);
    expect(port_is_pending(numbers[0]), "another port is pending than what came");
    expect(clock_read(0) < start + 1000 * MILLISECOND, "port_wait was not woken");
    events_enable();
    expect_handled(numbers[0], 0, "what was waited for, masked");
    events_disable();
    port_close(numbers[0]);
    port_close(numbers[1]);
}

/* Each call with what it refuses. */
static void try_errors(void)
{
    int64_t port = port_allocate(0), event = port_bind_event(PV_EVENT_TIMER);
    uint32_t numbers[PV_PORT_WAIT_LIMIT + 1] = {0};
    uint64_t numbers_at = (uintptr_t)numbers;
    const struct {
        uint64_t number, first, second, third;
        int64_t wanted;
    } tries[] = {
        {PV_CALL_port_allocate, 65, 0, 0, -PV_E_DOMAIN},
        {PV_CALL_port_allocate, ~0ul, 0, 0, -PV_E_DOMAIN},
        {PV_CALL_port_bind_domain, 64, 1, 0, -PV_E_DOMAIN},
        {PV_CALL_port_bind_domain, 1ul << 32, 1, 0, -PV_E_DOMAIN},
        {PV_CALL_port_bind_domain, 0, 0, 0, -PV_E_PORT},
        {PV_CALL_port_bind_domain, 0, PV_PORT_LIMIT, 0, -PV_E_PORT},
        {PV_CALL_port_bind_domain, 0, 1ul << 63 | 1, 0, -PV_E_PORT},
        {PV_CALL_port_bind_domain, 0, (uint64_t)event, 0, -PV_E_PORT},
        {PV_CALL_port_bind_event, PV_EVENT_PROCESSOR, 0, 0, -PV_E_INVALID},
        {PV_CALL_port_bind_event, ~0ul, 0, 0, -PV_E_INVALID},
        {PV_CALL_port_bind_vcpu, start_info->vcpus, 0, 0, -PV_E_INVALID},
        {PV_CALL_port_bind_vcpu, ~0ul, 0, 0, -PV_E_INVALID},
        {PV_CALL_port_close, 0, 0, 0, -PV_E_PORT},
        {PV_CALL_port_close, 127, 0, 0, -PV_E_PORT},
        {PV_CALL_port_close, ~0ul, 0, 0, -PV_E_PORT},
        {PV_CALL_port_send, 0, 0, 0, -PV_E_PORT},
        {PV_CALL_port_send, 128, 0, 0, -PV_E_PORT},
        {PV_CALL_port_send, 1ul << 32 | (uint64_t)port, 0, 0, -PV_E_PORT},
        {PV_CALL_port_send, (uint64_t)port, 0, 0, -PV_E_PORT},
        {PV_CALL_port_send, (uint64_t)event, 0, 0, -PV_E_PORT},
        {PV_CALL_port_status, PV_PORT_LIMIT, numbers_at, 0, -PV_E_PORT},
        {PV_CALL_port_status, (uint64_t)port, UNMAPPED, 0, -PV_E_FAULT},
        {PV_CALL_port_status, (uint64_t)port, PV_HYPERVISOR_START, 0, -PV_E_FAULT},
        {PV_CALL_port_vcpu_set, 0, 0, 0, -PV_E_PORT},
        {PV_CALL_port_vcpu_set, (uint64_t)port, 64, 0, -PV_E_INVALID},
        {PV_CALL_port_unmask, 0, 0, 0, -PV_E_PORT},
        {PV_CALL_port_unmask, ~0ul, 0, 0, -PV_E_PORT},
        {PV_CALL_port_wait, numbers_at, 1, 0, -PV_E_PORT},
        {PV_CALL_port_wait, numbers_at, PV_PORT_WAIT_LIMIT + 1, 0, -PV_E_INVALID},
        {PV_CALL_port_wait, numbers_at, 1ul << 62, 0, -PV_E_INVALID},
        {PV_CALL_port_wait, UNMAPPED, 1, 0, -PV_E_FAULT},
        {PV_CALL_port_wait, PV_HYPERVISOR_START, 1, 0, -PV_E_FAULT},
    };

    for (unsigned int i = 0; i < sizeof tries / sizeof tries[0]; i++)
        expect_result(call(tries[i].number, tries[i].first, tries[i].second, tries[i].third), tries[i].wanted,
                      "what is refused, try", i);
    expect_state(port, PV_PORT_UNBOUND, start_info->domain, 0);
    port_close(event);
    port_close(port);
}

static void try_full(void)
{
    int64_t port, count = 0;

    while ((port = port_bind_vcpu(0)) > 0)
        count++;
    expect_result(port, -PV_E_ROOM, "the table is full after", (uint64_t)count);
    expect_result(count, PV_PORT_LIMIT - 1, "how many ports there are", 0);
    events_enable();
    expect_result(port_send(PV_PORT_LIMIT - 1), 0, "port_send, the last one", 0);
    expect_handled(PV_PORT_LIMIT - 1, 1, "the last port");
    events_disable();
    for (port = 1; port < PV_PORT_LIMIT; port++)
        expect_result(port_close(port), 0, "port_close", (uint64_t)port);
}

/* An upcall on the way out of a call keeps what the call keeps; one after another, on one's own stack. */
static void try_registers(void)
{
    int64_t port = port_bind_vcpu(0);
    struct registers before = {
        PV_CALL_port_send, 11, 12, 13, 14, (uint64_t)port, 16, 17, 18, 19, 20, 121, 122, 123, 124};
    struct registers after = before;

    events_enable();
    call_registers(&after);
    expect_handled(port, 1, "sent with every register");
    events_disable();
    expect(after.rax == 0, "rax is %x", after.rax);
    after.rax = before.rax;
    after.rcx = before.rcx;
    after.r11 = before.r11;
    for (unsigned int i = 0; i < sizeof before / 8; i++)
        expect(((uint64_t *)&after)[i] == ((uint64_t *)&before)[i], "register %u is %x", i,
               ((uint64_t *)&after)[i]);
    expect((frame_rflags & 0x200) != 0, "the frame's flags are %x", frame_rflags);
    expect((frame_rsp & 7) == 0 && (uintptr_t)&after - frame_rsp < 4096, "the frame's stack is %x",
           frame_rsp);
    port_close(port);
}

static void console(void)
{
    int64_t port = port_bind_event(PV_EVENT_CONSOLE);
    char byte = 0;

    print("type something\n");
    while (handled[port] == 0)
        events_sleep();
    expect_result(call(PV_CALL_console_read, (uintptr_t)&byte, 1, 0), 1, "console_read", 0);
    expect(byte == 'x', "typed was %x", (uint64_t)byte);
    expect(events_seen[PV_EVENT_CONSOLE] == 0, "the console came as a bit");
}

/* Sends where the upcall cannot be made, which is the end. */
static void fatal(uint64_t entry, uint64_t stack)
{
    int64_t port = port_bind_vcpu(0);
    uint64_t number = PV_CALL_port_send;

    call(PV_CALL_event_entry_set, entry, 0, 0);
    page->event_mask = 0;
    if (stack != 0)
        __asm__ volatile("mov %2, %%rsp; syscall"
                         : "+a"(number)
                         : "D"(port), "r"(stack)
                         : "rcx", "r11", "memory");
    else
        port_send(port);
    print("not as it should be: it went on\n");
}

/* In mode=trap the words say what came, and that is all; one can wait for it. */
static void trapped(void)
{
    int64_t port = port_bind_vcpu(0), result = 0;
    uint32_t number = (uint32_t)port;

    expect_result(port_bind_event(PV_EVENT_TIMER), -PV_E_INVALID, "port_bind_event", 0);
    page->event_mask = 0;
    expect_result(port_send(port), 0, "port_send", 0);
    expect(port_is_pending(port) && page->port_words == 1, "the words do not say that something came");
    expect_result(port_wait(&number, 1, 0), PV_PORT_WAIT_PENDING, "port_wait, pending", 0);
    port_take(port);
    for (uint64_t deadline = clock_read(0) + MILLISECOND; result == PV_PORT_WAIT_AGAIN;)
        result = port_wait(&number, 1, deadline);
    expect_result(result, -PV_E_TIMEOUT, "port_wait, nothing comes", 0);
    expect(upcalls == 0, "there were %u upcalls", upcalls);
}

static void alone(void)
{
    try_zero_page();
    events_open();
    try_send();
    try_mask();
    try_vcpu_set();
    try_loop();
    try_timer();
    try_wait();
    try_errors();
    try_registers();
    try_full();
    expect(upcalls_unmasked == 0, "%u of %u upcalls came with events enabled", upcalls_unmasked, upcalls);
}

void test_main(void)
{
    if (argument_is("ping")) {
        ping();
    } else if (argument_is("pong")) {
        pong();
    } else if (argument_is("console")) {
        events_open();
        console();
    } else if (argument_is("no-entry")) {
        fatal(0, 0);
    } else if (argument_is("wild-entry")) {
        fatal(1ul << 62, 0);
    } else if (argument_is("bad-stack")) {
        fatal((uintptr_t)upcall, UNMAPPED);
    } else if (argument_is("hypervisor-stack")) {
        fatal((uintptr_t)upcall, HYPERVISORS);
    } else if (argument_is("high-stack")) {
        fatal((uintptr_t)upcall, 0xffffffffffff0000);
    } else if (start_info->mode == PV_MODE_TRAP) {
        trapped();
    } else {
        alone();
    }
}
