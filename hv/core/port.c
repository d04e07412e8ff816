// SPDX-License-Identifier: MIT
/*
 * The table of ports, what each call does with them, and who is told.
 */
#include "core/port.h"

#include "core/domain.h"
#include "core/scheduler.h"
#include "core/timer.h"

void port_table_open(struct port_table *table, struct pv_ports *page)
{
    *table = (struct port_table){.page = page};
}

/* ---- Who is told ----------------------------------------------------------------------------------- */

static struct vcpu *port_vcpu(const struct domain *domain, const struct port *port)
{
    return domain->vcpus[__atomic_load_n(&port->vcpu, __ATOMIC_SEQ_CST)];
}

/* The second half of a send: what hypercall_event does for an event, with the word of a port. */
static void raise(const struct domain *domain, const struct port *port)
{
    struct vcpu *vcpu = port_vcpu(domain, port);
    struct pv_vcpu_page *page = vcpu->entry.page;

    port_bit_set(&page->port_words, port->self / 64);
    __atomic_store_n(&page->event_pending, 1, __ATOMIC_SEQ_CST);
    if (domain->mode->fast) {
        vcpu_notify(vcpu, ATTENTION_EVENT);
    }
}

/* They look again, each for itself: there are few, and seldom. */
static void pollers_wake(struct domain *domain)
{
    uint64_t pollers = __atomic_exchange_n(&domain->ports.pollers, 0, __ATOMIC_SEQ_CST);

    for (; pollers != 0; pollers &= pollers - 1) {
        vcpu_notify(domain->vcpus[__builtin_ctzll(pollers)], ATTENTION_EVENT);
    }
}

void port_tell(struct domain *domain, const struct port *receiver)
{
    if (__atomic_load_n(&domain->ports.pollers, __ATOMIC_SEQ_CST) != 0) {
        pollers_wake(domain);
    }
    if (!port_bit_has(domain->ports.page->mask, receiver->self)) {
        raise(domain, receiver);
    }
}

/* Something comes at a port. Its lock is held, or that of the port from which it is sent. */
static void arrive(struct domain *domain, const struct port *receiver)
{
    if (port_mark(&domain->ports, receiver->self)) {
        port_tell(domain, receiver);
    }
}

/* The same for what is pending already, where somebody else may have to know now. */
static void arrive_again(struct domain *domain, const struct port *port)
{
    const struct pv_ports *page = domain->ports.page;

    if (port_bit_has(page->pending, port->self) && !port_bit_has(page->mask, port->self)) {
        raise(domain, port);
    }
}

/* ---- The table ------------------------------------------------------------------------------------- */

/* The entry of a number; NULL if there is none of it. */
static struct port *port_entry(const struct port_table *table, uint64_t number)
{
    return port_has(table, number) ? port_at(table, number) : NULL;
}

/* A port that is not free, with its lock held; NULL if there is none of the number. */
static struct port *port_take(const struct domain *domain, uint64_t number)
{
    struct port *port = port_entry(&domain->ports, number);

    if (port == NULL) {
        return NULL;
    }
    lock_take(&port->lock, LOCK_PORT);
    if (port->state == PV_PORT_FREE) {
        lock_put(&port->lock, LOCK_PORT);
        return NULL;
    }
    return port;
}

/* Takes note whether a port is free. The table's lock is held. */
static void free_note(struct port_table *table, uint32_t number, bool is_free)
{
    uint32_t word = number / 64;
    uint64_t bit = 1ull << number % 64, word_bit = 1ull << word;

    table->free[word] = is_free ? table->free[word] | bit : table->free[word] & ~bit;
    table->free_words = table->free[word] != 0 ? table->free_words | word_bit : table->free_words & ~word_bit;
}

/* The next free number from one on, and then from the first one on; 0 if there is none. No search. */
static uint32_t free_next(const struct port_table *table, uint32_t from)
{
    uint32_t word = from / 64 % PV_PORT_WORDS;
    uint64_t here = table->free[word] & ~0ull << from % 64;
    uint64_t behind = table->free_words & ~1ull << word;
    uint64_t words = behind != 0 ? behind : table->free_words;

    if (here != 0) {
        return word * 64 + (uint32_t)__builtin_ctzll(here);
    }
    if (words == 0) {
        return 0;
    }
    word = (uint32_t)__builtin_ctzll(words);
    return word * 64 + (uint32_t)__builtin_ctzll(table->free[word]);
}

/* Adds a page of entries to the table. Its lock is held. Returns false when there is no room or memory. */
static bool table_grow(struct domain *domain)
{
    struct port_table *table = &domain->ports;
    struct port *page;

    if (table->count == PV_PORT_LIMIT) {
        return false;
    }
    page = domain_control_page(domain);
    if (page == NULL) {
        return false;
    }
    for (unsigned i = 0; i < PORT_PAGE_ENTRIES; i++) {
        page[i].self = (uint16_t)(table->count + i);
        if (page[i].self != 0) {
            free_note(table, page[i].self, true);
        }
    }
    table->pages[table->count / PORT_PAGE_ENTRIES] = page;
    __atomic_store_n(&table->count, table->count + PORT_PAGE_ENTRIES, __ATOMIC_RELEASE);
    return true;
}

/* A free port; NULL when there is none and no room for more. The table's lock is held, so it stays free. */
static struct port *port_find(struct domain *domain)
{
    struct port_table *table = &domain->ports;
    uint32_t number = free_next(table, table->hint);

    if (number == 0 && table_grow(domain)) {
        number = free_next(table, table->hint);
    }
    if (number == 0) {
        return NULL;
    }
    table->hint = number + 1;
    return port_entry(table, number);
}

/* Clears what was left of a number's former life in the shared page: it is the guest's to clear, mostly. */
static void bits_clear(const struct domain *domain, uint16_t number)
{
    struct pv_ports *page = domain->ports.page;
    uint64_t bit = 1ull << number % 64;

    __atomic_and_fetch(&page->pending[number / 64], ~bit, __ATOMIC_SEQ_CST);
    __atomic_and_fetch(&page->mask[number / 64], ~bit, __ATOMIC_SEQ_CST);
}

/* Makes a free port what `made` says, but for its number. Its lock and the table's are held. */
static void port_make(struct domain *domain, struct port *port, const struct port *made)
{
    bits_clear(domain, port->self);
    free_note(&domain->ports, port->self, made->state == PV_PORT_FREE);
    port->event = made->event;
    __atomic_store_n(&port->vcpu, made->vcpu, __ATOMIC_SEQ_CST);
    port->peer = made->peer;
    port->domain = made->domain;
    port->receiver = made->receiver;
    port->to = made->to;
    __atomic_store_n(&port->state, made->state, __ATOMIC_RELEASE);
}

/* Makes a port free. Its lock is held, that of the other end of a channel, and the table's. */
static void port_free(struct domain *domain, struct port *port)
{
    port_make(domain, port, &(struct port){.state = PV_PORT_FREE});
}

/* Makes a new port that needs nothing of another; returns its number. */
static int64_t port_new(struct domain *domain, const struct port *made)
{
    struct port_table *table = &domain->ports;
    struct port *port;
    int64_t number = -PV_E_ROOM;

    lock_take(&table->lock, LOCK_PORTS);
    port = port_find(domain);
    if (port != NULL) {
        lock_take(&port->lock, LOCK_PORT);
        port_make(domain, port, made);
        lock_put(&port->lock, LOCK_PORT);
        number = port->self;
    }
    lock_put(&table->lock, LOCK_PORTS);
    return number;
}

/* ---- Channels between domains ---------------------------------------------------------------------- */

/* In the order in which two ports' locks are taken: by domain, then by number. */
static bool comes_first(const struct domain *a, const struct port *a_port, const struct domain *b,
                        const struct port *b_port)
{
    return a->number != b->number ? a->number < b->number : a_port->self < b_port->self;
}

static void two_take(const struct domain *a, struct port *a_port, const struct domain *b, struct port *b_port)
{
    bool in_order = comes_first(a, a_port, b, b_port);

    lock_take(in_order ? &a_port->lock : &b_port->lock, LOCK_PORT);
    lock_take(in_order ? &b_port->lock : &a_port->lock, LOCK_PORT);
}

static void two_put(struct port *a_port, struct port *b_port)
{
    lock_put(&a_port->lock, LOCK_PORT);
    lock_put(&b_port->lock, LOCK_PORT);
}

/* The domain need not be there yet. */
int64_t port_allocate(struct domain *domain, uint64_t other)
{
    if (other > DOMAIN_LIMIT) {
        return -PV_E_DOMAIN;
    }
    return port_new(domain, &(struct port){.state = PV_PORT_UNBOUND,
                                           .domain = other == 0 ? domain->number : (uint32_t)other});
}

/* Makes two ports the ends of one channel; both locks are held, and the first one is free. */
static void two_bind(struct domain *domain, struct port *port, struct domain *remote, struct port *end)
{
    port_make(domain, port,
              &(struct port){.state = PV_PORT_DOMAIN,
                             .peer = end->self,
                             .domain = remote->number,
                             .receiver = end,
                             .to = remote});
    end->peer = port->self;
    end->domain = domain->number;
    end->receiver = port;
    end->to = domain;
    end->state = PV_PORT_DOMAIN;
}

/* What port_bind_domain does while domain `remote` cannot go, and no other port of `domain` is made. */
static int64_t channel_bind(struct domain *domain, struct domain *remote, uint64_t number)
{
    struct port *end = port_entry(&remote->ports, number);
    struct port *port;
    int64_t result = -PV_E_PORT;

    if (end == NULL) {
        return -PV_E_PORT;
    }
    port = port_find(domain);
    if (port == NULL) {
        return -PV_E_ROOM;
    }
    if (port == end) {
        return -PV_E_PORT;
    }
    two_take(domain, port, remote, end);
    if (end->state == PV_PORT_UNBOUND && end->domain == domain->number) {
        two_bind(domain, port, remote, end);
        result = port->self;
    }
    two_put(port, end);
    return result;
}

int64_t port_bind_domain(struct domain *domain, uint64_t other, uint64_t port)
{
    struct domain *remote;
    int64_t result = -PV_E_DOMAIN;

    domains_hold();
    remote = other == 0 ? domain : other <= DOMAIN_LIMIT ? domain_at((unsigned)other) : NULL;
    if (remote != NULL) {
        lock_take(&domain->ports.lock, LOCK_PORTS);
        result = channel_bind(domain, remote, port);
        lock_put(&domain->ports.lock, LOCK_PORTS);
    }
    domains_release();
    return result;
}

/* Leaves an end of a channel alone: it may be bound again, and something comes there. Both are held. */
static void end_leave(struct domain *remote, struct port *end)
{
    end->receiver = NULL;
    end->to = NULL;
    end->peer = 0;
    end->state = PV_PORT_UNBOUND;
    arrive(remote, end);
}

/*
 * Separates a port, whose lock is held before and after, from the other end. Ends of channels change only
 * while the list of domains is held: so the channel is still the same when both are held.
 */
static void channel_close(const struct domain *domain, struct port *port)
{
    struct domain *remote = port->to;
    struct port *end = port->receiver;

    lock_put(&port->lock, LOCK_PORT);
    two_take(domain, port, remote, end);
    end_leave(remote, end);
    lock_put(&end->lock, LOCK_PORT);
}

/* ---- Ports of other kinds -------------------------------------------------------------------------- */

/* The virtual CPU to which the hypervisor sends an event that a virtual CPU asks for. */
static struct vcpu *event_source(struct vcpu *vcpu, enum pv_event event)
{
    return event == PV_EVENT_CONSOLE ? vcpu->domain->vcpus[0] : vcpu;
}

/* The table's lock keeps others from binding the same event. */
int64_t port_bind_event(struct vcpu *vcpu, uint64_t event)
{
    struct domain *domain = vcpu->domain;
    struct vcpu *source;
    struct port *port;
    int64_t result = -PV_E_ROOM;

    /* What processors send to one another has port_bind_vcpu. */
    if (event >= VCPU_EVENTS || event == PV_EVENT_PROCESSOR || !domain->mode->fast) {
        return -PV_E_INVALID;
    }
    source = event_source(vcpu, (enum pv_event)event);
    lock_take(&domain->ports.lock, LOCK_PORTS);
    port = port_find(domain);
    if (__atomic_load_n(&source->event_ports[event], __ATOMIC_SEQ_CST) != 0) {
        result = -PV_E_BOUND;
    } else if (port != NULL) {
        lock_take(&port->lock, LOCK_PORT);
        port_make(domain, port,
                  &(struct port){.state = PV_PORT_EVENT,
                                 .event = (uint8_t)event,
                                 .vcpu = (uint16_t)vcpu->number,
                                 .peer = (uint16_t)source->number});
        __atomic_store_n(&source->event_ports[event], port->self, __ATOMIC_SEQ_CST);
        lock_put(&port->lock, LOCK_PORT);
        result = port->self;
    }
    lock_put(&domain->ports.lock, LOCK_PORTS);
    return result;
}

/* A port that was closed meanwhile, and may be another kind by now, is none for it. */
bool port_event(struct vcpu *vcpu, enum pv_event event)
{
    uint16_t number = __atomic_load_n(&vcpu->event_ports[event], __ATOMIC_SEQ_CST);
    struct port *port;
    bool bound;

    if (number == 0) {
        return false;
    }
    port = port_take(vcpu->domain, number);
    if (port == NULL) {
        return false;
    }
    bound = port->state == PV_PORT_EVENT && port->event == event && port->peer == vcpu->number;
    if (bound) {
        arrive(vcpu->domain, port);
    }
    lock_put(&port->lock, LOCK_PORT);
    return bound;
}

static void event_unbind(const struct domain *domain, const struct port *port)
{
    __atomic_store_n(&domain->vcpus[port->peer]->event_ports[port->event], 0, __ATOMIC_SEQ_CST);
}

/* Sends to itself: whoever knows the number. Its own number is known only when it is made. */
int64_t port_bind_vcpu(struct domain *domain, uint64_t vcpu)
{
    struct port *port;
    int64_t result = -PV_E_ROOM;

    if (domain_vcpu(domain, vcpu) == NULL) {
        return -PV_E_INVALID;
    }
    lock_take(&domain->ports.lock, LOCK_PORTS);
    port = port_find(domain);
    if (port != NULL) {
        lock_take(&port->lock, LOCK_PORT);
        port_make(domain, port,
                  &(struct port){.state = PV_PORT_VCPU,
                                 .vcpu = (uint16_t)vcpu,
                                 .peer = port->self,
                                 .receiver = port,
                                 .to = domain});
        lock_put(&port->lock, LOCK_PORT);
        result = port->self;
    }
    lock_put(&domain->ports.lock, LOCK_PORTS);
    return result;
}

/* ---- What is done with any ------------------------------------------------------------------------- */

/* What each kind needs beside becoming free; the table's lock and a port's are held, and afterwards too. */
static void kind_close(struct domain *domain, struct port *port)
{
    if (port->state == PV_PORT_DOMAIN) {
        channel_close(domain, port);
    } else if (port->state == PV_PORT_EVENT) {
        event_unbind(domain, port);
    }
    port_free(domain, port);
}

int64_t port_close(struct domain *domain, uint64_t number)
{
    struct port *closed;

    domains_hold();
    lock_take(&domain->ports.lock, LOCK_PORTS);
    closed = port_take(domain, number);
    if (closed != NULL) {
        kind_close(domain, closed);
        lock_put(&closed->lock, LOCK_PORT);
    }
    lock_put(&domain->ports.lock, LOCK_PORTS);
    domains_release();
    return closed != NULL ? 0 : -PV_E_PORT;
}

bool port_close_some(struct domain *domain)
{
    struct port_table *table = &domain->ports;

    for (unsigned i = 0; i < PORT_CLOSE_SLICE && table->closed < table->count; i++) {
        port_close(domain, table->closed++);
    }
    return table->closed == table->count;
}

int64_t port_send(struct domain *domain, uint64_t number)
{
    struct port *port = port_take(domain, number);
    bool sends;

    if (port == NULL) {
        return -PV_E_PORT;
    }
    sends = port->receiver != NULL;
    if (sends) {
        arrive(port->to, port->receiver);
    }
    lock_put(&port->lock, LOCK_PORT);
    return sends ? 0 : -PV_E_PORT;
}

int64_t port_status(struct domain *domain, uint64_t number, struct pv_port_status *status)
{
    struct port *port = port_entry(&domain->ports, number);

    if (number == 0 || number >= PV_PORT_LIMIT) {
        return -PV_E_PORT;
    }
    *status = (struct pv_port_status){.state = PV_PORT_FREE};
    if (port != NULL) {
        lock_take(&port->lock, LOCK_PORT);
        status->state = port->state;
        status->vcpu = port->vcpu;
        status->domain = port->domain;
        status->port = port->state == PV_PORT_DOMAIN  ? port->peer
                       : port->state == PV_PORT_EVENT ? port->event
                                                      : 0;
        lock_put(&port->lock, LOCK_PORT);
    }
    return 0;
}

int64_t port_vcpu_set(struct domain *domain, uint64_t number, uint64_t vcpu)
{
    struct port *port;

    if (domain_vcpu(domain, vcpu) == NULL) {
        return -PV_E_INVALID;
    }
    port = port_take(domain, number);
    if (port == NULL) {
        return -PV_E_PORT;
    }
    __atomic_store_n(&port->vcpu, (uint16_t)vcpu, __ATOMIC_SEQ_CST);
    arrive_again(domain, port);
    lock_put(&port->lock, LOCK_PORT);
    return 0;
}

int64_t port_unmask(struct domain *domain, uint64_t number)
{
    struct port *port = port_take(domain, number);

    if (port == NULL) {
        return -PV_E_PORT;
    }
    __atomic_and_fetch(&domain->ports.page->mask[number / 64], ~(1ull << number % 64), __ATOMIC_SEQ_CST);
    arrive_again(domain, port);
    lock_put(&port->lock, LOCK_PORT);
    return 0;
}

/* ---- Waiting --------------------------------------------------------------------------------------- */

static bool all_known(const struct domain *domain, const uint32_t *ports, uint64_t count)
{
    for (uint64_t i = 0; i < count; i++) {
        const struct port *port = port_entry(&domain->ports, ports[i]);

        if (port == NULL || __atomic_load_n(&port->state, __ATOMIC_ACQUIRE) == PV_PORT_FREE) {
            return false;
        }
    }
    return true;
}

static bool any_pending(const struct domain *domain, const uint32_t *ports, uint64_t count)
{
    for (uint64_t i = 0; i < count; i++) {
        if (port_bit_has(domain->ports.page->pending, ports[i])) {
            return true;
        }
    }
    return false;
}

/* An event that will be delivered on the way out: its handler must not wait for what the waiter waits for. */
static bool event_waits(struct vcpu *vcpu)
{
    return vcpu->entry.page->event_mask == 0 && vcpu->domain->mode->pending(vcpu);
}

void port_wait_end(struct vcpu *vcpu)
{
    timer_wait_cancel(vcpu);
    __atomic_and_fetch(&vcpu->domain->ports.pollers, ~(1ull << vcpu->number), __ATOMIC_SEQ_CST);
}

/*
 * First it is blocked, then it says that it waits, and then it looks; who sends sets what is looked at, and
 * then looks who waits, and wakes it. (If it said so while it is awake, one who sends something else could
 * tell it, and nobody would tell it again when it sleeps.) What was armed or said is undone when it sleeps
 * the next time, since nothing else minds it.
 */
int64_t port_wait(struct vcpu *vcpu, const uint32_t *ports, uint64_t count, uint64_t deadline)
{
    struct domain *domain = vcpu->domain;

    port_wait_end(vcpu);
    if (!all_known(domain, ports, count)) {
        return -PV_E_PORT;
    }
    if (any_pending(domain, ports, count)) {
        return PV_PORT_WAIT_PENDING;
    }
    if (deadline != 0 && deadline <= clock_now()) {
        return -PV_E_TIMEOUT;
    }
    if (deadline != 0) {
        timer_wait_set(vcpu, deadline);
    }
    scheduler_remove(vcpu, VCPU_BLOCKED);
    __atomic_or_fetch(&domain->ports.pollers, 1ull << vcpu->number, __ATOMIC_SEQ_CST);
    if (any_pending(domain, ports, count) || event_waits(vcpu)) {
        scheduler_add(vcpu, VCPU_BLOCKED);
    }
    return PV_PORT_WAIT_AGAIN;
}
