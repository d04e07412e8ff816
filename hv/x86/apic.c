// SPDX-License-Identifier: MIT
/*
 * Local APIC (Intel SDM vol. 3, chapter 11), in memory-mapped or x2APIC mode as the firmware left it, and I/O
 * APIC (Intel 82093AA datasheet, chapter 3).
 */
#include "x86/apic.h"

#include <stddef.h>

#include "x86/instruction.h"
#include "x86/interrupt.h"
#include "x86/paging.h"

#define APIC_ID           0x20
#define APIC_TASK         0x80
#define APIC_EOI          0xb0
#define APIC_SPURIOUS     0xf0
#define APIC_COMMAND      0x300
#define APIC_DESTINATION  0x310
#define APIC_LVT_TIMER    0x320
#define APIC_TIMER_START  0x380
#define APIC_TIMER_LEFT   0x390
#define APIC_TIMER_DIVIDE 0x3e0

#define APIC_BASE_ENABLE 0x800
#define APIC_BASE_X2APIC 0x400
#define APIC_BASE_MASK   0xffffff000ull
#define MSR_X2APIC       0x800

#define COMMAND_ASSERT  0x4000
#define COMMAND_PENDING 0x1000
#define BROADCAST       0xff

#define SPURIOUS_ENABLE 0x100
#define DIVIDE_BY_1     0xb

#define IO_SELECT   0
#define IO_WINDOW   4
#define IO_VERSION  1
#define IO_REDIRECT 0x10
#define IO_MASKED   0x10000
#define IO_LEVEL    0x8000
#define IO_LOW      0x2000

static struct {
    volatile uint32_t *registers; /* NULL in x2APIC mode */
    struct {
        volatile uint32_t *registers;
        uint32_t gsi_base, inputs;
    } io[ACPI_MAX_IO_APICS];
    uint32_t io_count;
    const struct acpi_machine *machine;
} apic;

static uint32_t apic_read(uint32_t offset)
{
    return apic.registers != NULL ? apic.registers[offset / 4]
                                  : (uint32_t)msr_read(MSR_X2APIC + (offset >> 4));
}

static void apic_write(uint32_t offset, uint32_t value)
{
    if (apic.registers != NULL) {
        apic.registers[offset / 4] = value;
    } else {
        msr_write(MSR_X2APIC + (offset >> 4), value);
    }
}

static uint32_t io_read(volatile uint32_t *registers, uint32_t index)
{
    registers[IO_SELECT] = index;
    return registers[IO_WINDOW];
}

static void io_write(volatile uint32_t *registers, uint32_t index, uint32_t value)
{
    registers[IO_SELECT] = index;
    registers[IO_WINDOW] = value;
}

static bool io_open(const struct acpi_io_apic *found)
{
    volatile uint32_t *registers = paging_map_device(found->address, PAGE_SIZE);
    uint32_t inputs;

    if (registers == NULL) {
        return false;
    }
    inputs = (io_read(registers, IO_VERSION) >> 16 & 0xff) + 1;
    for (uint32_t input = 0; input < inputs; input++) {
        io_write(registers, IO_REDIRECT + 2 * input, IO_MASKED);
    }
    apic.io[apic.io_count].registers = registers;
    apic.io[apic.io_count].gsi_base = found->gsi_base;
    apic.io[apic.io_count].inputs = inputs;
    apic.io_count++;
    return true;
}

/* This processor's, with everything let through and its timer one-shot and silent. */
static void local_start(void)
{
    apic_write(APIC_TASK, 0);
    apic_write(APIC_SPURIOUS, SPURIOUS_ENABLE | VECTOR_SPURIOUS);
    apic_write(APIC_LVT_TIMER, VECTOR_TIMER);
    apic_write(APIC_TIMER_DIVIDE, DIVIDE_BY_1);
    apic_timer_start(0);
}

static bool local_open(void)
{
    uint64_t base = msr_read(MSR_APIC_BASE);

    msr_write(MSR_APIC_BASE, base | APIC_BASE_ENABLE);
    if ((base & APIC_BASE_X2APIC) == 0) {
        apic.registers = paging_map_device(base & APIC_BASE_MASK, PAGE_SIZE);
        if (apic.registers == NULL) {
            return false;
        }
    }
    local_start();
    return true;
}

void apic_join(void)
{
    uint64_t mode = APIC_BASE_ENABLE | (apic.registers == NULL ? APIC_BASE_X2APIC : 0);

    msr_write(MSR_APIC_BASE, msr_read(MSR_APIC_BASE) | APIC_BASE_ENABLE);
    msr_write(MSR_APIC_BASE, msr_read(MSR_APIC_BASE) | mode);
    local_start();
}

uint32_t apic_id(void)
{
    return apic.registers != NULL ? apic_read(APIC_ID) >> 24 : apic_read(APIC_ID);
}

bool apic_reaches(uint32_t id)
{
    return apic.registers == NULL || id < BROADCAST;
}

void apic_send(uint32_t id, uint32_t message)
{
    if (apic.registers == NULL) {
        __atomic_thread_fence(__ATOMIC_SEQ_CST);
        msr_write(MSR_X2APIC + (APIC_COMMAND >> 4), (uint64_t)id << 32 | COMMAND_ASSERT | message);
        return;
    }
    apic_write(APIC_DESTINATION, id << 24);
    apic_write(APIC_COMMAND, COMMAND_ASSERT | message);
    while ((apic_read(APIC_COMMAND) & COMMAND_PENDING) != 0) {
        processor_relax();
    }
}

bool apic_open(const struct acpi_machine *machine)
{
    apic.machine = machine;
    if (!local_open()) {
        return false;
    }
    for (uint32_t i = 0; i < machine->io_apic_count; i++) {
        if (!io_open(&machine->io_apics[i])) {
            return false;
        }
    }
    return true;
}

bool apic_route(unsigned irq, uint8_t vector)
{
    const struct acpi_isa_irq *line = &apic.machine->isa_irqs[irq];
    uint32_t id = apic_id();

    for (uint32_t i = 0; i < apic.io_count; i++) {
        uint32_t input = line->gsi - apic.io[i].gsi_base;

        if (input < apic.io[i].inputs) {
            io_write(apic.io[i].registers, IO_REDIRECT + 2 * input + 1, id << 24);
            io_write(apic.io[i].registers, IO_REDIRECT + 2 * input,
                     vector | ((line->flags & ACPI_IRQ_LOW) != 0 ? IO_LOW : 0) |
                         ((line->flags & ACPI_IRQ_LEVEL) != 0 ? IO_LEVEL : 0));
            return true;
        }
    }
    return false;
}

void apic_end(void)
{
    apic_write(APIC_EOI, 0);
}

void apic_timer_start(uint32_t ticks)
{
    apic_write(APIC_TIMER_START, ticks);
}

uint32_t apic_timer_left(void)
{
    return apic_read(APIC_TIMER_LEFT);
}
