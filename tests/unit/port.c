// SPDX-License-Identifier: MIT
// Event channels: what each call does with a port of each kind, who is told, and that nothing is lost.
#include <criterion/criterion.h>

#include "port_world.h"

#define ALPHA (world_domains[1])
#define BETA  (world_domains[2])
#define GAMMA (world_domains[3])

static void open_and_close(void)
{
    world_open();
}

TestSuite(port, .init = open_and_close, .fini = world_check);

static struct pv_ports *page_of(const struct domain *domain)
{
    return domain->ports.page;
}

static bool is_pending(const struct domain *domain, int64_t port)
{
    return port_bit_has(page_of(domain)->pending, (uint64_t)port);
}

static void mask(const struct domain *domain, int64_t port)
{
    port_bit_set(page_of(domain)->mask, (uint64_t)port);
}

static void pending_clear(const struct domain *domain, int64_t port)
{
    page_of(domain)->pending[port / 64] &= ~(1ull << port % 64);
}

static struct pv_port_status status_of(struct domain *domain, int64_t port)
{
    struct pv_port_status status = {0};

    cr_assert_eq(port_status(domain, (uint64_t)port, &status), 0);
    return status;
}

// Whether a virtual CPU, and nobody else, was told of a port: by its word and by a notification.
static bool told_alone(const struct vcpu *vcpu, int64_t port)
{
    struct pv_vcpu_page *page = vcpu->entry.page;
    bool told = page->port_words == 1ull << port / 64 && page->event_pending == 1 && world_told(vcpu) == 1;

    page->port_words = 0;
    page->event_pending = 0;
    return world_told_all() == 0 && told;
}

static bool told_nobody(void)
{
    return world_told_all() == 0;
}

// A channel between two domains; returns the first one's port, and the second one's by `end`.
static int64_t channel(struct domain *domain, struct domain *remote, int64_t *end)
{
    int64_t port = port_allocate(domain, remote->number);

    cr_assert_gt(port, 0);
    *end = port_bind_domain(remote, domain->number, (uint64_t)port);
    cr_assert_gt(*end, 0);
    return port;
}

// ---- Each state, and each call ----

enum kind { BEYOND, FREE, ZERO, UNBOUND, FOREIGN, END_FIRST, END_SECOND, LOOP, EVENT, VCPU, KINDS };

// Makes a port of alpha's of some kind. What has another end has it with beta, or itself.
static int64_t port_of(enum kind kind)
{
    int64_t port, end;

    switch (kind) {
    case BEYOND:
        return PORT_PAGE_ENTRIES;
    case FREE:
        port = port_allocate(ALPHA, 0);
        cr_assert_eq(port_close(ALPHA, (uint64_t)port), 0);
        return port;
    case ZERO:
        port_allocate(ALPHA, 0);
        return 0;
    case UNBOUND:
        return port_allocate(ALPHA, BETA->number);
    case FOREIGN:
        return port_allocate(ALPHA, GAMMA->number);
    case END_FIRST:
        return channel(ALPHA, BETA, &end);
    case END_SECOND:
        channel(BETA, ALPHA, &end);
        return end;
    case LOOP:
        return channel(ALPHA, ALPHA, &end);
    case EVENT:
        return port_bind_event(ALPHA->vcpus[1], PV_EVENT_TIMER);
    default:
        return port_bind_vcpu(ALPHA, 2);
    }
}

// What each call returns for each kind: those that make nothing new.
static const struct expectation {
    enum kind kind;
    int64_t send, unmask, vcpu_set, close;
    bool binds; // beta can bind it
    enum pv_port_state state;
} expectations[KINDS] = {
    {BEYOND, -PV_E_PORT, -PV_E_PORT, -PV_E_PORT, -PV_E_PORT, false, PV_PORT_FREE},
    {FREE, -PV_E_PORT, -PV_E_PORT, -PV_E_PORT, -PV_E_PORT, false, PV_PORT_FREE},
    {ZERO, -PV_E_PORT, -PV_E_PORT, -PV_E_PORT, -PV_E_PORT, false, PV_PORT_FREE},
    {UNBOUND, -PV_E_PORT, 0, 0, 0, true, PV_PORT_UNBOUND},
    {FOREIGN, -PV_E_PORT, 0, 0, 0, false, PV_PORT_UNBOUND},
    {END_FIRST, 0, 0, 0, 0, false, PV_PORT_DOMAIN},
    {END_SECOND, 0, 0, 0, 0, false, PV_PORT_DOMAIN},
    {LOOP, 0, 0, 0, 0, false, PV_PORT_DOMAIN},
    {EVENT, -PV_E_PORT, 0, 0, 0, false, PV_PORT_EVENT},
    {VCPU, 0, 0, 0, 0, false, PV_PORT_VCPU},
};

// Tries something with a port of each kind, in a world of its own.
static void each_kind(void (*attempt)(const struct expectation *expected, uint64_t port))
{
    for (unsigned i = 0; i < KINDS; i++) {
        world_open();
        attempt(&expectations[i], (uint64_t)port_of(expectations[i].kind));
        world_check();
    }
}

static void try_send(const struct expectation *e, uint64_t port)
{
    cr_expect_eq(port_send(ALPHA, port), e->send, "kind %d", e->kind);
}

Test(port, send)
{
    each_kind(try_send);
}

static void try_unmask(const struct expectation *e, uint64_t port)
{
    cr_expect_eq(port_unmask(ALPHA, port), e->unmask, "kind %d", e->kind);
}

Test(port, unmask)
{
    each_kind(try_unmask);
}

static void try_vcpu_set(const struct expectation *e, uint64_t port)
{
    cr_expect_eq(port_vcpu_set(ALPHA, port, WORLD_VCPUS), -PV_E_INVALID);
    cr_expect_eq(port_vcpu_set(ALPHA, port, UINT64_MAX), -PV_E_INVALID);
    cr_expect_eq(port_vcpu_set(ALPHA, port, 2), e->vcpu_set, "kind %d", e->kind);
}

Test(port, vcpu_set)
{
    each_kind(try_vcpu_set);
}

static void try_close(const struct expectation *e, uint64_t port)
{
    cr_expect_eq(port_close(ALPHA, port), e->close, "kind %d", e->kind);
    cr_expect_eq(port_close(ALPHA, port), -PV_E_PORT, "kind %d, twice", e->kind);
}

Test(port, close)
{
    each_kind(try_close);
}

static void try_bind(const struct expectation *e, uint64_t port)
{
    struct pv_port_status before = {0}, after = {0};
    int64_t end;

    port_status(ALPHA, port, &before);
    end = port_bind_domain(BETA, ALPHA->number, port);
    cr_expect_eq(end > 0, e->binds, "kind %d", e->kind);
    cr_expect(e->binds || end == -PV_E_PORT, "kind %d", e->kind);
    port_status(ALPHA, port, &after);
    cr_expect(e->binds || memcmp(&before, &after, sizeof before) == 0, "kind %d", e->kind);
}

Test(port, bind)
{
    each_kind(try_bind);
}

static void try_status(const struct expectation *e, uint64_t port)
{
    struct pv_port_status status = {.state = 99};
    int64_t result = port_status(ALPHA, port, &status);

    if (e->kind == ZERO)
        cr_expect_eq(result, -PV_E_PORT);
    else
        cr_expect(result == 0 && status.state == e->state, "kind %d", e->kind);
}

Test(port, status)
{
    each_kind(try_status);
}

static void try_wait(const struct expectation *e, uint64_t port)
{
    uint32_t ports[] = {(uint32_t)port};
    int64_t result = port_wait(ALPHA->vcpus[0], ports, 1, 0);

    cr_expect_eq(result, e->close == 0 ? PV_PORT_WAIT_AGAIN : -PV_E_PORT, "kind %d", e->kind);
    cr_expect_eq(ALPHA->vcpus[0]->state == VCPU_BLOCKED, e->close == 0, "kind %d", e->kind);
}

Test(port, wait)
{
    each_kind(try_wait);
}

// Numbers that are none.
Test(port, hostile_numbers)
{
    static const uint64_t numbers[] = {
        0,          PORT_PAGE_ENTRIES, PV_PORT_LIMIT - 1, PV_PORT_LIMIT,  0x10001,
        1ull << 31, 1ull << 32 | 1,    INT64_MAX,         1ull << 63 | 1, UINT64_MAX};
    struct pv_port_status status;

    port_of(UNBOUND);
    for (unsigned i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        cr_expect_eq(port_send(ALPHA, numbers[i]), -PV_E_PORT);
        cr_expect_eq(port_close(ALPHA, numbers[i]), -PV_E_PORT);
        cr_expect_eq(port_unmask(ALPHA, numbers[i]), -PV_E_PORT);
        cr_expect_eq(port_vcpu_set(ALPHA, numbers[i], 0), -PV_E_PORT);
        cr_expect_eq(port_bind_domain(BETA, ALPHA->number, numbers[i]), -PV_E_PORT);
        cr_expect(port_status(ALPHA, numbers[i], &status) == -PV_E_PORT || status.state == PV_PORT_FREE);
    }
    for (unsigned i = 4; i < sizeof numbers / sizeof numbers[0]; i++) {
        cr_expect_eq(port_allocate(ALPHA, numbers[i]), -PV_E_DOMAIN);
        cr_expect_eq(port_bind_domain(ALPHA, numbers[i], 1), -PV_E_DOMAIN);
        cr_expect_eq(port_bind_event(ALPHA->vcpus[0], numbers[i]), -PV_E_INVALID);
        cr_expect_eq(port_bind_vcpu(ALPHA, numbers[i]), -PV_E_INVALID);
    }
    cr_expect_eq(port_bind_event(ALPHA->vcpus[0], VCPU_EVENTS), -PV_E_INVALID);
    cr_expect_eq(port_bind_vcpu(ALPHA, WORLD_VCPUS), -PV_E_INVALID);
    cr_expect_eq(port_bind_domain(ALPHA, WORLD_DOMAINS + 1, 1), -PV_E_DOMAIN);
    cr_expect_eq(port_allocate(ALPHA, DOMAIN_LIMIT + 1), -PV_E_DOMAIN);
}

// ---- Sending ----

Test(port, send_arrives_at_the_other_end)
{
    int64_t end, port = channel(ALPHA, BETA, &end);

    // A port of beta's between makes the numbers differ.
    cr_assert_eq(port_vcpu_set(BETA, (uint64_t)end, 1), 0);
    cr_assert(told_nobody());
    port_send(ALPHA, (uint64_t)port);
    cr_expect(is_pending(BETA, end) && !is_pending(ALPHA, port));
    cr_expect(told_alone(BETA->vcpus[1], end));
    port_send(BETA, (uint64_t)end);
    cr_expect(is_pending(ALPHA, port));
    cr_expect(told_alone(ALPHA->vcpus[0], port));
}

Test(port, send_to_numbers_that_differ)
{
    int64_t end, port;

    for (unsigned i = 0; i < 300; i++)
        port_allocate(BETA, 0);
    port = channel(ALPHA, BETA, &end);
    cr_assert_eq(port, 1);
    cr_assert_eq(end, 301);
    port_send(ALPHA, 1);
    cr_expect(is_pending(BETA, 301) && !is_pending(BETA, 1));
    cr_expect(told_alone(BETA->vcpus[0], 301));
    cr_expect_eq(status_of(ALPHA, port).port, 301);
    cr_expect_eq(status_of(BETA, end).port, 1);
    cr_expect_eq(status_of(BETA, end).domain, ALPHA->number);
}

Test(port, send_again_coalesces)
{
    int64_t end, port = channel(ALPHA, BETA, &end);

    port_send(ALPHA, (uint64_t)port);
    cr_expect(told_alone(BETA->vcpus[0], end));
    port_send(ALPHA, (uint64_t)port);
    cr_expect(told_nobody());
    pending_clear(BETA, end);
    port_send(ALPHA, (uint64_t)port);
    cr_expect(told_alone(BETA->vcpus[0], end));
}

Test(port, send_masked)
{
    int64_t end, port = channel(ALPHA, BETA, &end);

    mask(BETA, end);
    port_send(ALPHA, (uint64_t)port);
    cr_expect(is_pending(BETA, end));
    cr_expect(told_nobody());
    cr_expect_eq(port_unmask(BETA, (uint64_t)end), 0);
    cr_expect(told_alone(BETA->vcpus[0], end));
    cr_expect(!port_bit_has(page_of(BETA)->mask, (uint64_t)end));
}

Test(port, unmask_with_nothing_pending_tells_nobody)
{
    int64_t end;

    channel(ALPHA, BETA, &end);
    mask(BETA, end);
    cr_expect_eq(port_unmask(BETA, (uint64_t)end), 0);
    cr_expect(told_nobody());
}

// The guest says that everything is pending and masked, where it has no ports.
Test(port, the_shared_page_is_not_trusted)
{
    int64_t end, port = channel(ALPHA, BETA, &end);

    memset(page_of(BETA), 0xff, sizeof(struct pv_ports));
    cr_expect_eq(port_send(ALPHA, (uint64_t)port), 0);
    cr_expect(told_nobody());
    cr_expect_eq(port_send(BETA, (uint64_t)end), 0);
    cr_expect(told_alone(ALPHA->vcpus[0], port));
    cr_expect_eq(port_unmask(BETA, 2), -PV_E_PORT);
}

Test(port, send_to_a_virtual_cpu)
{
    int64_t port = port_bind_vcpu(ALPHA, 2);

    cr_expect_eq(port_send(ALPHA, (uint64_t)port), 0);
    cr_expect(is_pending(ALPHA, port));
    cr_expect(told_alone(ALPHA->vcpus[2], port));
    cr_expect_eq(status_of(ALPHA, port).vcpu, 2);
}

Test(port, vcpu_set_delivers_again)
{
    int64_t port = port_bind_vcpu(ALPHA, 0);

    port_send(ALPHA, (uint64_t)port);
    cr_expect(told_alone(ALPHA->vcpus[0], port));
    port_vcpu_set(ALPHA, (uint64_t)port, 1);
    cr_expect(told_alone(ALPHA->vcpus[1], port));
    pending_clear(ALPHA, port);
    port_vcpu_set(ALPHA, (uint64_t)port, 2);
    cr_expect(told_nobody());
    mask(ALPHA, port);
    port_send(ALPHA, (uint64_t)port);
    port_vcpu_set(ALPHA, (uint64_t)port, 0);
    cr_expect(told_nobody());
}

// Where there are no upcalls, the words say it, and nobody is woken.
Test(port, other_mode_is_not_woken)
{
    static const struct mode other = {.fast = false};
    int64_t port = port_bind_vcpu(ALPHA, 0);

    ALPHA->mode = &other;
    cr_expect_eq(port_send(ALPHA, (uint64_t)port), 0);
    cr_expect(is_pending(ALPHA, port));
    cr_expect(told_nobody());
    cr_expect_eq(port_bind_event(ALPHA->vcpus[0], PV_EVENT_TIMER), -PV_E_INVALID);
}

// ---- Events ----

Test(port, event_comes_at_its_port)
{
    struct vcpu *vcpu = ALPHA->vcpus[1];
    int64_t port = port_bind_event(vcpu, PV_EVENT_TIMER);

    vcpu->domain->mode->event(vcpu, PV_EVENT_TIMER);
    cr_expect(is_pending(ALPHA, port));
    cr_expect_eq(vcpu->entry.page->events, 0);
    cr_expect(told_alone(vcpu, port));
    cr_expect(!port_event(ALPHA->vcpus[0], PV_EVENT_TIMER), "another one's timer");
    cr_expect(!port_event(vcpu, PV_EVENT_CONSOLE));
    cr_expect_eq(port_bind_event(vcpu, PV_EVENT_TIMER), -PV_E_BOUND);
    cr_expect_eq(status_of(ALPHA, port).port, PV_EVENT_TIMER);
}

Test(port, event_is_a_bit_again)
{
    struct vcpu *vcpu = ALPHA->vcpus[1];
    int64_t port = port_bind_event(vcpu, PV_EVENT_TIMER);

    port_vcpu_set(ALPHA, (uint64_t)port, 2);
    cr_expect_eq(port_close(ALPHA, (uint64_t)port), 0);
    vcpu->domain->mode->event(vcpu, PV_EVENT_TIMER);
    cr_expect_eq(vcpu->entry.page->events, 1 << PV_EVENT_TIMER);
    cr_expect_gt(port_bind_event(vcpu, PV_EVENT_TIMER), 0);
}

// The console is the domain's: who binds it gets it.
Test(port, event_of_the_console)
{
    int64_t port = port_bind_event(ALPHA->vcpus[2], PV_EVENT_CONSOLE);

    cr_expect(port_event(ALPHA->vcpus[0], PV_EVENT_CONSOLE));
    cr_expect(told_alone(ALPHA->vcpus[2], port));
    cr_expect_eq(port_bind_event(ALPHA->vcpus[0], PV_EVENT_CONSOLE), -PV_E_BOUND);
    port_close(ALPHA, (uint64_t)port);
    cr_expect(!port_event(ALPHA->vcpus[0], PV_EVENT_CONSOLE));
}

// A number that was an event's, and is another kind's now.
Test(port, event_does_not_come_at_what_took_its_place)
{
    struct vcpu *vcpu = ALPHA->vcpus[0];
    int64_t port = port_bind_event(vcpu, PV_EVENT_TIMER);

    port_close(ALPHA, (uint64_t)port);
    vcpu->event_ports[PV_EVENT_TIMER] = (uint16_t)port; // as who looked before it was closed saw it
    cr_expect(!port_event(vcpu, PV_EVENT_TIMER));
    ALPHA->ports.hint = (uint32_t)port;
    cr_assert_eq(port_bind_vcpu(ALPHA, 1), port);
    cr_expect(!port_event(vcpu, PV_EVENT_TIMER));
    cr_expect(told_nobody());
}

// ---- Binding and closing ----

// By both sides, from both sides, also with what is pending.
static void closes(bool first, bool pending)
{
    int64_t end, port;
    struct domain *closer = first ? ALPHA : BETA, *left = first ? BETA : ALPHA;

    world_open();
    port = channel(ALPHA, BETA, &end);
    int64_t closed = first ? port : end, stays = first ? end : port;
    if (pending) {
        port_send(left, (uint64_t)stays);
        world_told_all();
    }
    cr_expect_eq(port_close(closer, (uint64_t)closed), 0);
    cr_expect_eq(status_of(closer, closed).state, PV_PORT_FREE);
    cr_expect(!is_pending(closer, closed));
    struct pv_port_status status = status_of(left, stays);
    cr_expect_eq(status.state, PV_PORT_UNBOUND);
    cr_expect_eq(status.domain, closer->number);
    cr_expect_eq(status.port, 0);
    cr_expect(is_pending(left, stays));
    cr_expect(told_alone(left->vcpus[0], stays));
    cr_expect_eq(port_send(left, (uint64_t)stays), -PV_E_PORT);
    cr_expect_eq(port_bind_domain(GAMMA, left->number, (uint64_t)stays), -PV_E_PORT);
    cr_expect_gt(port_bind_domain(closer, left->number, (uint64_t)stays), 0);
    world_check();
}

Test(port, close_in_both_orders)
{
    for (unsigned i = 0; i < 4; i++)
        closes((i & 1) != 0, (i & 2) != 0);
}

Test(port, close_clears_what_was_left)
{
    int64_t port = port_bind_vcpu(ALPHA, 0);

    mask(ALPHA, port);
    port_send(ALPHA, (uint64_t)port);
    port_close(ALPHA, (uint64_t)port);
    cr_expect(!is_pending(ALPHA, port) && !port_bit_has(page_of(ALPHA)->mask, (uint64_t)port));
    memset(page_of(ALPHA), 0xff, sizeof(struct pv_ports));
    ALPHA->ports.hint = (uint32_t)port;
    cr_assert_eq(port_bind_vcpu(ALPHA, 0), port);
    cr_expect(!is_pending(ALPHA, port) && !port_bit_has(page_of(ALPHA)->mask, (uint64_t)port));
}

Test(port, loop)
{
    int64_t end, port = channel(ALPHA, ALPHA, &end);

    cr_assert_neq(port, end);
    port_send(ALPHA, (uint64_t)port);
    cr_expect(is_pending(ALPHA, end) && !is_pending(ALPHA, port));
    port_close(ALPHA, (uint64_t)end);
    cr_expect(is_pending(ALPHA, port));
    cr_expect_eq(status_of(ALPHA, port).state, PV_PORT_UNBOUND);
}

// A port that is free cannot be the other end of itself: it would be locked twice.
Test(port, bind_to_the_port_that_comes_next)
{
    port_of(FREE);
    for (unsigned i = 0; i < PORT_PAGE_ENTRIES; i++) {
        if (ALPHA->ports.hint == PORT_PAGE_ENTRIES)
            ALPHA->ports.hint = 1;
        cr_expect_eq(port_bind_domain(ALPHA, 0, ALPHA->ports.hint), -PV_E_PORT);
    }
}

Test(port, bind_to_another_one)
{
    int64_t port = port_allocate(ALPHA, 0);

    cr_expect_eq(port_bind_domain(BETA, ALPHA->number, (uint64_t)port), -PV_E_PORT);
    cr_expect_eq(status_of(ALPHA, port).state, PV_PORT_UNBOUND);
    cr_expect_eq(status_of(ALPHA, port).domain, ALPHA->number);
}

static unsigned fill(struct domain *domain)
{
    unsigned count = 0;

    while (port_allocate(domain, 0) > 0)
        count++;
    return count;
}

Test(port, full)
{
    int64_t theirs = port_allocate(BETA, ALPHA->number);

    cr_expect_eq(fill(ALPHA), PV_PORT_LIMIT - 1);
    cr_expect_eq(port_allocate(ALPHA, 0), -PV_E_ROOM);
    cr_expect_eq(port_bind_vcpu(ALPHA, 0), -PV_E_ROOM);
    cr_expect_eq(port_bind_event(ALPHA->vcpus[0], PV_EVENT_TIMER), -PV_E_ROOM);
    cr_expect_eq(port_bind_domain(ALPHA, BETA->number, (uint64_t)theirs), -PV_E_ROOM);
    cr_expect_eq(port_close(ALPHA, 777), 0);
    cr_expect_eq(port_bind_domain(ALPHA, BETA->number, (uint64_t)theirs), 777);
    cr_expect_eq(port_close(ALPHA, PV_PORT_LIMIT - 1), 0);
    cr_expect_eq(port_bind_vcpu(ALPHA, 0), PV_PORT_LIMIT - 1);
    cr_expect_eq(port_send(ALPHA, PV_PORT_LIMIT - 1), 0);
    cr_expect(is_pending(ALPHA, PV_PORT_LIMIT - 1));
    cr_expect(told_alone(ALPHA->vcpus[0], PV_PORT_LIMIT - 1));
    port_send(BETA, (uint64_t)theirs);
    cr_expect(told_alone(ALPHA->vcpus[0], 777));
}

// From where the last search ended, and then from the first one on.
Test(port, makes_the_next_that_is_free)
{
    static const uint16_t made[] = {64, 65, 128, 4031, 4095, 1, 62, 63};

    fill(ALPHA);
    for (unsigned i = 0; i < sizeof made / sizeof *made; i++)
        port_close(ALPHA, made[i]);
    world_check();
    ALPHA->ports.hint = 64;
    for (unsigned i = 0; i < sizeof made / sizeof *made; i++)
        cr_expect_eq(port_bind_vcpu(ALPHA, 0), made[i]);
    cr_expect_eq(port_bind_vcpu(ALPHA, 0), -PV_E_ROOM);
    world_check();
}

Test(port, no_memory)
{
    world_pages = 2;
    cr_expect_eq(fill(ALPHA), 2 * PORT_PAGE_ENTRIES - 1);
    cr_expect_eq(port_allocate(BETA, 0), -PV_E_ROOM);
    world_pages = 1;
    cr_expect_eq(port_allocate(BETA, 0), 1);
}

Test(port, close_some)
{
    int64_t end;

    fill(ALPHA);
    port_close(ALPHA, PV_PORT_LIMIT - 1);
    cr_assert_eq(channel(ALPHA, BETA, &end), PV_PORT_LIMIT - 1);
    for (unsigned turn = 1; turn < PV_PORT_LIMIT / PORT_CLOSE_SLICE; turn++) {
        cr_expect(!port_close_some(ALPHA));
        cr_expect_eq(status_of(BETA, end).state, PV_PORT_DOMAIN);
    }
    cr_expect(port_close_some(ALPHA));
    cr_expect(told_alone(BETA->vcpus[0], end));
    cr_expect_eq(status_of(BETA, end).state, PV_PORT_UNBOUND);
    cr_expect_eq(port_send(BETA, (uint64_t)end), -PV_E_PORT);
    cr_expect(port_close_some(GAMMA), "it has none");
}

// ---- Waiting ----

static int64_t waited;

static void send_waited(void)
{
    port_send(ALPHA, (uint64_t)waited);
}

Test(port, wait_finds_what_is_pending)
{
    uint32_t ports[] = {(uint32_t)port_bind_vcpu(ALPHA, 1), (uint32_t)port_bind_vcpu(ALPHA, 1)};

    port_send(ALPHA, ports[1]);
    cr_expect_eq(port_wait(ALPHA->vcpus[0], ports, 2, 0), PV_PORT_WAIT_PENDING);
    cr_expect_eq(port_wait(ALPHA->vcpus[0], ports, 1, WORLD_NOW), -PV_E_TIMEOUT);
    cr_expect_eq(port_wait(ALPHA->vcpus[0], ports, 1, 1), -PV_E_TIMEOUT);
    cr_expect_neq(ALPHA->vcpus[0]->state, VCPU_BLOCKED);
}

Test(port, wait_is_woken)
{
    struct vcpu *vcpu = ALPHA->vcpus[0];
    uint32_t port = (uint32_t)port_bind_vcpu(ALPHA, 1);

    mask(ALPHA, port);
    cr_expect_eq(port_wait(vcpu, &port, 1, WORLD_NOW + 5), PV_PORT_WAIT_AGAIN);
    cr_expect_eq(vcpu->state, VCPU_BLOCKED);
    cr_expect_eq(world_deadline(vcpu), WORLD_NOW + 5);
    port_send(ALPHA, port);
    cr_expect_eq(world_told(vcpu), 1);
    cr_expect(told_nobody(), "the port is masked");
    cr_expect_eq(vcpu->state, VCPU_RUNNABLE);
    cr_expect_eq(port_wait(vcpu, &port, 1, 0), PV_PORT_WAIT_PENDING);
    cr_expect_eq(world_deadline(vcpu), 0);
}

// Another one than it waits for also ends it: it may look again.
Test(port, wait_by_several)
{
    uint32_t port = (uint32_t)port_bind_vcpu(ALPHA, 2);

    port_wait(ALPHA->vcpus[0], &port, 1, 0);
    port_wait(ALPHA->vcpus[1], &port, 1, 0);
    port_send(ALPHA, port);
    cr_expect(world_told(ALPHA->vcpus[0]) == 1 && world_told(ALPHA->vcpus[1]) == 1);
    cr_expect(told_alone(ALPHA->vcpus[2], port));
    pending_clear(ALPHA, port);
    port_send(ALPHA, port);
    cr_expect(told_alone(ALPHA->vcpus[2], port), "nobody waits any more");
}

Test(port, wait_sees_what_comes_while_it_falls_asleep)
{
    uint32_t port = (uint32_t)(waited = port_bind_vcpu(ALPHA, 1));

    mask(ALPHA, waited);
    world_asleep = send_waited;
    cr_expect_eq(port_wait(ALPHA->vcpus[0], &port, 1, 0), PV_PORT_WAIT_AGAIN);
    cr_expect_eq(ALPHA->vcpus[0]->state, VCPU_RUNNABLE);
}

// Something else that comes just before must not be what it was told of, and the only thing.
Test(port, wait_is_woken_though_something_else_came_before)
{
    uint32_t port = (uint32_t)port_bind_vcpu(ALPHA, 1);

    waited = port_bind_vcpu(ALPHA, 2);
    mask(ALPHA, port);
    mask(ALPHA, waited);
    world_drowsy = send_waited;
    port_wait(ALPHA->vcpus[0], &port, 1, 0);
    port_send(ALPHA, port);
    cr_expect_eq(ALPHA->vcpus[0]->state, VCPU_RUNNABLE);
}

// What it is not told of, because it does not wait yet, it sees.
Test(port, wait_sees_what_nobody_told_it)
{
    uint32_t port = (uint32_t)(waited = port_bind_vcpu(ALPHA, 1));

    world_asleep = NULL;
    port_wait(ALPHA->vcpus[0], &port, 1, 0);
    port_wait_end(ALPHA->vcpus[0]);
    cr_expect_eq(ALPHA->ports.pollers, 0);
    port_bit_set(page_of(ALPHA)->pending, port);
    cr_expect_eq(port_wait(ALPHA->vcpus[0], &port, 1, 0), PV_PORT_WAIT_PENDING);
}

static void event_comes(void)
{
    ALPHA->vcpus[0]->entry.page->event_pending = 1;
}

// A handler that is about to run must not sleep with it.
Test(port, wait_does_not_sleep_on_an_event)
{
    uint32_t port = (uint32_t)port_bind_vcpu(ALPHA, 1);

    world_asleep = event_comes;
    ALPHA->vcpus[0]->entry.page->event_mask = 0;
    cr_expect_eq(port_wait(ALPHA->vcpus[0], &port, 1, 0), PV_PORT_WAIT_AGAIN);
    cr_expect_eq(ALPHA->vcpus[0]->state, VCPU_RUNNABLE);
    ALPHA->vcpus[0]->entry.page->event_mask = 1;
    cr_expect_eq(port_wait(ALPHA->vcpus[0], &port, 1, 0), PV_PORT_WAIT_AGAIN);
    cr_expect_eq(ALPHA->vcpus[0]->state, VCPU_BLOCKED, "it is masked, and may wait");
}
