// SPDX-License-Identifier: MIT
// The operations of measure.S, measure_mmu.S and measure_event.S, what each of their samples needs, and how
// to see that it did something. Every sample that changes an entry maps another frame there than the one
// before did.
#include "pvops/operation.h"

#include "pvops/backend.h"
#include "pvops/measure.h"
#include "pvops/samples.h"
#include "pvops/scratch.h"
#include "pvops/stubs.h"
#include "pvops/table.h"

enum { VECTOR_INVALID_OPCODE = 6 };

struct pv_trap sample_trap = {.vector = VECTOR_INVALID_OPCODE, .handler = (uintptr_t)bounce_hypercall};
struct pv_mmu_update sample_updates[SAMPLE_BATCH];
struct pv_multicall sample_calls[SAMPLE_BATCH];
uint64_t sample_entry;
volatile uint64_t *sample_place;
uint64_t sample_root;
int64_t sample_result;
uint32_t sample_port;
uint64_t sample_upcalls;

pv_entry_at sample_at;

static uint64_t sample_table; // physical address
static unsigned turn;         // which of both frames is mapped next

enum { PORTS_OF_PAGE = 128 }; // of the hypervisor's: what it takes for more is not measured
static uint64_t port_last;    // that was made to fill a page

static void entry_prepare(void)
{
    turn ^= 1;
    sample_entry = scratch_machine(scratch_frames[turn]) | SCRATCH_DATA;
}

// What the shim makes of as many entries in lazy mode.
void sample_lazy_do(void)
{
    pv_entry_at entries = pv_table(sample_table);

    pvop_mmu_lazy_begin();
    for (unsigned i = 0; i < SAMPLE_BATCH; i++)
        pvop_mmu_set_level1(&entries[i], sample_entry);
    pvop_mmu_lazy_end();
}

static void lazy_prepare(void)
{
    entry_prepare();
    sample_table = pv_physical_address(scratch_machine(scratch_table));
    scratch_must(scratch_table[0] != sample_entry);
}

static void site_entry_prepare(void)
{
    lazy_prepare();
    sample_at = pv_table(sample_table);
}

// The sample left events disabled.
static bool site_disable_done(void)
{
    pvop_irq_enable();
    return true;
}

// Only the first entry is to be set: the others need not change.
static void first_prepare(void)
{
    entry_prepare();
    scratch_must(scratch_table[0] != sample_entry);
    sample_updates[0] = (struct pv_mmu_update){scratch_machine(scratch_table) + PV_MMU_SET, sample_entry};
}

static void entries_prepare(void)
{
    uint64_t table = scratch_machine(scratch_table);

    entry_prepare();
    for (unsigned i = 0; i < SAMPLE_BATCH; i++) {
        scratch_must(scratch_table[i] != sample_entry);
        sample_updates[i] = (struct pv_mmu_update){table + i * sizeof(uint64_t) + PV_MMU_SET, sample_entry};
    }
}

static bool entries_are_set(unsigned count)
{
    bool set = true;

    for (unsigned i = 0; i < count; i++)
        set = set && scratch_table[i] == sample_entry;
    return set;
}

static bool entry_done(void)
{
    return entries_are_set(1);
}

static bool entries_done(void)
{
    return entries_are_set(SAMPLE_BATCH);
}

static void window_prepare(void)
{
    entry_prepare();
    sample_place = scratch_entry((uintptr_t)scratch_window);
    scratch_must(scratch_window[0] != turn);
}

// Sees also that the translation of the frame before is gone.
static bool window_done(void)
{
    return scratch_window[0] == turn;
}

static void root_prepare(void)
{
    sample_root = scratch_roots[sample_root == scratch_roots[0]];
}

static bool root_done(void)
{
    return pv_machine_address(pvop_cpu_read_cr3()) == sample_root;
}

static void root_reload_prepare(void)
{
    sample_root = pv_machine_address(pvop_cpu_read_cr3());
}

static bool call_done(void)
{
    return sample_result == 0;
}

static void calls_prepare(void)
{
    for (unsigned i = 0; i < SAMPLE_BATCH; i++)
        sample_calls[i] = (struct pv_multicall){.call = PV_CALL_version, .result = -1};
}

static bool calls_done(void)
{
    return sample_result == SAMPLE_BATCH && sample_calls[SAMPLE_BATCH - 1].result == pv_version();
}

// What the sample does with the fresh page.
static void fresh_plan(uint64_t operation, enum pv_frame_type type)
{
    sample_updates[0] = (struct pv_mmu_update){scratch_machine(scratch_fresh) | operation, type};
}

static bool fresh_done(void)
{
    return sample_result == 1;
}

// That the page was writable until now is the usual case: it has to be flushed from what the processor
// remembers.
static void clear_prepare(void)
{
    scratch_set_writable(scratch_fresh, true);
    scratch_set_writable(scratch_fresh, false);
    fresh_plan(PV_MMU_CLEAR, PV_FRAME_LEVEL1);
}

static void full_prepare(void)
{
    scratch_set_writable(scratch_fresh, true);
    for (unsigned i = 0; i < SCRATCH_ENTRIES; i++)
        scratch_fresh[i] = scratch_machine(scratch_frames[i % SCRATCH_BOTH]) | SCRATCH_DATA;
    scratch_set_writable(scratch_fresh, false);
    fresh_plan(PV_MMU_RETYPE, PV_FRAME_LEVEL1);
}

// Undoes the sample of a page that became a table.
static bool table_done(void)
{
    bool done = fresh_done();

    fresh_plan(PV_MMU_RETYPE, PV_FRAME_DATA);
    scratch_update(sample_updates[0]);
    return done;
}

static void empty_back_prepare(void)
{
    clear_prepare();
    scratch_update(sample_updates[0]);
    fresh_plan(PV_MMU_RETYPE, PV_FRAME_DATA);
}

static void full_back_prepare(void)
{
    full_prepare();
    scratch_update(sample_updates[0]);
    fresh_plan(PV_MMU_RETYPE, PV_FRAME_DATA);
}

// One of the only virtual CPU's own, made once. Returns whether it is there; if not, its number is 0.
static bool port_make(void)
{
    int64_t made = sample_port != 0 ? sample_port : pv_port_bind_vcpu(0);

    sample_port = made > 0 ? (uint32_t)made : 0;
    return sample_port != 0;
}

// The port that is measured is made last: whoever looks for it from the first one on finds it late.
bool pv_measure_ports(unsigned count)
{
    bool made = sample_port == 0;

    for (unsigned i = 0; i < count && made; i++)
        made = pv_port_bind_vcpu(0) > 0;
    return made && port_make();
}

static unsigned port_word(void)
{
    return sample_port / 64;
}

static uint64_t port_bit(void)
{
    return UINT64_C(1) << sample_port % 64;
}

// It is masked until it is to be handled.
static void port_mask(bool masked)
{
    scratch_must(port_make());
    pv_ports.pending[port_word()] = 0;
    pv_ports.mask[port_word()] = masked ? port_bit() : 0;
}

static void event_masked_prepare(void)
{
    port_mask(true);
}

static bool event_masked_done(void)
{
    return sample_result == 0 && pv_ports.pending[port_word()] == port_bit();
}

static void event_upcall_prepare(void)
{
    port_mask(false);
    sample_upcalls = 0;
    pv_event_entry_set((uintptr_t)upcall_port);
}

// Events come to their usual handler again.
static bool event_upcall_done(void)
{
    pv_event_entry_set((uintptr_t)entry_stubs[PV_VECTOR_EXCEPTIONS]);
    return sample_result == 0 && pv_ports.pending[port_word()] == 0 && sample_upcalls == 1;
}

// The last page of the hypervisor's table is filled once. Then the one port is given back that was made last:
// it is the only one that is free, and whoever looks for it from where it left off comes by all the others.
static void port_make_prepare(void)
{
    while (port_last % PORTS_OF_PAGE != PORTS_OF_PAGE - 1) {
        int64_t made = pv_port_bind_vcpu(0);

        if (made <= 0) {
            scratch_must(false);
            return;
        }
        port_last = (uint64_t)made;
    }
    scratch_must(pv_port_close(port_last) == 0);
}

static bool port_make_done(void)
{
    return sample_result == (int64_t)port_last;
}

const struct operation operation_nothing = {"nothing", sample_nothing, 1, NULL, NULL};

const struct operation operations_hypercall[] = {
    {"null_hypercall", sample_null_hypercall, 1, NULL, NULL},
    {"copy16_hypercall", sample_copy16_hypercall, 1, NULL, call_done},
    {"exception_bounce", sample_exception_bounce, 1, NULL, NULL},
    {"read_cr0", sample_read_cr0_shadow, 1, NULL, NULL},
    {"events_toggle", sample_events_toggle_hypercall, 1, NULL, NULL},
    {"event_send_masked", sample_event_send, 1, event_masked_prepare, event_masked_done},
    {"event_send_upcall", sample_event_send, 1, event_upcall_prepare, event_upcall_done},
    {"port_make", sample_port_make, 1, port_make_prepare, port_make_done},
    {"multicall_null", sample_multicall, SAMPLE_BATCH, calls_prepare, calls_done},
    {"shim_disable", sample_site_disable, 1, NULL, site_disable_done},
    {"shim_read_cr2", sample_site_read_cr2, 1, NULL, NULL},
    {"shim_set_entry", sample_site_set_entry, 1, site_entry_prepare, entry_done},
    {"mmu_update_1", sample_mmu_update_1, 1, first_prepare, entry_done},
    {"mmu_update_64", sample_mmu_update_64, SAMPLE_BATCH, entries_prepare, entries_done},
    {"mmu_lazy_64", sample_lazy_64, SAMPLE_BATCH, lazy_prepare, entries_done},
    {"update_va_invlpg", sample_va_update, 1, window_prepare, window_done},
    {"load_root", sample_root_load, 1, root_prepare, call_done},
    {"tlb_flush_local", sample_tlb_flush, 1, NULL, call_done},
    {"retype_clear", sample_mmu_update_1, 1, clear_prepare, table_done},
    {"retype_full", sample_mmu_update_1, 1, full_prepare, table_done},
    {"retype_back_empty", sample_mmu_update_1, 1, empty_back_prepare, fresh_done},
    {"retype_back_full", sample_mmu_update_1, 1, full_back_prepare, fresh_done},
    {NULL, NULL, 0, NULL, NULL},
};

const struct operation operations_bare[] = {
    {"exception_bounce", sample_exception_bounce, 1, NULL, NULL},
    {"read_cr0", sample_read_cr0, 1, NULL, NULL},
    {"events_toggle", sample_events_toggle_bare, 1, NULL, NULL},
    {"shim_disable", sample_site_disable, 1, NULL, site_disable_done},
    {"shim_read_cr2", sample_site_read_cr2, 1, NULL, NULL},
    {"shim_set_entry", sample_site_set_entry, 1, site_entry_prepare, entry_done},
    {"hand_disable", sample_hand_disable, 1, NULL, site_disable_done},
    {"hand_read_cr2", sample_hand_read_cr2, 1, NULL, NULL},
    {"hand_set_entry", sample_hand_set_entry, 1, site_entry_prepare, entry_done},
    {"mmu_update_1", sample_store_1, 1, first_prepare, entry_done},
    {"mmu_update_64", sample_store_64, SAMPLE_BATCH, entries_prepare, entries_done},
    {"mmu_lazy_64", sample_lazy_64, SAMPLE_BATCH, lazy_prepare, entries_done},
    {"update_va_invlpg", sample_store_invlpg, 1, window_prepare, window_done},
    {"load_root", sample_write_cr3, 1, root_prepare, root_done},
    {"tlb_flush_local", sample_write_cr3, 1, root_reload_prepare, root_done},
    {NULL, NULL, 0, NULL, NULL},
};
