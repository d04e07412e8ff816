// SPDX-License-Identifier: MIT
// The backend for the bare machine: every operation is the processor's own instruction.
#include "pvops/native.h"

#include "pvops/backend.h"
#include "pvops/bare.h"
#include "pvops/complete.h"
#include "pvops/paging.h"
#include "pvops/pc.h"
#include "pvops/privileged.h"
#include "pvops/tables.h"

enum { FLAG_INTERRUPTS = 1 << 9 };

static void start(void)
{
    tables_start();
    native_space_close();
    pc_start();
}

static bool load_root(uint64_t root)
{
    cr3_write(root);
    return true;
}

static bool irq_save(void)
{
    uint64_t flags;

    __asm__ volatile("pushfq\n"
                     "popq %0\n"
                     "cli"
                     : "=r"(flags)
                     :
                     : "memory");
    return flags & FLAG_INTERRUPTS;
}

static void irq_restore(bool enabled)
{
    if (enabled)
        interrupts_enable();
}

const struct pvops pvops_native = {
    .name = "native",
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
            .load_root = load_root,
            .invalidate_page = page_invalidate,
            .read_msr = msr_read,
            .write_msr = msr_write,
            .trap_set = idt_set,
            .kernel_stack_set = tss_stack_set,
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
            .dispatch = bare_dispatch,
            .exception_return = entry_iretq,
        },
    .mmu =
        {
            .entry = paging_native_entry,
            .entry_address = paging_entry_address,
            .table_take = paging_native_take,
            .table_release = paging_native_release,
            .set = paging_store,
            .flush = paging_store_flush,
            .lazy_begin = paging_nothing,
            .lazy_end = paging_nothing,
        },
    .time = {.read = pv_clock_read, .timer_set = bare_timer_set},
    .console = {.write = pc_serial_write, .read = pc_serial_read},
};
PVOPS_COMPLETE(pvops_native)
