// SPDX-License-Identifier: MIT
// The end of a process: what it has is given back at once, and its number and status stay until its parent
// asks.
#include "kernel/files.h"
#include "kernel/node.h"
#include "kernel/print.h"
#include "kernel/process.h"
#include "kernel/scheduler.h"
#include "kernel/space.h"
#include "kernel/syscall.h"
#include "pvops/kernel.h"

#include <signal.h>

void process_tell_parent(struct process *process)
{
    struct process *parent = process->parent;
    bool stopped = process->state != PROCESS_ZOMBIE;

    if (!stopped || !(parent->signals.actions[SIGCHLD].flags & SIGNAL_NO_CHILD_STOP))
        signal_send(parent, SIGCHLD);
    scheduler_wake(parent);
}

// Gives the children to init, which waits for whoever ends.
static void children_leave(struct process *parent)
{
    struct process *init = process_find(PROCESS_INIT);
    bool ended = false;

    for (struct process *child = process_table; child < process_table + PROCESS_LIMIT; child++) {
        if (child->state == PROCESS_UNUSED || child->parent != parent)
            continue;
        child->parent = init;
        ended |= child->state == PROCESS_ZOMBIE;
    }
    if (ended) {
        signal_send(init, SIGCHLD);
        scheduler_wake(init);
    }
}

// A space is loaded only where its process runs, so the parent's, which may be running, is not.
static void memory_leave(struct process *process)
{
    struct space *space = process->space;

    space_activate(processor_count == 1 ? process->parent->space : NULL);
    process->space = NULL;
    space_destroy(space);
}

_Noreturn void process_exit(int status)
{
    struct process *process = process_running;

    if (process->pid == PROCESS_INIT) {
        kprintf("init has ended with status 0x%x\n", (unsigned)status);
        kernel_panic("there is no init any more");
    }
    files_destroy(process->files);
    process->files = NULL;
    node_put(process->cwd);
    process->cwd = NULL;
    memory_leave(process);
    children_leave(process);
    process->status = status;
    process->alarm = 0;
    process->state = PROCESS_ZOMBIE;
    process_tell_parent(process);
    scheduler_leave();
}

int64_t sys_exit(uint64_t status)
{
    process_exit((int)(status & 0xff) << 8);
}
