// SPDX-License-Identifier: MIT
// Call sites. Each call of an operation is an indirect call through pv_operations with room behind it, and a
// line in the section pv_sites that says where it is; patch.c makes of it what fits the machine. Until then
// it works as it is.
//
// An operation that PV_KEEPS its registers is called without the compiler expecting any but rax to change.
// Included by pvops.h.
#ifndef PV_PVOPS_SITE_H
#define PV_PVOPS_SITE_H

#include "pvops/pvops.h"

// Bytes of a site: an indirect call, and as much as the longest text for it needs (template.c).
enum { PV_SITE_CALL = 6, PV_SITE_SHORT = 9, PV_SITE_LONG = 25, PV_SITE_LIMIT = PV_SITE_LONG };

struct pv_site {
    uint64_t address;
    uint16_t operation; // offset in struct pvops
    uint16_t length;    // bytes
    uint32_t reserved;
};

// The linker names the two ends of a section whose name is an identifier.
extern const struct pv_site __start_pv_sites[];
extern const struct pv_site __stop_pv_sites[];

// The text of a site, for inline assembly that has the operands `operation` and `length`.
#define PV_SITE_TEXT                                                                                         \
    "771: call *pv_operations + %c[operation](%%rip)\n"                                                      \
    ".org 771b + %c[length], 0x90\n"                                                                         \
    ".pushsection pv_sites, \"a\"\n"                                                                         \
    ".balign 8\n"                                                                                            \
    ".quad 771b\n"                                                                                           \
    ".word %c[operation], %c[length]\n"                                                                      \
    ".long 0\n"                                                                                              \
    ".popsection\n"

// NOLINTBEGIN(bugprone-macro-parentheses): the name of a member
#define PV_SITE_INPUTS(group, member, size)                                                                  \
    [operation] "i"(offsetof(struct pvops, group.member)), [length] "i"(size)
// NOLINTEND(bugprone-macro-parentheses)

// What is in rax as a value of a type: a function that returns one byte leaves the others as they were.
#define PV_RESULT_void(rax)     ((void)(rax))
#define PV_RESULT_bool(rax)     ((uint8_t)(rax) != 0)
#define PV_RESULT_uint8_t(rax)  ((uint8_t)(rax))
#define PV_RESULT_uint64_t(rax) (rax)
#define PV_RESULT_size_t(rax)   (rax)
#define PV_RESULT_unsigned(rax) ((unsigned)(rax))

// The operations by the number of their arguments. `result` is the type of what is returned.
#define PV_OPERATION_0(group, member, result)                                                                \
    static inline result pvop_##group##_##member(void)                                                       \
    {                                                                                                        \
        uint64_t rax, rdi, rsi, rdx, rcx;                                                                    \
        __asm__ volatile(PV_SITE_TEXT                                                                        \
                         : "=a"(rax), "=D"(rdi), "=S"(rsi), "=d"(rdx), "=c"(rcx)                             \
                         : PV_SITE_INPUTS(group, member, PV_SITE_CALL)                                       \
                         : "r8", "r9", "r10", "r11", "memory", "cc");                                        \
        return PV_RESULT_##result(rax);                                                                      \
    }

#define PV_OPERATION_1(group, member, result, type0)                                                         \
    static inline result pvop_##group##_##member(type0 a0)                                                   \
    {                                                                                                        \
        uint64_t rax, rdi = (uint64_t)a0, rsi, rdx, rcx;                                                     \
        __asm__ volatile(PV_SITE_TEXT                                                                        \
                         : "=a"(rax), "+D"(rdi), "=S"(rsi), "=d"(rdx), "=c"(rcx)                             \
                         : PV_SITE_INPUTS(group, member, PV_SITE_CALL)                                       \
                         : "r8", "r9", "r10", "r11", "memory", "cc");                                        \
        return PV_RESULT_##result(rax);                                                                      \
    }

#define PV_OPERATION_2(group, member, result, type0, type1)                                                  \
    static inline result pvop_##group##_##member(type0 a0, type1 a1)                                         \
    {                                                                                                        \
        uint64_t rax, rdi = (uint64_t)a0, rsi = (uint64_t)a1, rdx, rcx;                                      \
        __asm__ volatile(PV_SITE_TEXT                                                                        \
                         : "=a"(rax), "+D"(rdi), "+S"(rsi), "=d"(rdx), "=c"(rcx)                             \
                         : PV_SITE_INPUTS(group, member, PV_SITE_CALL)                                       \
                         : "r8", "r9", "r10", "r11", "memory", "cc");                                        \
        return PV_RESULT_##result(rax);                                                                      \
    }

#define PV_OPERATION_3(group, member, result, type0, type1, type2)                                           \
    static inline result pvop_##group##_##member(type0 a0, type1 a1, type2 a2)                               \
    {                                                                                                        \
        uint64_t rax, rdi = (uint64_t)a0, rsi = (uint64_t)a1, rdx = (uint64_t)a2, rcx;                       \
        __asm__ volatile(PV_SITE_TEXT                                                                        \
                         : "=a"(rax), "+D"(rdi), "+S"(rsi), "+d"(rdx), "=c"(rcx)                             \
                         : PV_SITE_INPUTS(group, member, PV_SITE_CALL)                                       \
                         : "r8", "r9", "r10", "r11", "memory", "cc");                                        \
        return PV_RESULT_##result(rax);                                                                      \
    }

// The same for those that keep their registers, but for their argument's.
#define PV_KEEPING_0(group, member, result, length_)                                                         \
    static inline result pvop_##group##_##member(void)                                                       \
    {                                                                                                        \
        uint64_t rax;                                                                                        \
        __asm__ volatile(PV_SITE_TEXT                                                                        \
                         : "=a"(rax)                                                                         \
                         : PV_SITE_INPUTS(group, member, length_)                                            \
                         : "memory", "cc");                                                                  \
        return PV_RESULT_##result(rax);                                                                      \
    }

#define PV_KEEPING_1(group, member, result, type0, length_)                                                  \
    static inline result pvop_##group##_##member(type0 a0)                                                   \
    {                                                                                                        \
        uint64_t rax, rdi = (uint64_t)a0;                                                                    \
        __asm__ volatile(PV_SITE_TEXT                                                                        \
                         : "=a"(rax), "+D"(rdi)                                                              \
                         : PV_SITE_INPUTS(group, member, length_)                                            \
                         : "memory", "cc");                                                                  \
        return PV_RESULT_##result(rax);                                                                      \
    }

PV_OPERATION_0(cpu, start, void)
PV_OPERATION_0(cpu, halt, void)
PV_OPERATION_0(cpu, yield, void)
PV_KEEPING_0(cpu, read_cr0, uint64_t, PV_SITE_SHORT)
PV_KEEPING_1(cpu, write_cr0, void, uint64_t, PV_SITE_SHORT)
PV_KEEPING_0(cpu, read_cr2, uint64_t, PV_SITE_SHORT)
PV_KEEPING_0(cpu, read_cr3, uint64_t, PV_SITE_SHORT)
PV_KEEPING_0(cpu, read_cr4, uint64_t, PV_SITE_SHORT)
PV_KEEPING_1(cpu, write_cr4, void, uint64_t, PV_SITE_SHORT)
PV_OPERATION_2(cpu, read_msr, bool, uint32_t, uint64_t *)
PV_OPERATION_2(cpu, write_msr, bool, uint32_t, uint64_t)
PV_OPERATION_3(cpu, trap_set, void, unsigned, const void *, unsigned)
PV_OPERATION_1(cpu, kernel_stack_set, void, void *)
PV_OPERATION_1(cpu, fs_base_set, bool, uint64_t)
PV_OPERATION_3(cpu, cpuid, void, uint32_t, uint32_t, struct pv_cpuid *)
PV_OPERATION_1(cpu, port_in8, uint8_t, uint16_t)
PV_OPERATION_2(cpu, port_out8, void, uint16_t, uint8_t)

PV_KEEPING_0(irq, disable, void, PV_SITE_SHORT)
PV_KEEPING_0(irq, enable, void, PV_SITE_LONG)
PV_KEEPING_0(irq, save, uint64_t, 16)
PV_KEEPING_1(irq, restore, void, uint64_t, PV_SITE_SHORT)
PV_OPERATION_0(irq, wait, void)
PV_OPERATION_1(irq, dispatch, void, unsigned)

PV_OPERATION_2(mmu, entry, uint64_t, uint64_t, unsigned)
PV_OPERATION_1(mmu, entry_address, uint64_t, uint64_t)
PV_OPERATION_2(mmu, table_take, bool, uint64_t, unsigned)
PV_OPERATION_2(mmu, table_release, bool, uint64_t, unsigned)
PV_OPERATION_2(mmu, set_level1, void, pv_entry_at, uint64_t)
PV_OPERATION_2(mmu, set_level2, void, pv_entry_at, uint64_t)
PV_OPERATION_2(mmu, set_level3, void, pv_entry_at, uint64_t)
PV_OPERATION_2(mmu, set_level4, void, pv_entry_at, uint64_t)
PV_OPERATION_3(mmu, set_page, void, pv_entry_at, uint64_t, const void *)
PV_OPERATION_1(mmu, activate, bool, uint64_t)
PV_OPERATION_2(mmu, activate_with, bool, uint64_t, void *)
PV_KEEPING_1(mmu, invalidate_page, void, const void *, PV_SITE_SHORT)
PV_OPERATION_0(mmu, flush, void)
PV_OPERATION_0(mmu, lazy_begin, void)
PV_OPERATION_0(mmu, lazy_end, void)

PV_OPERATION_0(time, read, uint64_t)
PV_OPERATION_1(time, timer_set, void, uint64_t)
PV_OPERATION_0(time, wall_clock, uint64_t)

PV_OPERATION_2(console, write, size_t, const char *, size_t)
PV_OPERATION_2(console, read, size_t, char *, size_t)

PV_OPERATION_2(smp, start, bool, unsigned, void *)
PV_OPERATION_1(smp, send, void, unsigned)

PV_OPERATION_0(channel, count, unsigned)
PV_OPERATION_2(channel, describe, void, unsigned, struct pv_channel *)
PV_OPERATION_1(channel, is_connected, bool, unsigned)
PV_OPERATION_1(channel, send, void, unsigned)
PV_OPERATION_1(channel, mask, void, unsigned)
PV_OPERATION_1(channel, unmask, void, unsigned)

// Ends this machine, as pv_cpu_ops.end; the compiler is told that it does not return.
__attribute__((noreturn)) static inline void pvop_cpu_end(uint8_t reason)
{
    for (;;)
        pv_operations.cpu.end(reason);
}

#endif
