// SPDX-License-Identifier: MIT
// The operations of measure_pair.S, and a timer. On one processor two changes of virtual CPU are measured by
// giving it away to one that gives it back at once.
#include "pvops/backend.h"
#include "pvops/measure.h"
#include "pvops/operation.h"
#include "pvops/samples.h"
#include "pvops/scratch.h"
#include "pvops/stubs.h"

// How long a timer runs that is measured: longer than setting it takes.
enum { SOON = 20000 }; // nanoseconds

uint64_t sample_others;
uint64_t sample_arrival;

static uint64_t timer_deadline; // of the time-stamp counter

static char other_stack[PV_PAGE_SIZE] __attribute__((aligned(16)));

static const void *usual(void)
{
    return entry_stubs[PV_VECTOR_EXCEPTIONS];
}

static void entry_set(const void *handler)
{
    scratch_must(pv_event_entry_set((uintptr_t)handler) == 0);
}

// The other virtual CPU of this domain; it may be up already.
static void other_start(void)
{
    struct pv_vcpu_state state = {
        .rip = (uintptr_t)sample_yield_others,
        .rsp = (uintptr_t)other_stack + sizeof(other_stack),
        .kernel_root = pv_machine_address(pvop_cpu_read_cr3()),
    };

    if (sample_others == 0)
        scratch_must(pv_vcpu_start(1, (uintptr_t)&state) == 0);
    while (sample_others == 0)
        pv_yield();
}

static void yield_prepare(void)
{
    other_start();
    sample_others = 1;
}

static bool yield_done(void)
{
    return sample_others == 2;
}

// The other one, if there is one, gives the processor back for good.
static void ping_prepare(void)
{
    pv_vcpu_stop(1);
    sample_port = pv_start_info->shares[0].port;
    scratch_must(sample_port > 0 && sample_port < 64);
    sample_upcalls = 0;
    entry_set(upcall_port);
    pvop_channel_unmask(0);
}

static bool ping_done(void)
{
    entry_set(usual());
    return sample_upcalls == 1;
}

// Ticks of the counter for nanoseconds of the clock: the reverse of its scale.
static uint64_t ticks_of(uint64_t nanoseconds)
{
    return ((nanoseconds << 32) / pv_vcpu_page.clock.scale) >> pv_vcpu_page.clock.shift;
}

static uint64_t counter_read(void)
{
    uint32_t low, high;

    __asm__ volatile("lfence\nrdtsc" : "=a"(low), "=d"(high)::"memory");
    return (uint64_t)high << 32 | low;
}

static uint64_t time_of(uint64_t counter)
{
    const volatile struct pv_clock *clock = &pv_vcpu_page.clock;
    unsigned __int128 ticks = (counter - clock->tsc_base) << clock->shift;

    return clock->ns_base + (uint64_t)(ticks * clock->scale >> 32);
}

// From the time that it is set for until its upcall, with the processor busy meanwhile.
static uint64_t sample_timer(void)
{
    uint64_t now = counter_read();

    timer_deadline = now + ticks_of(SOON);
    sample_arrival = 0;
    pv_timer_set(time_of(now) + SOON);
    while (sample_arrival == 0)
        pv_barrier();
    return sample_arrival - timer_deadline;
}

static void timer_prepare(void)
{
    entry_set(upcall_arrival);
}

static bool timer_done(void)
{
    entry_set(usual());
    return sample_arrival >= timer_deadline;
}

const struct operation operations_together[] = {
    {"vcpu_switch", sample_yield, 2, yield_prepare, yield_done},
    {"event_ping_pong", sample_ping, 1, ping_prepare, ping_done},
    {"timer_late", sample_timer, 1, timer_prepare, timer_done},
    {NULL, NULL, 0, NULL, NULL},
};

const struct operation operations_apart[] = {
    {"event_ping_pong_apart", sample_ping, 1, ping_prepare, ping_done},
    {NULL, NULL, 0, NULL, NULL},
};

void pv_measure_answer(void)
{
    uint64_t bit;

    sample_port = pv_start_info->shares[0].port;
    bit = UINT64_C(1) << sample_port;
    pvop_irq_disable();
    entry_set(upcall_port);
    // What came before there was this handler is pending.
    pvop_channel_unmask(0);
    __atomic_store_n(&pv_vcpu_page.port_words, 0, __ATOMIC_SEQ_CST);
    sample_upcalls = (__atomic_fetch_and(&pv_ports.pending[0], ~bit, __ATOMIC_SEQ_CST) & bit) != 0;
    sample_answer();
}
