// SPDX-License-Identifier: MIT
// What the parts of the shim know of each other; not for kernels.
#ifndef PV_PVOPS_BACKEND_H
#define PV_PVOPS_BACKEND_H

#include <stdint.h>

#include "abi/call.h"
#include "abi/layout.h"
#include "abi/mmu.h"
#include "abi/port.h"
#include "abi/start.h"
#include "abi/vcpu.h"
#include "pvops/context.h"
#include "pvops/kernel.h"
#include "pvops/pvops.h"

// The backends, and the one in use.
extern const struct pvops pvops_native;
extern const struct pvops pvops_hypercall;
extern const struct pvops pvops_trap;
extern const struct pvops *pv_backend;

// The window of abi/layout.h, at addresses that the linker script fixes and the note asks for.
extern const char pv_entry_page[PV_CALL_LIMIT][PV_STUB_SIZE];
extern volatile struct pv_vcpu_page pv_vcpu_page;
extern volatile struct pv_ports pv_ports;

// Set by pv_start() before a backend is used: the start info that the loader wrote.
extern const struct pv_start_info *pv_start_info;

// The compiler may not move accesses to memory across this: for words that an event handler or the hypervisor
// changes under our hands.
static inline void pv_barrier(void)
{
    __asm__ volatile("" ::: "memory");
}

// entry.S: one stub for each vector, which builds a struct pv_frame and calls pv_entry().
extern const char entry_stubs[PV_VECTOR_LIMIT][PV_ENTRY_STUB_SIZE];

// entry.S: where each stub returns to; a copy of irq.exception_return, since no register is free to find it
// with.
extern const void *entry_return;

// entry.S: an `iretq`.
extern const char entry_iretq[];

// entry.S: where system calls enter, natively and under a hypervisor.
extern const char entry_syscall_native[], entry_syscall_call[];

// entry.S: where stacks go on that were never switched from.
extern const char entry_frame_first[], entry_call_first[];

// entry.S: where processors begin that a hypervisor starts.
extern const char entry_processor[];

// start.c: how many processors there are.
extern unsigned pv_processors_present;

// processor.c: prepares the books of a processor that is to be started on a stack. False: there is no such
// one.
bool pv_processor_prepare(unsigned number, void *top);

// start.S: the first instruction, and the top of the stack that it starts on.
extern const char entry_start[];
extern char pv_boot_stack_top[];

// start.c: the first C function.
__attribute__((noreturn)) void pv_start(const struct pv_start_info *info);

// start.c: from the start info to the kernel, with a backend. Free memory begins at a physical address and
// ends where the start info says that reserved memory does.
__attribute__((noreturn)) void pv_start_with(const struct pvops *backend, const struct pv_start_info *info,
                                             uint64_t free_start);

// hypercall.c: the address of a function that takes the events that are pending.
extern void (*const pv_event_take_pointer)(void) PV_KEEPS;

// fpu.c: looks at what the processor has; before any other function of the floating-point unit.
void pv_fpu_start(void);

// fpu.c: whether the processor has instructions for the bases of FS and GS.
bool pv_bases_exist(void);

// entry.c: called by every stub, and by both entries for system calls.
void pv_entry(struct pv_frame *frame);
void pv_syscall(struct pv_frame *frame);

// entry.c: sends an exception to kernel_exception(), or all of them.
void pv_exception_take(unsigned vector);
void pv_exceptions_take(void);

// The machine address of a physical one of ours, and back. Entries of tables and roots hold machine
// addresses. On the bare machine the two are the same.
static inline uint64_t pv_machine_address(uint64_t physical)
{
    const uint32_t *frames = (const uint32_t *)(uintptr_t)pv_start_info->physical_to_machine;

    if (!frames)
        return physical;
    return (uint64_t)frames[physical / PV_PAGE_SIZE] * PV_PAGE_SIZE + physical % PV_PAGE_SIZE;
}

static inline uint64_t pv_physical_address(uint64_t machine)
{
    const uint32_t *frames = (const uint32_t *)PV_MACHINE_TO_PHYSICAL;

    if (!pv_start_info->physical_to_machine)
        return machine;
    return (uint64_t)frames[machine / PV_PAGE_SIZE] * PV_PAGE_SIZE + machine % PV_PAGE_SIZE;
}

// clock.c: nanoseconds since the hypervisor's start.
uint64_t pv_clock_read(void);

// clock.c: the time of day at that start, in nanoseconds since 1970 (UTC); 0 if nobody knows it.
uint64_t pv_wall_clock(void);

#endif
