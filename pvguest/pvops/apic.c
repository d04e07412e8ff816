// SPDX-License-Identifier: MIT
// The local interrupt controller, in memory (xAPIC) or in model-specific registers (x2APIC).
#include "pvops/apic.h"

#include "pvops/backend.h"
#include "pvops/paging.h"
#include "pvops/privileged.h"

// Offsets of registers (Intel SDM volume 3, table 11-1); each is one MSR for 16 bytes.
enum {
    REGISTER_ID = 0x20,
    REGISTER_END = 0xb0,
    REGISTER_SPURIOUS = 0xf0,
    REGISTER_COMMAND = 0x300,
    REGISTER_DESTINATION = 0x310,

    SPURIOUS_ENABLE = 0x100,
    COMMAND_PENDING = 0x1000,
    ID_SHIFT = 24,
    MSR_SHIFT = 4,
};

#define MSR_APIC_BASE  0x1b
#define MSR_X2APIC     0x800
#define BASE_X2APIC    UINT64_C(0x400)
#define BASE_ENABLE    UINT64_C(0x800)
#define BASE_ADDRESS   UINT64_C(0xffffff000)
#define COMMAND_ASSERT 0x4000

static volatile uint32_t *registers; // NULL: they are model-specific registers

static uint32_t register_read(unsigned offset)
{
    uint64_t value = 0;

    if (registers)
        return registers[offset / sizeof *registers];
    msr_read(MSR_X2APIC + (offset >> MSR_SHIFT), &value);
    return (uint32_t)value;
}

static void register_write(unsigned offset, uint32_t value)
{
    if (registers)
        registers[offset / sizeof *registers] = value;
    else
        msr_write(MSR_X2APIC + (offset >> MSR_SHIFT), value);
}

void apic_start(void)
{
    uint64_t base = 0;

    msr_read(MSR_APIC_BASE, &base);
    if (!(base & BASE_X2APIC))
        registers = (volatile uint32_t *)paging_physmap(base & BASE_ADDRESS);
    msr_write(MSR_APIC_BASE, base | BASE_ENABLE);
    register_write(REGISTER_SPURIOUS, SPURIOUS_ENABLE | PV_VECTOR_PROCESSOR);
}

uint32_t apic_id(void)
{
    uint32_t id = register_read(REGISTER_ID);

    return registers ? id >> ID_SHIFT : id;
}

void apic_send(uint32_t id, uint32_t message)
{
    __sync_synchronize();
    if (!registers) {
        msr_write(MSR_X2APIC + (REGISTER_COMMAND >> MSR_SHIFT),
                  (uint64_t)id << 32 | message | COMMAND_ASSERT);
        return;
    }
    register_write(REGISTER_DESTINATION, id << ID_SHIFT);
    register_write(REGISTER_COMMAND, message | COMMAND_ASSERT);
    while (register_read(REGISTER_COMMAND) & COMMAND_PENDING)
        __builtin_ia32_pause();
}

void apic_end(void)
{
    register_write(REGISTER_END, 0);
}
