// SPDX-License-Identifier: MIT
// Exceptions: user mode's become signals, or pages; the kernel's own are its end. Intel SDM volume 3,
// section 6.15.
#include <signal.h>

#include "kernel/print.h"
#include "kernel/process.h"
#include "kernel/scheduler.h"
#include "kernel/space.h"
#include "pvops/context.h"
#include "pvops/kernel.h"

enum { VECTOR_PAGE_FAULT = 14 };

// What user mode gets for each exception: the signal, and the words for who reads the console. Others are
// SIGILL.
static const struct fault {
    int signal;
    const char *name;
} faults[PV_VECTOR_EXCEPTIONS] = {
    [0] = {SIGFPE, "division by zero or overflow"},
    [1] = {SIGTRAP, "debug trap"},
    [3] = {SIGTRAP, "breakpoint"},
    [4] = {SIGFPE, "overflow"},
    [5] = {SIGSEGV, "bound exceeded"},
    [6] = {SIGILL, "illegal instruction"},
    [10] = {SIGSEGV, "invalid task state"},
    [11] = {SIGBUS, "segment not present"},
    [12] = {SIGBUS, "stack fault"},
    [13] = {SIGSEGV, "general protection fault"},
    [14] = {SIGSEGV, "segmentation fault"},
    [16] = {SIGFPE, "floating-point error"},
    [17] = {SIGBUS, "unaligned access"},
    [19] = {SIGFPE, "vector floating-point error"},
};

// Bits of a page fault's error code.
enum { ERROR_WRITE = 2, ERROR_FETCH = 16 };

static const char *access_name(uint64_t error)
{
    if (error & ERROR_FETCH)
        return "fetch";
    return error & ERROR_WRITE ? "write" : "read";
}

static void fault_tell(const struct pv_frame *frame, const char *name, uint64_t address)
{
    const struct process *process = process_running;

    if (frame->vector == VECTOR_PAGE_FAULT)
        kprintf("%s[%d]: %s at 0x%lx (%s), rip 0x%lx\n", process->name, process->pid, name, address,
                access_name(frame->error), frame->rip);
    else
        kprintf("%s[%d]: %s, rip 0x%lx\n", process->name, process->pid, name, frame->rip);
}

static void user_exception(const struct pv_frame *frame)
{
    uint64_t address = pvop_cpu_read_cr2();
    const struct fault *fault = &faults[frame->vector];
    int signal = fault->name != NULL ? fault->signal : SIGILL;

    if (!signal_force(signal))
        fault_tell(frame, fault->name != NULL ? fault->name : "exception", address);
}

static _Noreturn void kernel_fault(const struct pv_frame *frame)
{
    kprintf("kernel: exception %lu, error 0x%lx, rip 0x%lx, cr2 0x%lx\n", frame->vector, frame->error,
            frame->rip, pvop_cpu_read_cr2());
    kprintf("rax %016lx rbx %016lx rcx %016lx rdx %016lx\n", frame->rax, frame->rbx, frame->rcx, frame->rdx);
    kprintf("rsi %016lx rdi %016lx rbp %016lx rsp %016lx\n", frame->rsi, frame->rdi, frame->rbp, frame->rsp);
    kprintf("r8  %016lx r9  %016lx r10 %016lx r11 %016lx\n", frame->r8, frame->r9, frame->r10, frame->r11);
    kprintf("r12 %016lx r13 %016lx r14 %016lx r15 %016lx\n", frame->r12, frame->r13, frame->r14, frame->r15);
    if (process_running != NULL)
        kprintf("process %s[%d], system call %lu\n", process_running->name, process_running->pid,
                process_running->call);
    kernel_panic("an exception in the kernel");
}

void kernel_exception(struct pv_frame *frame)
{
    if (pv_frame_is_user(frame))
        user_exception(frame);
    else
        kernel_fault(frame);
}

// The process cannot go on, and it is not its fault: nothing that it could do about it would find memory.
static void memory_exhausted(void)
{
    kprintf("%s[%d]: out of memory\n", process_running->name, process_running->pid);
    signal_force(SIGKILL);
}

bool kernel_page_fault(struct pv_frame *frame, uint64_t address)
{
    enum space_fault fault;

    if (address >= USER_END || process_running == NULL)
        return false;
    fault = space_fault(process_running->space, address, frame->error);
    if (fault != SPACE_FAULT_NO_MEMORY || !pv_frame_is_user(frame))
        return fault == SPACE_FAULT_MENDED;
    memory_exhausted();
    return true;
}

void kernel_user_return(struct pv_frame *frame)
{
    while (scheduler_due() || process_running->attention) {
        if (process_running->attention)
            signals_deliver(frame);
        scheduler_preempt();
    }
    scheduler_offer();
}
