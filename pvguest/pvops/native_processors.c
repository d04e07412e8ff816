// SPDX-License-Identifier: MIT
// Starting processors on the bare machine: INIT, and where to start (Intel SDM volume 3, section 9.4.4), by
// tables that map the image where it is, too, and nothing else.
#include "pvops/native_processors.h"

#include "pvops/acpi.h"
#include "pvops/apic.h"
#include "pvops/backend.h"
#include "pvops/native.h"
#include "pvops/paging.h"
#include "pvops/privileged.h"
#include "pvops/processor.h"
#include "pvops/tables.h"

enum {
    LOW_MEMORY = 0x100000,
    PAGE_SHIFT = 12,
    INIT_TIME = 10000000,   // nanoseconds, before a processor can be told where to start
    START_TIME = 100000000, // until it has to be there
};

static uint32_t ids[PV_PROCESSOR_LIMIT]; // by number; the first processor's is the first
static uint64_t low_page;                // physical address, or 0
static bool running;                     // the one that was started last is there

unsigned native_processors_find(const void *root_pointer)
{
    unsigned count = root_pointer != NULL ? acpi_processors(root_pointer, ids, PV_PROCESSOR_LIMIT) : 0;

    if (count < 2 || low_page == 0)
        return 1;
    apic_start();
    for (unsigned i = 1; i < count; i++) {
        if (ids[i] == apic_id()) {
            ids[i] = ids[0];
            ids[0] = apic_id();
        }
    }
    return count;
}

void native_processors_memory(uint64_t start, uint64_t end)
{
    uint64_t page = ((end < LOW_MEMORY ? end : LOW_MEMORY) & ~(uint64_t)(PV_PAGE_SIZE - 1)) - PV_PAGE_SIZE;

    if (end >= UINT64_C(2) * PV_PAGE_SIZE && page >= start && page != 0 && page > low_page)
        low_page = page;
}

static void wait_until(uint64_t time)
{
    while (pv_clock_read() < time)
        __builtin_ia32_pause();
}

static void trampoline_put(void)
{
    volatile uint8_t *to = (volatile uint8_t *)paging_physmap(low_page);

    for (const uint8_t *from = native_trampoline; from < native_trampoline_end; from++)
        *to++ = *from;
}

bool native_processor_start(unsigned number, void *top)
{
    uint64_t now = pv_clock_read();

    if (!pv_processor_prepare(number, top))
        return false;
    trampoline_put();
    native_processor_boot = (struct native_processor_boot){cr3_read(), (uintptr_t)top, number};
    __atomic_store_n(&running, false, __ATOMIC_SEQ_CST);
    apic_send(ids[number], APIC_INIT);
    wait_until(now + INIT_TIME);
    apic_send(ids[number], APIC_STARTUP | (uint32_t)(low_page >> PAGE_SHIFT));
    while (!__atomic_load_n(&running, __ATOMIC_SEQ_CST) && pv_clock_read() < now + START_TIME)
        __builtin_ia32_pause();
    return __atomic_load_n(&running, __ATOMIC_SEQ_CST);
}

void native_processor_send(unsigned number)
{
    apic_send(ids[number], PV_VECTOR_PROCESSOR);
}

void native_processor_begin(unsigned number)
{
    tables_load(number);
    native_registers_enable();
    apic_start();
    __atomic_store_n(&running, true, __ATOMIC_SEQ_CST);
}
