// SPDX-License-Identifier: MIT
// The backend that does not ask: the privileged instructions of the bare machine, each of which faults in
// ring 3 and is emulated. The machine it finds is a classic PC (pc.c) with a processor that has its own
// tables (tables.c).
#include "pvops/backend.h"
#include "pvops/bare.h"
#include "pvops/complete.h"
#include "pvops/paging.h"
#include "pvops/pc.h"
#include "pvops/privileged.h"
#include "pvops/tables.h"

static void start(void)
{
    tables_start();
    pc_start();
}

// The machine's CR3 has a machine address. A root that is none ends this machine, as it would on a bare one.
static uint64_t read_cr3(void)
{
    return pv_physical_address(cr3_read());
}

static bool load_root(uint64_t root)
{
    cr3_write(pv_machine_address(root));
    return true;
}

// The flag cannot be read with pushf: that does not fault in ring 3, and shows the real flag, which is always
// on there. The hypervisor keeps the one that we see, in both modes, in the shared page.
static bool irq_save(void)
{
    bool enabled = !pv_vcpu_page.event_mask;

    interrupts_disable();
    return enabled;
}

static void irq_restore(bool enabled)
{
    if (enabled)
        interrupts_enable();
}

const struct pvops pvops_trap = {
    .name = "trap",
    .cpu =
        {
            .start = start,
            .halt = processor_halt,
            .yield = bare_yield,
            .read_cr0 = cr0_read,
            .write_cr0 = cr0_write,
            .read_cr2 = cr2_read,
            .read_cr3 = read_cr3,
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
            .entry = paging_call_entry,
            .entry_address = paging_entry_address,
            .table_take = paging_call_take,
            .table_release = paging_call_release,
            .set = paging_store,
            .flush = paging_store_flush,
            .lazy_begin = paging_nothing,
            .lazy_end = paging_nothing,
        },
    .time = {.read = pv_clock_read, .timer_set = bare_timer_set},
    .console = {.write = pc_serial_write, .read = pc_serial_read},
};
PVOPS_COMPLETE(pvops_trap)
