// SPDX-License-Identifier: MIT
// The dispatch of system calls, made from syscalls.def.
#include "kernel/syscall.h"

#include <errno.h>

#include "kernel/process.h"
#include "pvops/kernel.h"

// The first arguments of a call, from the registers of its frame.
#define ARGUMENTS_0
#define ARGUMENTS_1 frame->rdi
#define ARGUMENTS_2 frame->rdi, frame->rsi
#define ARGUMENTS_3 frame->rdi, frame->rsi, frame->rdx

#define SYSCALL(number, name, arity, sentence)                                                               \
    static int64_t call_##name(__attribute__((unused)) const struct pv_frame *frame)                         \
    {                                                                                                        \
        return sys_##name(ARGUMENTS_##arity);                                                                \
    }
#include "kernel/syscalls.def"
#undef SYSCALL

#define SYSCALL(number, name, arity, sentence) [number] = call_##name,
static int64_t (*const calls[])(const struct pv_frame *frame) = {
#include "kernel/syscalls.def"
};
#undef SYSCALL

enum { CALLS = sizeof calls / sizeof calls[0] };

// Starting an interrupted call again is left to the return to user mode, which knows what the signal does.
void kernel_syscall(struct pv_frame *frame)
{
    struct process *process = process_running;
    uint64_t call = frame->rax;
    int64_t result;

    process->call = call;
    if (call >= CALLS) {
        frame->rax = (uint64_t)-ENOSYS;
        return;
    }
    result = calls[call](frame);
    frame->rax = (uint64_t)result;
    if (process->interrupted) {
        process->interrupted = result == -EINTR;
        process->attention = true;
    }
}
