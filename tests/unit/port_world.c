// SPDX-License-Identifier: MIT
// The stand-in. It keeps book of the locks: none may be taken in an order other than that of core/domain.h.
#include "port_world.h"

#include <criterion/criterion.h>
#include <string.h>

#include "core/scheduler.h"
#include "core/timer.h"

enum { HELD_LIMIT = 8, POOL_PAGES = WORLD_DOMAINS * (2 + 2 * WORLD_VCPUS + PORT_PAGES) };

struct domain *world_domains[WORLD_DOMAINS + 1];
unsigned world_pages;
void (*world_drowsy)(void);
void (*world_asleep)(void);

static unsigned told[WORLD_DOMAINS + 1][WORLD_VCPUS];
static uint64_t deadlines[WORLD_DOMAINS + 1][WORLD_VCPUS];
static const struct lock *held[HELD_LIMIT];
static unsigned held_count;
static bool list_is_held;
static uint8_t pool[POOL_PAGES][PAGE_SIZE] __attribute__((aligned(PAGE_SIZE)));
static unsigned pool_used;

static bool world_pending(struct vcpu *vcpu)
{
    return vcpu->entry.page->event_pending != 0;
}

// As core/upcall.c has it.
static void world_event(struct vcpu *vcpu, enum pv_event event)
{
    if (!port_event(vcpu, event))
        vcpu->entry.page->events |= 1ull << event;
}

static const struct mode world_mode = {.fast = true, .pending = world_pending, .event = world_event};

static void *page_new(void)
{
    cr_assert_lt(pool_used, POOL_PAGES);
    return memset(pool[pool_used++], 0, PAGE_SIZE);
}

// The rank of a lock: those of tables of ports come before those of ports, which go by domain and number.
static uint64_t rank(const struct lock *lock)
{
    for (unsigned d = 1; d <= WORLD_DOMAINS; d++) {
        const struct port_table *table = &world_domains[d]->ports;

        if (lock == &table->lock)
            return 1;
        for (unsigned i = 0; i < table->count; i++)
            if (lock == &port_at(table, i)->lock)
                return (uint64_t)d << 32 | i;
    }
    machine_broken("a lock that is no port's");
}

static void lock_note(enum machine_event event, uint64_t argument)
{
    const struct lock *lock = (const struct lock *)argument;

    if (event == MACHINE_LOCK) {
        cr_assert_lt(held_count, HELD_LIMIT);
        cr_assert(held_count == 0 || rank(held[held_count - 1]) < rank(lock), "locks out of order");
        held[held_count++] = lock;
    } else if (event == MACHINE_UNLOCK) {
        unsigned i = 0;

        while (i < held_count && held[i] != lock)
            i++;
        cr_assert_lt(i, held_count, "a lock that was not held");
        for (held_count--; i < held_count; i++)
            held[i] = held[i + 1];
    }
}

static struct domain *domain_new(unsigned number)
{
    struct domain *domain = page_new();

    domain->number = number;
    domain->mode = &world_mode;
    domain->vcpu_count = WORLD_VCPUS;
    for (unsigned i = 0; i < WORLD_VCPUS; i++) {
        struct vcpu *vcpu = page_new();

        vcpu->domain = domain;
        vcpu->number = i;
        vcpu->entry.page = page_new();
        vcpu->entry.page->event_mask = 1;
        domain->vcpus[i] = vcpu;
    }
    port_table_open(&domain->ports, page_new());
    return domain;
}

void world_open(void)
{
    machine_open();
    machine.hook = lock_note;
    memset(told, 0, sizeof told);
    pool_used = 0;
    held_count = 0;
    list_is_held = false;
    world_pages = WORLD_DOMAINS * PORT_PAGES;
    for (unsigned i = 1; i <= WORLD_DOMAINS; i++)
        world_domains[i] = domain_new(i);
}

unsigned world_told(const struct vcpu *vcpu)
{
    unsigned *count = &told[vcpu->domain->number][vcpu->number];
    unsigned were = *count;

    *count = 0;
    return were;
}

unsigned world_told_all(void)
{
    unsigned sum = 0;

    for (unsigned d = 1; d <= WORLD_DOMAINS; d++)
        for (unsigned i = 0; i < WORLD_VCPUS; i++)
            sum += world_told(world_domains[d]->vcpus[i]);
    return sum;
}

uint64_t world_deadline(const struct vcpu *vcpu)
{
    return deadlines[vcpu->domain->number][vcpu->number];
}

// That a table's set of free ports says what the ports say.
static void table_check(const struct port_table *table)
{
    for (uint32_t number = 0; number < PV_PORT_LIMIT; number++) {
        bool is_free =
            number != 0 && port_has(table, number) && port_at(table, number)->state == PV_PORT_FREE;

        cr_assert_eq(port_bit_has(table->free, number), is_free, "port %u", number);
    }
    for (uint32_t word = 0; word < PV_PORT_WORDS; word++)
        cr_assert_eq(port_bit_has(&table->free_words, word), table->free[word] != 0, "word %u", word);
}

void world_check(void)
{
    cr_assert_eq(held_count, 0, "locks are still held");
    cr_assert(!list_is_held, "the list of domains is still held");
    for (unsigned number = 1; number <= WORLD_DOMAINS; number++)
        table_check(&world_domains[number]->ports);
}

// ---- What port.c calls ----

void domains_hold(void)
{
    cr_assert(!list_is_held && held_count == 0, "the list comes before all others");
    list_is_held = true;
}

void domains_release(void)
{
    list_is_held = false;
}

struct domain *domain_at(unsigned number)
{
    cr_assert(list_is_held);
    return number >= 1 && number <= WORLD_DOMAINS ? world_domains[number] : NULL;
}

void *domain_control_page(struct domain *domain)
{
    (void)domain;
    if (world_pages == 0)
        return NULL;
    world_pages--;
    return page_new();
}

void vcpu_notify(struct vcpu *vcpu, enum attention what)
{
    cr_assert_eq(what, ATTENTION_EVENT);
    told[vcpu->domain->number][vcpu->number]++;
    if (vcpu->state == VCPU_BLOCKED)
        vcpu->state = VCPU_RUNNABLE;
}

void scheduler_remove(struct vcpu *vcpu, enum vcpu_state to)
{
    if (world_drowsy != NULL)
        world_drowsy();
    vcpu->state = to;
    if (world_asleep != NULL)
        world_asleep();
}

bool scheduler_add(struct vcpu *vcpu, enum vcpu_state from)
{
    bool was = vcpu->state == from;

    vcpu->state = was ? VCPU_RUNNABLE : vcpu->state;
    return was;
}

void timer_wait_set(struct vcpu *vcpu, uint64_t deadline)
{
    deadlines[vcpu->domain->number][vcpu->number] = deadline;
}

void timer_wait_cancel(struct vcpu *vcpu)
{
    deadlines[vcpu->domain->number][vcpu->number] = 0;
}

uint64_t clock_now(void)
{
    return WORLD_NOW;
}
