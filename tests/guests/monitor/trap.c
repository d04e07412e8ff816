// SPDX-License-Identifier: MIT
// Exceptions. This kernel has no use for any (accesses that are expected to fault go through pv_probe()), so
// each is a bug: the registers are printed and the machine ends.
#include <stdbool.h>
#include <stdio.h>

#include "pvops/kernel.h"
#include "pvops/pvops.h"
#include "reason.h"

enum { VECTOR_PAGE_FAULT = 14 };

// Intel SDM volume 3, table 6-1.
static const char *const names[PV_VECTOR_EXCEPTIONS] = {
    [0] = "divide error",
    [1] = "debug",
    [2] = "NMI",
    [3] = "breakpoint",
    [4] = "overflow",
    [5] = "bound range exceeded",
    [6] = "invalid opcode",
    [7] = "device not available",
    [8] = "double fault",
    [10] = "invalid TSS",
    [11] = "segment not present",
    [12] = "stack-segment fault",
    [13] = "general protection",
    [14] = "page fault",
    [16] = "x87 floating-point error",
    [17] = "alignment check",
    [18] = "machine check",
    [19] = "SIMD floating-point error",
    [20] = "virtualization",
    [21] = "control protection",
};

static void frame_print(const struct pv_frame *frame)
{
    const char *name = names[frame->vector] ? names[frame->vector] : "reserved";

    printf("\nexception %lu (%s), error code 0x%lx\n", frame->vector, name, frame->error);
    if (frame->vector == VECTOR_PAGE_FAULT)
        printf("address %016lx\n", pvop_cpu_read_cr2());
    printf("rip %016lx  rsp %016lx  rfl %016lx\n", frame->rip, frame->rsp, frame->rflags);
    printf("rax %016lx  rbx %016lx  rcx %016lx\n", frame->rax, frame->rbx, frame->rcx);
    printf("rdx %016lx  rsi %016lx  rdi %016lx\n", frame->rdx, frame->rsi, frame->rdi);
    printf("rbp %016lx  r8  %016lx  r9  %016lx\n", frame->rbp, frame->r8, frame->r9);
    printf("r10 %016lx  r11 %016lx  r12 %016lx\n", frame->r10, frame->r11, frame->r12);
    printf("r13 %016lx  r14 %016lx  r15 %016lx\n", frame->r13, frame->r14, frame->r15);
    printf("cs  %04lx  ss  %04lx\n", frame->cs, frame->ss);
}

// There is no user mode here, and nothing is mapped when it is used first.
bool kernel_page_fault(struct pv_frame *frame, uint64_t address)
{
    (void)frame;
    (void)address;
    return false;
}

// One processor is all that it uses, and nobody is kept out.
void kernel_enter(void)
{
}

void kernel_leave(void)
{
}

void kernel_interrupt(void)
{
}

void kernel_channel(unsigned number)
{
    (void)number;
}

void kernel_processor(unsigned processor)
{
    (void)processor;
    kernel_panic("a processor that nobody started");
}

void kernel_syscall(struct pv_frame *frame)
{
    kernel_exception(frame);
}

void kernel_user_return(struct pv_frame *frame)
{
    kernel_exception(frame);
}

// An exception while one is being printed ends the machine without a further word.
void kernel_exception(struct pv_frame *frame)
{
    static bool printing;

    if (!printing) {
        printing = true;
        frame_print(frame);
    }
    pvop_cpu_end((uint8_t)(REASON_EXCEPTION + frame->vector));
}

void kernel_panic(const char *what)
{
    printf("\npanic: %s\n", what);
    pvop_cpu_end(REASON_PANIC);
}
