// SPDX-License-Identifier: MIT
// Samples of operations as a kernel calls them, through a call site, which is patched like any other; and the
// same written by hand. The frame of a sample is the one of sample.inc.
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

// A function that takes a sample of some text. What it needs from the compiler follows, as inputs.
#define SAMPLE(name, text, ...)                                                                              \
    uint64_t sample_##name(void)                                                                             \
    {                                                                                                        \
        uint64_t ticks;                                                                                      \
        __asm__ volatile(SAMPLE_BEGIN text SAMPLE_END                                                        \
                         : "=&a"(ticks)                                                                      \
                         : __VA_ARGS__                                                                       \
                         : "rcx", "rdx", "rsi", "rdi", "r8", "r9", "r10", "r11", "r12", "memory", "cc");     \
        return ticks;                                                                                        \
    }

// The arguments of set_level1.
#define ENTRY_ARGUMENTS "movq sample_at(%%rip), %%rdi\n movq sample_entry(%%rip), %%rsi\n"

SAMPLE(site_disable, PV_SITE_TEXT, PV_SITE_INPUTS(irq, disable, PV_SITE_SHORT))
SAMPLE(site_read_cr2, PV_SITE_TEXT, PV_SITE_INPUTS(cpu, read_cr2, PV_SITE_SHORT))
SAMPLE(site_set_entry, ENTRY_ARGUMENTS PV_SITE_TEXT, PV_SITE_INPUTS(mmu, set_level1, PV_SITE_CALL))

// The same by hand, on the bare machine.
SAMPLE(hand_disable, "cli\n")
SAMPLE(hand_read_cr2, "movq %%cr2, %%rax\n")
SAMPLE(hand_set_entry, ENTRY_ARGUMENTS "movq %%rsi, (%%rdi)\n")
