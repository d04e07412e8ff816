// SPDX-License-Identifier: MIT
// GDT, TSS and IDT (Intel SDM volume 3, sections 3.4.5, 6.14.1 and 7.7; AMD APM volume 2, section 4.8), and
// the registers that say where SYSCALL enters.
//
// No segment register is reloaded. On the bare machine they hold the selectors of native_start.S, which has
// the same descriptors; under a hypervisor they stay the hypervisor's.
#include "pvops/tables.h"

#include "abi/layout.h"
#include "pvops/backend.h"
#include "pvops/native.h"
#include "pvops/privileged.h"
#include "pvops/processor.h"

enum {
    GDT_CODE = NATIVE_CODE / 8,
    GDT_DATA = NATIVE_DATA / 8,
    GDT_USER_DATA = PV_USER_SS / 8,
    GDT_USER_CODE = PV_USER_CS / 8,
    GDT_TSS, // two entries
    GDT_ENTRIES = GDT_TSS + 2,
    IDT_ENTRIES = 256,

    TSS_AVAILABLE = 0x89, // present, privilege 0

    GATE_INTERRUPT = 0x8e, // present, privilege 0; clears the interrupt flag
    GATE_TRAP = 0x8f,      // the same, but leaves it
    GATE_PRIVILEGE_3 = 0x60,

    // SYSRET takes SS 8 above, and CS 16 above this; both with privilege 3.
    SYSRET_BASE = PV_USER_SS - 8,
};
_Static_assert(PV_USER_CS == SYSRET_BASE + 16, "the order that SYSRET wants");
_Static_assert(NATIVE_DATA == NATIVE_CODE + 8, "the order that SYSCALL wants");

// Model-specific registers (Intel SDM volume 4, table 2-2).
#define MSR_STAR           0xc0000081
#define MSR_LSTAR          0xc0000082
#define MSR_SFMASK         0xc0000084
#define MSR_KERNEL_GS_BASE 0xc0000102

// The flags that SYSCALL clears: trap, interrupt, direction, nested task, alignment check.
enum { SYSCALL_CLEARS = 1 << 8 | 1 << 9 | 1 << 10 | 1 << 14 | 1 << 18 };

struct tss {
    uint32_t reserved0;
    uint64_t stack[3]; // for privilege 0, 1, 2
    uint64_t reserved1;
    uint64_t interrupt_stack[7];
    uint64_t reserved2;
    uint16_t reserved3;
    uint16_t io_map; // offset; at the end of the TSS there is none
} __attribute__((packed));
_Static_assert(sizeof(struct tss) == 104, "a 64-bit TSS has 104 bytes");

struct gate {
    uint16_t offset_low;
    uint16_t selector;
    uint8_t interrupt_stack; // 0: none of its own
    uint8_t type;
    uint16_t offset_middle;
    uint32_t offset_high;
    uint32_t reserved;
};
_Static_assert(sizeof(struct gate) == 16, "a 64-bit gate has 16 bytes");

// What each processor has of its own.
struct descriptors {
    uint64_t gdt[GDT_ENTRIES];
    struct tss tss;
    struct syscall_state syscall_state;
} __attribute__((aligned(64)));

static struct descriptors descriptors[PV_PROCESSOR_LIMIT];
static struct gate idt[IDT_ENTRIES] __attribute__((aligned(16)));

static const uint64_t gdt[GDT_ENTRIES] = {
    [GDT_CODE] = 0x00af9b000000ffff,      // 64-bit code, privilege 0
    [GDT_DATA] = 0x00cf93000000ffff,      // writable data, privilege 0
    [GDT_USER_DATA] = 0x00cff3000000ffff, // writable data, privilege 3
    [GDT_USER_CODE] = 0x00affb000000ffff, // 64-bit code, privilege 3
};

static const struct descriptor_table idt_operand = {sizeof idt - 1, (uintptr_t)idt};

static void descriptors_fill(struct descriptors *own)
{
    uint64_t base = (uintptr_t)&own->tss;

    for (unsigned i = 0; i < GDT_ENTRIES; i++)
        own->gdt[i] = gdt[i];
    own->gdt[GDT_TSS] = (sizeof own->tss - 1) | (base & 0xffffff) << 16 | (uint64_t)TSS_AVAILABLE << 40 |
                        (base >> 24 & 0xff) << 56;
    own->gdt[GDT_TSS + 1] = base >> 32;
    own->tss.io_map = sizeof own->tss;
}

void idt_set(unsigned vector, const void *handler, unsigned flags)
{
    uintptr_t offset = (uintptr_t)handler;
    unsigned type = flags & PV_GATE_MASKED ? GATE_INTERRUPT : GATE_TRAP;

    if (flags & PV_GATE_USER)
        type |= GATE_PRIVILEGE_3;
    idt[vector] = (struct gate){
        .offset_low = (uint16_t)offset,
        .selector = NATIVE_CODE,
        .type = (uint8_t)(handler ? type : 0), // not present
        .offset_middle = (uint16_t)(offset >> 16),
        .offset_high = (uint32_t)(offset >> 32),
    };
}

void tss_stack_set(void *top)
{
    struct pv_processor *here = pv_processor_here();
    struct descriptors *own = &descriptors[here->number];

    pv_stack_own(top, here);
    own->tss.stack[0] = (uintptr_t)top;
    own->syscall_state.kernel_stack = (uintptr_t)top;
}

static void syscall_start(struct descriptors *own)
{
    msr_write(MSR_STAR, (uint64_t)SYSRET_BASE << 48 | (uint64_t)NATIVE_CODE << 32);
    msr_write(MSR_LSTAR, (uintptr_t)entry_syscall_native);
    msr_write(MSR_SFMASK, SYSCALL_CLEARS);
    msr_write(MSR_KERNEL_GS_BASE, (uintptr_t)&own->syscall_state);
}

void tables_load(unsigned processor)
{
    struct descriptors *own = &descriptors[processor];
    const struct descriptor_table gdt_operand = {sizeof own->gdt - 1, (uintptr_t)own->gdt};

    descriptors_fill(own);
    gdt_load(&gdt_operand);
    task_register_load(GDT_TSS * 8);
    idt_load(&idt_operand);
    syscall_start(own);
}

void tables_start(void)
{
    for (unsigned vector = PV_VECTOR_EXCEPTIONS; vector < PV_VECTOR_LIMIT; vector++)
        idt_set(vector, entry_stubs[vector], PV_GATE_MASKED);
    tables_load(0);
}
