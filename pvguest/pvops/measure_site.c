// SPDX-License-Identifier: MIT
// Samples of operations as a kernel calls them: through a call site, which is patched like any other. What
// the same costs when it is written by hand is in measure.S and measure_mmu.S; the frame of a sample is the
// one of sample.inc.
#include "pvops/backend.h"
#include "pvops/samples.h"

#define SAMPLE_BEGIN                                                                                         \
    "lfence\n"                                                                                               \
    "rdtsc\n"                                                                                                \
    "lfence\n"                                                                                               \
    "shlq $32, %%rdx\n"                                                                                      \
    "leaq (%%rdx, %%rax), %%r12\n"

#define SAMPLE_END                                                                                           \
    "movq %%rax, %%r9\n"                                                                                     \
    "lfence\n"                                                                                               \
    "rdtsc\n"                                                                                                \
    "shlq $32, %%rdx\n"                                                                                      \
    "addq %%rdx, %%rax\n"                                                                                    \
    "subq %%r12, %%rax\n"

// A function that takes a sample of an operation, with its two first arguments (fewer are read by some).
#define SAMPLE(name, group, member, size, first, second, third)                                              \
    uint64_t sample_site_##name(void)                                                                        \
    {                                                                                                        \
        uint64_t ticks;                                                                                      \
        __asm__ volatile(SAMPLE_BEGIN first second third PV_SITE_TEXT SAMPLE_END                             \
                         : "=&a"(ticks)                                                                      \
                         : PV_SITE_INPUTS(group, member, size)                                               \
                         : "rcx", "rdx", "rsi", "rdi", "r8", "r9", "r10", "r11", "r12", "memory", "cc");     \
        return ticks;                                                                                        \
    }

SAMPLE(disable, irq, disable, PV_SITE_SHORT, "", "", "")
SAMPLE(read_cr2, cpu, read_cr2, PV_SITE_SHORT, "", "", "")
SAMPLE(set_entry, mmu, set_level1, PV_SITE_CALL, "movq sample_at(%%rip), %%rdi\n",
       "movq sample_entry(%%rip), %%rsi\n", "")
