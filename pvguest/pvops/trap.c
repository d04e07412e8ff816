// SPDX-License-Identifier: MIT
// The backend that does not ask: the privileged instructions of the bare machine, each of which faults in
// ring 3 and is emulated. The machine it finds is a classic PC (pc.c) with a processor that has its own
// tables (tables.c).
#include "pvops/backend.h"
#include "pvops/bare.h"
#include "pvops/channel_none.h"
#include "pvops/complete.h"
#include "pvops/paging.h"
#include "pvops/patch.h"
#include "pvops/pc.h"
#include "pvops/privileged.h"
#include "pvops/processor.h"
#include "pvops/processor_call.h"
#include "pvops/stubs.h"
#include "pvops/tables.h"

static void start(void)
{
    tables_start();
    pc_start();
}

// The machine's CR3 has a machine address. A root that is none ends this machine, as it would on a bare one.
PV_KEEPS static uint64_t read_cr3(void)
{
    return pv_physical_address(cr3_read());
}

// CR3 is one register, which loads the root of both modes. That user mode has another has no instruction.
static bool activate(uint64_t root)
{
    const struct pv_mmu_update load = {paging_user_root(root) | PV_MMU_LOAD, PV_LOAD_USER_ROOT};

    cr3_write(pv_machine_address(root));
    return load.target == PV_MMU_LOAD || pv_mmu_update((uintptr_t)&load, 1, 0) == 1;
}

static bool activate_with(uint64_t root, void *stack)
{
    tss_stack_set(stack);
    return activate(root);
}

static void set_root(pv_entry_at at, uint64_t entry)
{
    paging_store(at, entry);
    paging_store(paging_user_entry(at), entry);
}

static void flush(void)
{
    activate(pvop_cpu_read_cr3());
}

// The flag cannot be read with pushf: that does not fault in ring 3, and shows the real flag, which is always
// on there. The hypervisor keeps the one that we see, in both modes, in the shared page.
PV_KEEPS static uint64_t irq_save(void)
{
    uint64_t mask = pv_page_here()->event_mask;

    interrupts_disable();
    return mask;
}

PV_KEEPS static void irq_restore(uint64_t mask)
{
    if (!mask)
        interrupts_enable();
}

const struct pvops pvops_trap = {
    .name = "trap",
    .templates = templates_trap,
    .templates_many = templates_trap,
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
            .dispatch = bare_dispatch,
            .exception_return = entry_iretq,
        },
    .mmu =
        {
            .entry = paging_call_entry,
            .entry_address = paging_entry_address,
            .table_take = paging_call_take,
            .table_release = paging_call_release,
            .set_level1 = paging_store,
            .set_level2 = paging_store,
            .set_level3 = paging_store,
            .set_level4 = set_root,
            .set_page = paging_store_page,
            .activate = activate,
            .activate_with = activate_with,
            .invalidate_page = page_invalidate,
            .flush = flush,
            .lazy_begin = paging_nothing,
            .lazy_end = paging_nothing,
        },
    .time = {.read = pv_clock_read, .timer_set = bare_timer_set, .wall_clock = pv_wall_clock},
    .console = {.write = pc_serial_write, .read = pc_serial_read},
    .smp = {.start = processor_call_start, .send = processor_call_send, .begin = tables_load},
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
PVOPS_COMPLETE(pvops_trap)
