// SPDX-License-Identifier: MIT
// The privileged instructions as C functions. In ring 3 each of them faults, and is emulated (mode=trap).
//
// Intel SDM volume 2 has the instructions. The memory clobbers keep the compiler from moving accesses across
// those that change what an access means, or that let an event handler in.
#ifndef PV_PVOPS_PRIVILEGED_H
#define PV_PVOPS_PRIVILEGED_H

#include <stdbool.h>
#include <stdint.h>

#include "pvops/fixup.h"
#include "pvops/pvops.h"

// The operand of lgdt and lidt.
struct descriptor_table {
    uint16_t limit; // bytes, less one
    uint64_t base;
} __attribute__((packed));

#define PV_CONTROL_REGISTER(name)                                                                            \
    PV_KEEPS static inline uint64_t name##_read(void)                                                        \
    {                                                                                                        \
        uint64_t value;                                                                                      \
                                                                                                             \
        __asm__ volatile("mov %%" #name ", %0" : "=r"(value));                                               \
        return value;                                                                                        \
    }                                                                                                        \
    PV_KEEPS static inline void name##_write(uint64_t value)                                                 \
    {                                                                                                        \
        __asm__ volatile("mov %0, %%" #name : : "r"(value) : "memory");                                      \
    }

PV_CONTROL_REGISTER(cr0)
PV_CONTROL_REGISTER(cr2)
PV_CONTROL_REGISTER(cr3)
PV_CONTROL_REGISTER(cr4)

// False if the register does not exist: the instruction then raises an exception.
static inline bool msr_read(uint32_t number, uint64_t *value)
{
    uint32_t low, high, done;

    __asm__ volatile("movl $0, %[done]\n"
                     "1: rdmsr\n"
                     "movl $1, %[done]\n"
                     "2:\n" PV_FIXUP("1b", "2b")
                     : [done] "=&r"(done), "=a"(low), "=d"(high)
                     : "c"(number));
    if (done)
        *value = (uint64_t)high << 32 | low;
    return done;
}

static inline bool msr_write(uint32_t number, uint64_t value)
{
    uint32_t done;

    __asm__ volatile("movl $0, %[done]\n"
                     "1: wrmsr\n"
                     "movl $1, %[done]\n"
                     "2:\n" PV_FIXUP("1b", "2b")
                     : [done] "=&r"(done)
                     : "c"(number), "a"((uint32_t)value), "d"((uint32_t)(value >> 32))
                     : "memory");
    return done;
}

static inline void gdt_load(const struct descriptor_table *table)
{
    __asm__ volatile("lgdt %0" : : "m"(*table) : "memory");
}

static inline void idt_load(const struct descriptor_table *table)
{
    __asm__ volatile("lidt %0" : : "m"(*table) : "memory");
}

static inline void task_register_load(uint16_t selector)
{
    __asm__ volatile("ltr %w0" : : "r"(selector) : "memory");
}

PV_KEEPS static inline void page_invalidate(const void *address)
{
    __asm__ volatile("invlpg (%0)" : : "r"(address) : "memory");
}

PV_KEEPS static inline void interrupts_disable(void)
{
    __asm__ volatile("cli" : : : "memory");
}

PV_KEEPS static inline void interrupts_enable(void)
{
    __asm__ volatile("sti" : : : "memory");
}

static inline void processor_halt(void)
{
    __asm__ volatile("hlt" : : : "memory");
}

// An interrupt is taken at the earliest after the instruction that follows sti, so none is taken before hlt.
static inline void processor_enable_and_halt(void)
{
    __asm__ volatile("sti; hlt" : : : "memory");
}

static inline void processor_cpuid(uint32_t leaf, uint32_t subleaf, struct pv_cpuid *id)
{
    __asm__ volatile("cpuid"
                     : "=a"(id->eax), "=b"(id->ebx), "=c"(id->ecx), "=d"(id->edx)
                     : "a"(leaf), "c"(subleaf));
}

static inline void xcr0_write(uint64_t value)
{
    __asm__ volatile("xsetbv" : : "c"(0), "a"((uint32_t)value), "d"((uint32_t)(value >> 32)) : "memory");
}

static inline uint8_t port_read(uint16_t port)
{
    uint8_t value;

    __asm__ volatile("inb %w1, %b0" : "=a"(value) : "Nd"(port));
    return value;
}

static inline void port_write(uint16_t port, uint8_t value)
{
    __asm__ volatile("outb %b0, %w1" : : "a"(value), "Nd"(port) : "memory");
}

#endif
