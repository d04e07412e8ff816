// SPDX-License-Identifier: MIT
// How signals are recorded, and what comes of them on the way back to user mode.
//
// A signal that is ignored and not held back is never recorded; what is recorded and not held back has set
// `attention`.
#include <signal.h>

#include "kernel/process.h"
#include "kernel/scheduler.h"
#include "kernel/signal_frame.h"
#include "pvops/context.h"

#define BIT(signal) (UINT64_C(1) << (signal))

// By default these are ignored, and these stop; all others end the process.
#define IGNORED (BIT(SIGCHLD) | BIT(SIGCONT) | BIT(SIGURG) | BIT(SIGWINCH))
#define STOPS   (BIT(SIGSTOP) | BIT(SIGTSTP) | BIT(SIGTTIN) | BIT(SIGTTOU))

// Bytes of the instruction SYSCALL.
enum { SYSCALL_SIZE = 2 };

bool signal_ignored(const struct process *process, int signal)
{
    uint64_t handler = process->signals.actions[signal].handler;

    return handler == SIGNAL_IGNORE || (handler == SIGNAL_DEFAULT && IGNORED & signal_bit(signal));
}

// Whether a signal would do nothing to init, which nobody can kill.
static bool signal_spares(const struct process *process, int signal)
{
    return process->pid == PROCESS_INIT && process->signals.actions[signal].handler == SIGNAL_DEFAULT;
}

// What continuing and stopping take back of each other.
static void signal_cancel(struct process *process, int signal)
{
    if (signal == SIGCONT)
        process->signals.pending &= ~STOPS;
    if (STOPS & signal_bit(signal))
        process->signals.pending &= ~signal_bit(SIGCONT);
}

void signal_send(struct process *process, int signal)
{
    struct signals *signals = &process->signals;
    bool goes_on = signal == SIGCONT || signal == SIGKILL;

    if (process->state == PROCESS_ZOMBIE || signal_spares(process, signal))
        return;
    signal_cancel(process, signal);
    if (process->state == PROCESS_STOPPED && goes_on)
        scheduler_add(process);
    if (!(signals->blocked & signal_bit(signal)) && signal_ignored(process, signal))
        return;
    signals->pending |= signal_bit(signal);
    if (signals->blocked & signal_bit(signal))
        return;
    process->attention = true;
    scheduler_interrupt(process);
}

unsigned signal_send_group(int pgid, int signal)
{
    unsigned count = 0;

    for (struct process *process = process_table; process < process_table + PROCESS_LIMIT; process++) {
        if (process->state == PROCESS_UNUSED || process->pgid != pgid)
            continue;
        count++;
        signal_send(process, signal);
    }
    return count;
}

bool signal_force(int signal)
{
    struct process *process = process_running;
    struct signals *signals = &process->signals;
    struct signal_action *action = &signals->actions[signal];
    bool handled = action->handler > SIGNAL_IGNORE && !(signals->blocked & signal_bit(signal));

    if (!handled)
        action->handler = SIGNAL_DEFAULT;
    signals->blocked &= ~signal_bit(signal);
    signals->pending |= signal_bit(signal);
    process->attention = true;
    return handled;
}

bool signal_pending(void)
{
    return process_running->signals.pending & ~process_running->signals.blocked;
}

void signals_copy(struct signals *to, const struct signals *from)
{
    *to = *from;
    to->pending = 0;
    to->is_suspended = false;
}

void signals_exec(struct signals *signals)
{
    for (int signal = 1; signal < SIGNAL_LIMIT; signal++) {
        struct signal_action *action = &signals->actions[signal];

        if (action->handler != SIGNAL_IGNORE)
            *action = (struct signal_action){.handler = SIGNAL_DEFAULT};
    }
}

// Takes the next signal to act upon, the end of the process first; 0: there is none.
static int signal_take(struct signals *signals)
{
    uint64_t ready = signals->pending & ~signals->blocked;
    int signal;

    if (ready == 0)
        return 0;
    signal = ready & signal_bit(SIGKILL) ? SIGKILL : __builtin_ctzll(ready);
    signals->pending &= ~signal_bit(signal);
    return signal;
}

static void process_stop(struct process *process, int signal)
{
    process->status = signal << 8 | WAIT_STATUS_STOPPED;
    process->stop_reported = false;
    process->state = PROCESS_STOPPED;
    process_tell_parent(process);
    scheduler_stop();
}

// Has an interrupted system call start again, with the arguments that are still in the frame.
static void call_restart(struct process *process, struct pv_frame *frame)
{
    frame->rax = process->call;
    frame->rip -= SYSCALL_SIZE;
    pv_frame_changed(frame);
    process->interrupted = false;
}

// The handler of a signal ends the interrupted system call, or lets it start again behind it.
static void call_finish(struct process *process, struct pv_frame *frame, const struct signal_action *action)
{
    if (process->interrupted && action->flags & SIGNAL_RESTART && !process->restart_never)
        call_restart(process, frame);
    process->interrupted = false;
    process->sleep_end = 0;
}

static void signal_handle(struct process *process, struct pv_frame *frame, int signal)
{
    struct signals *signals = &process->signals;
    struct signal_action action = signals->actions[signal];
    uint64_t mask = signals->is_suspended ? signals->suspended : signals->blocked;

    call_finish(process, frame, &action);
    if (!signal_frame_push(frame, signal, &action, mask))
        process_exit(SIGSEGV);
    signals->is_suspended = false;
    signals->blocked |= action.mask;
    if (!(action.flags & SIGNAL_NO_DEFER))
        signals->blocked |= signal_bit(signal);
    if (action.flags & SIGNAL_RESET_HANDLER)
        signals->actions[signal].handler = SIGNAL_DEFAULT;
}

static void signal_act(struct process *process, struct pv_frame *frame, int signal)
{
    if (signal_ignored(process, signal))
        return;
    if (process->signals.actions[signal].handler != SIGNAL_DEFAULT)
        signal_handle(process, frame, signal);
    else if (STOPS & signal_bit(signal))
        process_stop(process, signal);
    else
        process_exit(signal);
}

void signals_deliver(struct pv_frame *frame)
{
    struct process *process = process_running;
    struct signals *signals = &process->signals;
    int signal;

    process->attention = false;
    while ((signal = signal_take(signals)) != 0)
        signal_act(process, frame, signal);
    if (signals->is_suspended) {
        signals->blocked = signals->suspended;
        signals->is_suspended = false;
    }
    if (process->interrupted)
        call_restart(process, frame);
    process->restart_never = false;
}
