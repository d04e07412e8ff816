// SPDX-License-Identifier: MIT
/*
 * Sets up a processor for running guests.
 */
#include "x86/processor.h"

#include "lib/print.h"
#include "lib/string.h"
#include "x86/entry.h"
#include "x86/fpu.h"
#include "x86/instruction.h"
#include "x86/interrupt.h"
#include "x86/paging.h"
#include "x86/smap.h"

struct processor processors[PROCESSOR_LIMIT];
uint32_t processor_count = 1;
struct features features;

/* A feature bit of CPUID (Intel SDM vol. 2, CPUID), where it is noted, and the CR4 bit that turns it on. */
static const struct feature {
    const char *name;
    uint32_t leaf;
    uint8_t output; /* 0 eax, 1 ebx, 2 ecx, 3 edx */
    uint8_t bit;
    bool *present;
    uint64_t cr4;
} table[] = {
    {"NX", 0x80000001, 3, 20, &features.nx, 0},
    {"SYSCALL", 0x80000001, 3, 11, &features.syscall, 0},
    {"SMEP", 7, 1, 7, &features.smep, CR4_SMEP},
    {"SMAP", 7, 1, 20, &features.smap, CR4_SMAP},
    {"UMIP", 7, 2, 2, &features.umip, CR4_UMIP},
    {"FSGSBASE", 7, 1, 0, &features.fsgsbase, CR4_FSGSBASE},
    {"XSAVE", 1, 2, 26, &features.xsave, CR4_OSXSAVE},
    {"global pages", 1, 3, 13, &features.global_pages, CR4_PGE},
};

#define FEATURES (sizeof(table) / sizeof(table[0]))

static bool feature_test(const struct feature *feature)
{
    struct cpuid id;
    uint32_t outputs[4];

    if (cpuid(feature->leaf & 0x80000000, 0).eax < feature->leaf) {
        return false;
    }
    id = cpuid(feature->leaf, 0);
    memcpy(outputs, &id, sizeof(outputs));
    return (outputs[feature->output] >> feature->bit & 1) != 0;
}

/* Turns on what is noted as present. */
static void features_load(void)
{
    uint64_t cr4 = cr4_read() | CR4_OSFXSR | CR4_OSXMMEXCPT;

    for (unsigned i = 0; i < FEATURES; i++) {
        cr4 |= *table[i].present ? table[i].cr4 : 0;
    }
    msr_write(MSR_EFER, msr_read(MSR_EFER) | EFER_NXE | EFER_SCE);
    cr0_write((cr0_read() | CR0_WP | CR0_MP | CR0_NE) & ~(uint64_t)(CR0_EM | CR0_TS));
    cr4_write(cr4);
    fpu_open();
}

const char *processor_features_enable(void)
{
    for (unsigned i = 0; i < FEATURES; i++) {
        *table[i].present = feature_test(&table[i]);
    }
    if (!features.nx || !features.syscall) {
        return features.nx ? "SYSCALL" : "NX";
    }
    if (!features.smap) {
        smap_remove();
    }
    features_load();
    return NULL;
}

const char *processor_features_join(void)
{
    for (unsigned i = 0; i < FEATURES; i++) {
        if (*table[i].present && !feature_test(&table[i])) {
            return table[i].name;
        }
    }
    features_load();
    return NULL;
}

void processor_features_missing(char *buffer, uint64_t size)
{
    uint64_t length = 0;

    buffer[0] = '\0';
    for (unsigned i = 0; i < FEATURES; i++) {
        if (!*table[i].present && length < size) {
            length += (uint64_t)print_format(buffer + length, size - length, " %s", table[i].name);
        }
    }
}

/* The descriptors but the task's, by selector. SYSRET counts from SELECTOR_GUEST_BASE, which has none. */
static const struct {
    uint16_t selector;
    uint64_t descriptor;
} descriptors[] = {
    {SELECTOR_HV_CODE, 0x00af9b000000ffff},
    {SELECTOR_HV_DATA, 0x00cf93000000ffff},
    {SELECTOR_GUEST_DATA, 0x00cff3000000ffff},
    {SELECTOR_GUEST_CODE, 0x00affb000000ffff},
};

/* Types of system descriptors (Intel SDM vol. 3, table 3-2), present. */
#define SYSTEM_LOCAL 0x82ull
#define SYSTEM_TASK  0x89ull

/* The descriptor of a segment of the processor's: 16 bytes (Intel SDM vol. 3, figure 8-4). */
static void system_descriptor_set(struct processor *processor, unsigned selector, uint64_t type,
                                  uint64_t base, uint64_t size)
{
    uint64_t *descriptor = &processor->gdt[(selector - SELECTOR_OWN) / 8];

    descriptor[0] = (size - 1) | (base & 0xffffff) << 16 | type << 40 | (base >> 24 & 0xff) << 56;
    descriptor[1] = base >> 32;
}

static void descriptors_load(struct processor *processor)
{
    struct {
        uint16_t limit;
        uint64_t base;
    } __attribute__((packed))
    pointer = {SELECTOR_OWN + PAGE_SIZE - 1, (uint64_t)processor->gdt - SELECTOR_OWN};

    for (unsigned i = 0; i < sizeof(descriptors) / sizeof(descriptors[0]); i++) {
        processor->gdt[(descriptors[i].selector - SELECTOR_OWN) / 8] = descriptors[i].descriptor;
    }
    system_descriptor_set(processor, SELECTOR_TASK, SYSTEM_TASK, (uint64_t)&processor->task,
                          sizeof(processor->task));
    asm volatile("lgdt %0\n"
                 "push %1\n"
                 "lea 1f(%%rip), %%rax\n"
                 "push %%rax\n"
                 "lretq\n"
                 "1: mov %2, %%ss\n"
                 "mov %3, %%ds\n"
                 "mov %3, %%es\n"
                 "ltr %w4\n"
                 :
                 : "m"(pointer), "i"(SELECTOR_HV_CODE), "r"(SELECTOR_HV_DATA), "r"(SELECTOR_GUEST_DATA),
                   "r"(SELECTOR_TASK)
                 : "rax", "memory");
}

/* What firmware may have left: a way into ring 0, local descriptors, break points. */
static void firmware_state_clear(void)
{
    msr_write(MSR_SYSENTER_CS, 0);
    local_descriptors_select(0);
    dr7_write(DR7_OFF);
}

void processor_descriptors_set(struct processor *processor, mfn_t frame)
{
    if (processor->descriptors.number != frame.number) {
        processor->descriptors = frame;
        paging_descriptors_set(processor->gdt, frame);
    }
}

/* The direct map can be written to, as the processor does when it sets accessed bits. */
void processor_local_descriptors_set(struct processor *processor, mfn_t frame)
{
    if (processor->local_descriptors.number == frame.number) {
        return;
    }
    processor->local_descriptors = frame;
    if (frame.number == 0) {
        local_descriptors_select(0);
        return;
    }
    system_descriptor_set(processor, SELECTOR_LOCAL, SYSTEM_LOCAL, (uint64_t)direct_frame(frame), PAGE_SIZE);
    local_descriptors_select(SELECTOR_LOCAL);
}

void processor_open(struct processor *processor, uint64_t *gdt, uint64_t stack, const uint64_t stacks[4])
{
    processor->gdt = gdt;
    processor->stack = stack;
    processor->task.io_map = sizeof(processor->task);
    for (unsigned i = 0; i < 4; i++) {
        *(struct processor **)stacks[i] = processor;
        processor->task.interrupt_stack[i] = stacks[i];
    }
    descriptors_load(processor);
    interrupt_table_load();
    firmware_state_clear();
    msr_write(MSR_STAR, (uint64_t)SELECTOR_GUEST_BASE << 48 | (uint64_t)SELECTOR_HV_CODE << 32);
    msr_write(MSR_LSTAR, (uint64_t)entry_syscall);
    msr_write(MSR_SFMASK, ~(uint64_t)RFLAGS_ONE & 0xffffffff);
}
