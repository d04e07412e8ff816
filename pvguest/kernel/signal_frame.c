// SPDX-License-Identifier: MIT
// A signal's frame on the user's stack, from the address that the handler is entered with: the return
// address, then registers, mask, and the state of the floating-point unit. The red zone below the stack
// pointer is left alone, and the handler finds the stack as behind a call (System V ABI, x86-64 supplement,
// sections 3.2.2 and 3.4.1).
//
// User mode can write anything there before it returns: what comes back is taken for what it is, its choice.
#include "kernel/signal_frame.h"

#include <stddef.h>

#include "kernel/process.h"
#include "kernel/user.h"
#include "pvops/context.h"

enum { RED_ZONE = 128, FPU_ALIGNMENT = 64 };

struct signal_frame {
    uint64_t restorer;
    struct pv_frame registers;
    uint64_t mask;
    uint64_t unused[7];
};

// The frame ends where the state of the floating-point unit, aligned, begins; it begins where a return
// address lies behind a call: 8 bytes below a multiple of 16.
_Static_assert(sizeof(struct signal_frame) % 16 == 8, "a handler finds its stack aligned");

bool signal_frame_push(struct pv_frame *frame, int signal, const struct signal_action *action, uint64_t mask)
{
    struct process *process = process_running;
    size_t fpu_size = pv_fpu_size();
    uint64_t fpu = (frame->rsp - RED_ZONE - fpu_size) & ~(uint64_t)(FPU_ALIGNMENT - 1);
    uint64_t at = fpu - sizeof(struct signal_frame);
    struct signal_frame saved = {.restorer = action->restorer, .registers = *frame, .mask = mask};

    pv_fpu_save(process->fpu);
    if (!user_write(fpu, process->fpu, fpu_size) || !user_write(at, &saved, sizeof saved))
        return false;
    pv_frame_user(frame, action->handler, at);
    frame->rdi = (uint64_t)signal;
    pv_frame_changed(frame);
    return true;
}

bool signal_frame_pop(struct pv_frame *frame, uint64_t *mask)
{
    struct process *process = process_running;
    struct signal_frame saved;
    uint64_t at = frame->rsp - offsetof(struct signal_frame, registers);

    if (!user_read(&saved, at, sizeof saved))
        return false;
    if (saved.registers.rip >= USER_END || saved.registers.rsp >= USER_END)
        return false;
    if (!user_read(process->fpu, at + sizeof saved, pv_fpu_size()))
        return false;
    pv_fpu_sanitize(process->fpu);
    pv_fpu_restore(process->fpu);
    saved.registers.cs = frame->cs;
    saved.registers.ss = frame->ss;
    *frame = saved.registers;
    pv_frame_flags_set(frame, saved.registers.rflags);
    pv_frame_changed(frame);
    *mask = saved.mask;
    return true;
}
