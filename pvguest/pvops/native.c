// SPDX-License-Identifier: MIT
// The backend for the bare machine: every operation is the processor's own instruction.
#include "pvops/native.h"

#include "pvops/apic.h"
#include "pvops/backend.h"
#include "pvops/bare.h"
#include "pvops/channel_none.h"
#include "pvops/complete.h"
#include "pvops/native_console.h"
#include "pvops/native_processors.h"
#include "pvops/paging.h"
#include "pvops/patch.h"
#include "pvops/pc.h"
#include "pvops/privileged.h"
#include "pvops/tables.h"

// CPUID's leaves and bits, and what they lead to (Intel SDM volume 1, section 13.3).
enum {
    LEAF_FEATURES = 1,
    LEAF_STATE = 13,
    FEATURE_XSAVE = 1 << 26,
    CR4_FSGSBASE = 1 << 16,
    CR4_OSXSAVE = 1 << 18,
    XCR0_WANTED = 7, // x87, SSE, AVX
};

// What else of the processor the kernel's users have under a hypervisor: the instructions for the bases of
// segments, and the registers of AVX, which want XSAVE.
void native_registers_enable(void)
{
    struct pv_cpuid id;

    if (pv_bases_exist())
        cr4_write(cr4_read() | CR4_FSGSBASE);
    processor_cpuid(LEAF_FEATURES, 0, &id);
    if (!(id.ecx & FEATURE_XSAVE))
        return;
    cr4_write(cr4_read() | CR4_OSXSAVE);
    processor_cpuid(LEAF_STATE, 0, &id);
    xcr0_write(id.eax & XCR0_WANTED);
}

static void start(void)
{
    tables_start();
    native_space_close();
    native_registers_enable();
    pc_start();
    native_console_start();
}

static void dispatch(unsigned vector)
{
    if (vector == PV_VECTOR_PROCESSOR)
        apic_end();
    bare_dispatch(vector);
}

static bool activate_with(uint64_t root, void *stack)
{
    tss_stack_set(stack);
    return paging_native_activate(root);
}

PV_KEEPS static uint64_t irq_save(void)
{
    uint64_t flags;

    __asm__ volatile("pushfq\n"
                     "popq %0\n"
                     "cli"
                     : "=r"(flags)
                     :
                     : "memory");
    return flags;
}

PV_KEEPS static void irq_restore(uint64_t flags)
{
    __asm__ volatile("pushq %0\n"
                     "popfq"
                     :
                     : "r"(flags)
                     : "memory", "cc");
}

const struct pvops pvops_native = {
    .name = "native",
    .templates = templates_native,
    .templates_many = templates_native,
    .cpu =
        {
            .start = start,
            .halt = processor_halt,
            .yield = bare_yield,
            .read_cr0 = cr0_read,
            .write_cr0 = cr0_write,
            .read_cr2 = cr2_read,
            .read_cr3 = cr3_read,
            .read_cr4 = cr4_read,
            .write_cr4 = cr4_write,
            .read_msr = msr_read,
            .write_msr = msr_write,
            .trap_set = idt_set,
            .kernel_stack_set = tss_stack_set,
            .fs_base_set = bare_fs_base_set,
            .cpuid = processor_cpuid,
            .port_in8 = port_read,
            .port_out8 = port_write,
            .end = bare_end,
        },
    .irq =
        {
            .disable = interrupts_disable,
            .enable = interrupts_enable,
            .save = irq_save,
            .restore = irq_restore,
            .wait = processor_enable_and_halt,
            .dispatch = dispatch,
            .exception_return = entry_iretq,
        },
    .mmu =
        {
            .entry = paging_native_entry,
            .entry_address = paging_entry_address,
            .table_take = paging_native_take,
            .table_release = paging_native_release,
            .set_level1 = paging_store,
            .set_level2 = paging_store,
            .set_level3 = paging_store,
            .set_level4 = paging_store,
            .set_page = paging_store_page,
            .activate = paging_native_activate,
            .activate_with = activate_with,
            .invalidate_page = page_invalidate,
            .flush = paging_store_flush,
            .lazy_begin = paging_nothing,
            .lazy_end = paging_nothing,
        },
    .time = {.read = pv_clock_read, .timer_set = bare_timer_set, .wall_clock = pv_wall_clock},
    .console = {.write = native_console_write, .read = native_console_read},
    .smp = {.start = native_processor_start, .send = native_processor_send, .begin = native_processor_begin},
    .channel =
        {
            .count = channel_none_count,
            .describe = channel_none_describe,
            .is_connected = channel_none_is_connected,
            .send = channel_none_do,
            .mask = channel_none_do,
            .unmask = channel_none_do,
        },
};
PVOPS_COMPLETE(pvops_native)
