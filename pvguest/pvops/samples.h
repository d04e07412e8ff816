// SPDX-License-Identifier: MIT
// measure.S, measure_mmu.S, measure_event.S and measure_pair.S: one sample of each operation, and the
// handlers that measuring needs; for C and for assembly.
#ifndef PV_PVOPS_SAMPLES_H
#define PV_PVOPS_SAMPLES_H

// How often a sample of a batch does its operation.
#define SAMPLE_BATCH 64

#ifndef __ASSEMBLER__

#include <stdint.h>

#include "abi/mmu.h"
#include "abi/trap.h"
#include "pvops/pvops.h"

// What samples pass.
extern struct pv_trap sample_trap;
extern struct pv_mmu_update sample_updates[SAMPLE_BATCH];
extern struct pv_multicall sample_calls[SAMPLE_BATCH];
extern uint64_t sample_entry;           // what is to be in a table's entry
extern volatile uint64_t *sample_place; // of the entry of scratch_window
extern uint64_t sample_root;            // machine address
extern uint32_t sample_port;            // to which is sent
extern uint64_t sample_upcalls;         // how often it came to the handler
extern uint64_t sample_others;          // how often another virtual CPU had its turn
extern uint64_t sample_arrival;         // of the time-stamp counter, when an upcall came; 0: none did
extern pv_entry_at sample_at;           // the entry of scratch_table that a call site sets

// What the call of the last sample returned.
extern int64_t sample_result;

// hypercall.c: what reading cr0 amounts to there.
extern uint64_t pv_shadow_cr0;

// Each does an operation once, or SAMPLE_BATCH times, and returns the ticks from before it to after it, with
// those of reading the counter.
uint64_t sample_nothing(void);
uint64_t sample_null_hypercall(void);
uint64_t sample_copy16_hypercall(void);
uint64_t sample_exception_bounce(void);
uint64_t sample_read_cr0_shadow(void);
uint64_t sample_read_cr0(void);
uint64_t sample_events_toggle_hypercall(void);
uint64_t sample_events_toggle_bare(void);

uint64_t sample_event_send(void);
uint64_t sample_port_make(void);
uint64_t sample_yield(void);
uint64_t sample_ping(void);

uint64_t sample_multicall(void);
uint64_t sample_mmu_update_1(void);
uint64_t sample_mmu_update_64(void);
uint64_t sample_lazy_64(void);
uint64_t sample_va_update(void);
uint64_t sample_root_load(void);
uint64_t sample_tlb_flush(void);
uint64_t sample_store_1(void);
uint64_t sample_store_64(void);
uint64_t sample_store_invlpg(void);
uint64_t sample_write_cr3(void);

// measure_site.c: operations through a call site, and by hand.
uint64_t sample_site_disable(void);
uint64_t sample_site_read_cr2(void);
uint64_t sample_site_set_entry(void);
uint64_t sample_hand_disable(void);
uint64_t sample_hand_read_cr2(void);
uint64_t sample_hand_set_entry(void);

// The smallest handlers for the exception of sample_exception_bounce: skip the instruction and return.
extern const char bounce_hypercall[];
extern const char bounce_bare[];

// The smallest handler of events for sample_event_send and sample_ping.
extern const char upcall_port[];

// One that says when it was entered, and leaves the rest to the usual handler.
extern const char upcall_arrival[];

// What others do, for ever: yield, and answer at sample_port whatever comes there.
__attribute__((noreturn)) void sample_yield_others(void);
__attribute__((noreturn)) void sample_answer(void);

// operation.c: what sample_lazy_64 measures.
void sample_lazy_do(void);

#endif
#endif
