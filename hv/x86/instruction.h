// SPDX-License-Identifier: MIT
/*
 * Single instructions of the processor as functions; each is documented by its name in the Intel SDM, vol. 2.
 */
#ifndef PV_X86_INSTRUCTION_H
#define PV_X86_INSTRUCTION_H

#include <stdint.h>

#define MSR_APIC_BASE      0x1b
#define MSR_SYSENTER_CS    0x174
#define MSR_EFER           0xc0000080
#define MSR_STAR           0xc0000081
#define MSR_LSTAR          0xc0000082
#define MSR_SFMASK         0xc0000084
#define MSR_FS_BASE        0xc0000100
#define MSR_GS_BASE        0xc0000101
#define MSR_KERNEL_GS_BASE 0xc0000102

#define EFER_SCE 0x1
#define EFER_NXE 0x800

#define CR0_WP 0x10000
#define CR0_TS 0x8
#define CR0_EM 0x4
#define CR0_MP 0x2
#define CR0_NE 0x20

#define DR7_OFF 0x400

#define CR4_OSFXSR     0x200
#define CR4_OSXMMEXCPT 0x400
#define CR4_PGE        0x80
#define CR4_UMIP       0x800
#define CR4_FSGSBASE   0x10000
#define CR4_OSXSAVE    0x40000
#define CR4_SMEP       0x100000
#define CR4_SMAP       0x200000

/** Registers that CPUID returns. */
struct cpuid {
    uint32_t eax, ebx, ecx, edx;
};

/** CPUID of a leaf and sub-leaf. */
static inline struct cpuid cpuid(uint32_t leaf, uint32_t subleaf)
{
    struct cpuid id;

    asm volatile("cpuid" : "=a"(id.eax), "=b"(id.ebx), "=c"(id.ecx), "=d"(id.edx) : "a"(leaf), "c"(subleaf));
    return id;
}

/** RDMSR. */
static inline uint64_t msr_read(uint32_t msr)
{
    uint32_t low, high;

    asm volatile("rdmsr" : "=a"(low), "=d"(high) : "c"(msr));
    return (uint64_t)high << 32 | low;
}

/** WRMSR. */
static inline void msr_write(uint32_t msr, uint64_t value)
{
    asm volatile("wrmsr" : : "c"(msr), "a"((uint32_t)value), "d"((uint32_t)(value >> 32)) : "memory");
}

/** Reads control register 0. */
static inline uint64_t cr0_read(void)
{
    uint64_t value;

    asm volatile("mov %%cr0, %0" : "=r"(value));
    return value;
}

/** Writes control register 0. */
static inline void cr0_write(uint64_t value)
{
    asm volatile("mov %0, %%cr0" : : "r"(value) : "memory");
}

/** Reads control register 2: the address of the last page fault. */
static inline uint64_t cr2_read(void)
{
    uint64_t value;

    asm volatile("mov %%cr2, %0" : "=r"(value));
    return value;
}

/** Reads control register 3. */
static inline uint64_t cr3_read(void)
{
    uint64_t value;

    asm volatile("mov %%cr3, %0" : "=r"(value));
    return value;
}

/** Loads the root of the page tables; flushes what is not global. */
static inline void cr3_write(uint64_t value)
{
    asm volatile("mov %0, %%cr3" : : "r"(value) : "memory");
}

/** Reads control register 4. */
static inline uint64_t cr4_read(void)
{
    uint64_t value;

    asm volatile("mov %%cr4, %0" : "=r"(value));
    return value;
}

/** Writes control register 4. */
static inline void cr4_write(uint64_t value)
{
    asm volatile("mov %0, %%cr4" : : "r"(value) : "memory");
}

/** Writes debug register 7, which enables break points. */
static inline void dr7_write(uint64_t value)
{
    asm volatile("mov %0, %%dr7" : : "r"(value));
}

/** INVLPG. */
static inline void page_invalidate(uint64_t address)
{
    asm volatile("invlpg (%0)" : : "r"(address) : "memory");
}

/** IN of one byte. */
static inline uint8_t port_read8(uint16_t port)
{
    uint8_t value;

    asm volatile("inb %1, %0" : "=a"(value) : "Nd"(port));
    return value;
}

/** OUT of one byte. */
static inline void port_write8(uint16_t port, uint8_t value)
{
    asm volatile("outb %0, %1" : : "a"(value), "Nd"(port));
}

/** IN of 16 bits. */
static inline uint16_t port_read16(uint16_t port)
{
    uint16_t value;

    asm volatile("inw %1, %0" : "=a"(value) : "Nd"(port));
    return value;
}

/** OUT of 16 bits. */
static inline void port_write16(uint16_t port, uint16_t value)
{
    asm volatile("outw %0, %1" : : "a"(value), "Nd"(port));
}

/** RDTSC. */
static inline uint64_t tsc_read(void)
{
    uint32_t low, high;

    asm volatile("rdtsc" : "=a"(low), "=d"(high));
    return (uint64_t)high << 32 | low;
}

/** REP STOSQ: makes 64-bit words zero. */
static inline void words_clear(void *words, uint64_t count)
{
    asm volatile("rep stosq" : "+D"(words), "+c"(count) : "a"(0ull) : "memory");
}

/** LLDT: takes the local descriptor table of a selector; 0 is none. */
static inline void local_descriptors_select(uint16_t selector)
{
    asm volatile("lldt %0" : : "r"(selector));
}

/**
 * STI, CLI: lets interrupts arrive that wait. One that does abandons what this processor was doing
 * (x86/entry.h).
 */
static inline void interrupts_admit(void)
{
    asm volatile("sti\n"
                 "nop\n"
                 "cli" ::
                     : "memory");
}

/** PAUSE, in loops that wait. */
static inline void processor_relax(void)
{
    asm volatile("pause");
}

/** Stops this processor for good. */
__attribute__((noreturn)) static inline void processor_halt(void)
{
    for (;;) {
        asm volatile("cli; hlt" : : : "memory");
    }
}

/** XSETBV of the register XCR0. */
static inline void xcr0_write(uint64_t value)
{
    asm volatile("xsetbv" : : "c"(0), "a"((uint32_t)value), "d"((uint32_t)(value >> 32)));
}

#endif
