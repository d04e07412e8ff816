// SPDX-License-Identifier: MIT
// The backend that asks: what only the hypervisor may do is a call, and what needs no hypervisor is a word in
// the virtual CPU's shared page.
//
// Events are masked while event_mask is 1. The hypervisor sets a bit in `events`, then event_pending, and
// enters the upcall if the mask is 0. The upcall clears event_pending before it takes the bits, so that a bit
// set afterwards makes it pending again: none is lost, though one may be looked for in vain.
#include "abi/mmu.h"
#include "abi/trap.h"
#include "pvops/backend.h"
#include "pvops/channel_call.h"
#include "pvops/complete.h"
#include "pvops/paging.h"
#include "pvops/patch.h"
#include "pvops/privileged.h"
#include "pvops/processor.h"
#include "pvops/processor_call.h"
#include "pvops/stubs.h"

// Upcalls come in through the stub of the first vector that is not an exception.
enum { UPCALL_VECTOR = PV_VECTOR_EXCEPTIONS };

// What the control registers would say on the bare machine. Nothing that a guest could change in them has a
// meaning here, so what is written is kept for the next read.
enum { CR4_PAE = 1 << 5, CR4_OSFXSR = 1 << 9, CR4_OSXMMEXCPT = 1 << 10 };
uint64_t pv_shadow_cr0 = 0x80050033; // PG AM WP NE ET MP PE
static uint64_t shadow_cr4 = CR4_PAE | CR4_OSFXSR | CR4_OSXMMEXCPT;

static void start(void)
{
    pv_event_entry_set((uintptr_t)entry_stubs[UPCALL_VECTOR]);
    pv_syscall_entry_set((uintptr_t)entry_syscall_call);
    channel_call_start();
}

static void halt(void)
{
    pv_block();
}

static void yield(void)
{
    pv_yield();
}

PV_KEEPS static uint64_t read_cr0(void)
{
    return pv_shadow_cr0;
}

PV_KEEPS static void write_cr0(uint64_t value)
{
    pv_shadow_cr0 = value;
}

PV_KEEPS static uint64_t read_cr2(void)
{
    return pv_page_here()->cr2;
}

PV_KEEPS static uint64_t read_cr3(void)
{
    uint64_t root = pv_processor_here()->root;

    return root != 0 ? root : pv_start_info->root;
}

PV_KEEPS static uint64_t read_cr4(void)
{
    return shadow_cr4;
}

PV_KEEPS static void write_cr4(uint64_t value)
{
    shadow_cr4 = value;
}

static bool activate_with(uint64_t root, void *stack)
{
    struct pv_processor *here = pv_processor_here();
    bool loaded = paging_call_activate(root, (uintptr_t)stack);

    if (loaded) {
        here->root = root;
        here->kernel_stack = stack;
        pv_stack_own(stack, here);
    }
    return loaded;
}

static bool activate(uint64_t root)
{
    return activate_with(root, pv_processor_here()->kernel_stack);
}

PV_KEEPS static void invalidate_page(const void *address)
{
    uint64_t page = (uintptr_t)address & ~(uint64_t)(PV_PAGE_SIZE - 1);
    struct pv_mmu_update update = {page | PV_MMU_FLUSH_PAGE, UINT64_C(1) << pv_processor_here()->number};

    pv_mmu_update((uintptr_t)&update, 1, 0);
}

// Where the processor can, the hypervisor lets ring 3 write the base by an instruction: if not, that
// instruction is none.
static bool fs_base_set(uint64_t base)
{
    uint32_t done = 0;

    __asm__ volatile("1: wrfsbase %[base]\n"
                     "movl $1, %[done]\n"
                     "2:\n" PV_FIXUP("1b", "2b")
                     : [done] "+r"(done)
                     : [base] "r"(base));
    return done;
}

// This machine has no model-specific registers and no ports.
static bool read_msr(uint32_t number, uint64_t *value)
{
    (void)number;
    (void)value;
    return false;
}

static bool write_msr(uint32_t number, uint64_t value)
{
    (void)number;
    (void)value;
    return false;
}

static uint8_t port_in8(uint16_t port)
{
    (void)port;
    return 0xff;
}

static void port_out8(uint16_t port, uint8_t value)
{
    (void)port;
    (void)value;
}

_Static_assert(PV_GATE_MASKED == PV_TRAP_MASK_EVENTS && PV_GATE_USER == PV_TRAP_USER, "flags are handed on");

static void trap_set(unsigned vector, const void *handler, unsigned flags)
{
    struct pv_trap *trap = &processor_call_traps[vector];

    *trap =
        (struct pv_trap){.handler = (uintptr_t)handler, .vector = (uint8_t)vector, .flags = (uint8_t)flags};
    pv_trap_set((uintptr_t)trap);
}

static void kernel_stack_set(void *top)
{
    struct pv_processor *here = pv_processor_here();

    here->kernel_stack = top;
    pv_stack_own(top, here);
    pv_kernel_stack_set((uintptr_t)top);
}

__attribute__((noreturn)) static void end(uint8_t reason)
{
    for (;;)
        pv_exit(reason);
}

PV_KEEPS static void irq_disable(void)
{
    pv_page_here()->event_mask = 1;
    pv_barrier();
}

// Store, then look: an event that comes before the store is seen by the look, one that comes after it is
// delivered at once.
PV_KEEPS static void irq_enable(void)
{
    volatile struct pv_vcpu_page *page = pv_page_here();

    pv_barrier();
    page->event_mask = 0;
    if (page->event_pending)
        pv_event_deliver();
}

PV_KEEPS static uint64_t irq_save(void)
{
    uint64_t mask = pv_page_here()->event_mask;

    irq_disable();
    return mask;
}

PV_KEEPS static void irq_restore(uint64_t mask)
{
    if (!mask)
        irq_enable();
}

// For text in line, which cannot name a function that is a distance away: what irq_enable() does in the end.
PV_KEEPS static void event_take(void)
{
    pv_event_deliver();
}

void (*const pv_event_take_pointer)(void) PV_KEEPS = event_take;

static void irq_wait(void)
{
    pv_block();
}

static void irq_dispatch(unsigned vector)
{
    volatile struct pv_vcpu_page *page = pv_page_here();
    uint64_t events;

    (void)vector; // there is one upcall for all events
    page->event_pending = 0;
    events = __atomic_exchange_n(&page->events, 0, __ATOMIC_SEQ_CST);

    if (events & UINT64_C(1) << PV_EVENT_TIMER)
        kernel_timer();
    if (events & UINT64_C(1) << PV_EVENT_CONSOLE)
        kernel_console();
    if (events & UINT64_C(1) << PV_EVENT_PROCESSOR)
        kernel_interrupt();
    if (page->port_words != 0)
        channel_call_dispatch(page);
}

// Everything was in the state that it started from.
static void begin(unsigned processor)
{
    (void)processor;
}

static void timer_set(uint64_t deadline)
{
    pv_timer_set(deadline);
}

// Bytes at an address that cannot be read are reported as taken: who tries again would do so forever.
static size_t console_write(const char *bytes, size_t length)
{
    int64_t taken = pv_console_write((uintptr_t)bytes, length);

    return taken < 0 ? length : (size_t)taken;
}

static size_t console_read(char *bytes, size_t length)
{
    int64_t taken = pv_console_read((uintptr_t)bytes, length);

    return taken < 0 ? 0 : (size_t)taken;
}

const struct pvops pvops_hypercall = {
    .name = "hypercall",
    .templates = templates_hypercall,
    .templates_many = templates_none,
    .cpu =
        {
            .start = start,
            .halt = halt,
            .yield = yield,
            .read_cr0 = read_cr0,
            .write_cr0 = write_cr0,
            .read_cr2 = read_cr2,
            .read_cr3 = read_cr3,
            .read_cr4 = read_cr4,
            .write_cr4 = write_cr4,
            .read_msr = read_msr,
            .write_msr = write_msr,
            .trap_set = trap_set,
            .kernel_stack_set = kernel_stack_set,
            .fs_base_set = fs_base_set,
            .cpuid = processor_cpuid,
            .port_in8 = port_in8,
            .port_out8 = port_out8,
            .end = end,
        },
    .irq =
        {
            .disable = irq_disable,
            .enable = irq_enable,
            .save = irq_save,
            .restore = irq_restore,
            .wait = irq_wait,
            .dispatch = irq_dispatch,
            .exception_return = pv_entry_page[PV_CALL_exception_return],
        },
    .mmu =
        {
            .entry = paging_call_entry,
            .entry_address = paging_entry_address,
            .table_take = paging_call_take,
            .table_release = paging_call_release,
            .set_level1 = paging_call_set,
            .set_level2 = paging_call_set,
            .set_level3 = paging_call_set,
            .set_level4 = paging_call_set_root,
            .set_page = paging_call_set_page,
            .activate = activate,
            .activate_with = activate_with,
            .invalidate_page = invalidate_page,
            .flush = paging_call_flush,
            .lazy_begin = paging_lazy_begin,
            .lazy_end = paging_lazy_end,
        },
    .time = {.read = pv_clock_read, .timer_set = timer_set, .wall_clock = pv_wall_clock},
    .console = {.write = console_write, .read = console_read},
    .smp = {.start = processor_call_start, .send = processor_call_send, .begin = begin},
    .channel =
        {
            .count = channel_call_count,
            .describe = channel_call_describe,
            .is_connected = channel_call_is_connected,
            .send = channel_call_send,
            .mask = channel_call_mask,
            .unmask = channel_call_unmask,
        },
};
PVOPS_COMPLETE(pvops_hypercall)
