// SPDX-License-Identifier: MIT
/*
 * In mode=hypercall by trap_set and kernel_stack_set; in mode=trap by an IDT, and by the TSS that a GDT names
 * (Intel SDM vol. 3, figures 6-8, 8-11 and 8-4).
 */
#include "tests/guests/runtime/handlers.h"

#include "abi/trap.h"
#include "tests/guests/runtime/call.h"
#include "tests/guests/runtime/test.h"
#include "tests/guests/runtime/trap.h"

#define OVERFLOW 4

/* Where the kernel has its task's descriptor. */
#define TASK_SELECTOR 0x40

/* Bits of a gate's first word, without the handler. */
#define GATE_INTERRUPT 0x00008e0000000000
#define GATE_TRAP      0x00008f0000000000
#define GATE_USER      0x0000600000000000

/* An available TSS of 64-bit mode, in the first word of its descriptor, and its limit. */
#define TASK_AVAILABLE 0x0000890000000000
#define TASK_LIMIT     (sizeof(struct task_state) - 1)

struct gate {
    uint64_t low, high;
};

struct task_state {
    uint32_t reserved;
    uint64_t rsp[3];
    uint8_t rest[76];
} __attribute__((packed));
_Static_assert(sizeof(struct task_state) == 104, "a TSS of 64-bit mode is 104 bytes");

struct table_register {
    uint16_t limit;
    uint64_t base;
} __attribute__((packed));

static struct gate interrupts[PV_TRAP_LIMIT];
static uint64_t descriptors[TASK_SELECTOR / 8 + 2];
static struct task_state task;

static bool user_may_raise(unsigned int vector)
{
    return vector == BREAKPOINT || vector == OVERFLOW;
}

static void open_by_calls(const char entries[32][16], bool mask_events, uint64_t stack_top)
{
    for (unsigned int vector = 0; vector < PV_TRAP_LIMIT; vector++) {
        struct pv_trap trap = {.handler = (uintptr_t)entries[vector],
                               .vector = (uint8_t)vector,
                               .flags = mask_events ? PV_TRAP_MASK_EVENTS : 0};
        if (user_may_raise(vector))
            trap.flags |= PV_TRAP_USER;
        if (call(PV_CALL_trap_set, (uintptr_t)&trap, 0, 0) != 0)
            test_error("trap_set failed");
    }
    if (call(PV_CALL_kernel_stack_set, stack_top, 0, 0) != 0)
        test_error("kernel_stack_set failed");
}

static void gate_set(unsigned int vector, uint64_t handler, uint64_t kind)
{
    interrupts[vector].low =
        (handler & 0xffff) | (uint64_t)PV_KERNEL_CS << 16 | kind | (handler & 0xffff0000) << 32;
    interrupts[vector].high = handler >> 32;
    if (user_may_raise(vector))
        interrupts[vector].low |= GATE_USER;
}

static void task_descriptor_set(void)
{
    uint64_t base = (uintptr_t)&task;
    uint64_t *descriptor = &descriptors[TASK_SELECTOR / 8];

    descriptor[0] = TASK_LIMIT | (base & 0xffffff) << 16 | TASK_AVAILABLE | (base >> 24 & 0xff) << 56;
    descriptor[1] = base >> 32;
}

static void open_by_tables(const char entries[32][16], bool mask_events, uint64_t stack_top)
{
    struct table_register idt = {sizeof interrupts - 1, (uintptr_t)interrupts};
    struct table_register gdt = {sizeof descriptors - 1, (uintptr_t)descriptors};

    for (unsigned int vector = 0; vector < PV_TRAP_LIMIT; vector++)
        gate_set(vector, (uintptr_t)entries[vector], mask_events ? GATE_INTERRUPT : GATE_TRAP);
    task.rsp[0] = stack_top;
    task_descriptor_set();
    __asm__ volatile("lidt %0" : : "m"(idt));
    __asm__ volatile("lgdt %0" : : "m"(gdt));
    __asm__ volatile("ltr %w0" : : "r"(TASK_SELECTOR) : "memory");
}

void handlers_open(const char entries[32][16], bool mask_events, uint64_t stack_top)
{
    if (start_info->mode == PV_MODE_TRAP)
        open_by_tables(entries, mask_events, stack_top);
    else
        open_by_calls(entries, mask_events, stack_top);
}
