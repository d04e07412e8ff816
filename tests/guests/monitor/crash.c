// SPDX-License-Identifier: MIT
// Ways to break. None of them may harm anybody but this machine.
#include "command.h"

#include <assert.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "pvops/pvops.h"

// Nothing is mapped at the first, nobody but the hypervisor may use the second, and the third is no address
// at all.
#define ADDRESS_UNMAPPED      0xdead000
#define ADDRESS_HYPERVISOR    0xffff800000000000
#define ADDRESS_NON_CANONICAL 0x8000000000000000

static void crash_divide(void)
{
    __asm__ volatile("xorl %%ecx, %%ecx; divl %%ecx" : : : "eax", "ecx", "edx", "cc");
}

static void crash_page(void)
{
    *(volatile char *)ADDRESS_UNMAPPED = 1;
}

static void crash_stack(void)
{
    __asm__ volatile("movq %0, %%rsp; ud2" : : "r"((uint64_t)ADDRESS_UNMAPPED));
}

static void crash_jump(void)
{
    __asm__ volatile("jmp *%0" : : "r"(ADDRESS_HYPERVISOR));
}

static void crash_opcode(void)
{
    __asm__ volatile("ud2");
}

static void crash_general(void)
{
    *(volatile char *)ADDRESS_NON_CANONICAL = 1;
}

static void crash_nohandler(void)
{
    for (unsigned vector = 0; vector < PV_VECTOR_EXCEPTIONS; vector++)
        pvop_cpu_trap_set(vector, NULL, 0);
    crash_divide();
}

static void crash_assert(void)
{
    bool sound = false;

    assert(sound);
}

struct crash {
    const char *kind;
    const char *help;
    void (*execute)(void);
};

static const struct crash crashes[] = {
    {"divide", "divides by zero", crash_divide},
    {"page", "writes where nothing is mapped", crash_page},
    {"stack", "raises an exception without a stack to handle it", crash_stack},
    {"jump", "jumps into the hypervisor", crash_jump},
    {"opcode", "executes what is no instruction", crash_opcode},
    {"general", "writes to what is no address", crash_general},
    {"nohandler", "removes all handlers, then divides by zero", crash_nohandler},
    {"assert", "fails an assertion", crash_assert},
};

#define CRASHES (sizeof crashes / sizeof crashes[0])

void command_crash(int count, char **words)
{
    for (size_t i = 0; i < CRASHES; i++) {
        if (count < 2)
            printf("  %-10s %s\n", crashes[i].kind, crashes[i].help);
        else if (strcmp(crashes[i].kind, words[1]) == 0)
            crashes[i].execute();
    }
    if (count >= 2)
        printf("crash %s: no such kind, or it did no harm\n", words[1]);
}
