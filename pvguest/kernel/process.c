// SPDX-License-Identifier: MIT
// The table of processes, their numbers, and how one becomes another program.
#include "kernel/process.h"

#include <errno.h>

#include "kernel/heap.h"
#include "kernel/space.h"
#include "kernel/stack.h"
#include "kernel/string.h"
#include "kernel/syscall.h"
#include "pvops/context.h"

enum { PID_LIMIT = 32768 };

struct process process_table[PROCESS_LIMIT];

static int pid_last;

struct process *process_find(int pid)
{
    for (struct process *process = process_table; process < process_table + PROCESS_LIMIT; process++) {
        if (process->state != PROCESS_UNUSED && process->pid == pid)
            return process;
    }
    return NULL;
}

// Whether a number is that of a process or of a group.
static bool pid_in_use(int pid)
{
    for (const struct process *process = process_table; process < process_table + PROCESS_LIMIT; process++) {
        if (process->state != PROCESS_UNUSED && (process->pid == pid || process->pgid == pid))
            return true;
    }
    return false;
}

// There are fewer processes and groups than numbers, so one is found.
static int pid_next(void)
{
    do {
        pid_last = pid_last + 1 < PID_LIMIT ? pid_last + 1 : PROCESS_INIT;
    } while (pid_in_use(pid_last));
    return pid_last;
}

static struct process *slot_find(void)
{
    for (struct process *process = process_table; process < process_table + PROCESS_LIMIT; process++) {
        if (process->state == PROCESS_UNUSED)
            return process;
    }
    return NULL;
}

struct process *process_create(const char *name, int *error)
{
    struct process *process = slot_find();
    void *fpu = process != NULL ? heap_allocate(pv_fpu_size()) : NULL;

    if (fpu == NULL) {
        *error = process != NULL ? -ENOMEM : -EAGAIN;
        return NULL;
    }
    *process = (struct process){
        .state = PROCESS_NEW,
        .pid = pid_next(),
        .fpu = fpu,
        .stack_top = stack_top((unsigned)(process - process_table)),
        .start_ns = pvop_time_read(),
    };
    process->pgid = process->pid;
    process->frame = pv_stack_frame(process->stack_top);
    process->context = pv_stack_prepare(process->stack_top);
    text_copy(process->name, sizeof process->name, name);
    return process;
}

void process_free(struct process *process)
{
    heap_free(process->fpu);
    process->state = PROCESS_UNUSED;
}

unsigned process_count(void)
{
    unsigned count = 0;

    for (const struct process *process = process_table; process < process_table + PROCESS_LIMIT; process++)
        count += process->state != PROCESS_UNUSED;
    return count;
}

void process_replace(struct space *space, const char *name, uint64_t rip, uint64_t rsp)
{
    struct process *process = process_running;
    struct space *old = process->space;

    process->space = space;
    space_activate(space);
    space_destroy(old);
    text_copy(process->name, sizeof process->name, name);
    signals_exec(&process->signals);
    pv_frame_user(process->frame, rip, rsp);
    pv_frame_changed(process->frame);
    pv_fpu_init(process->fpu);
    pv_fpu_restore(process->fpu);
}

int64_t sys_getpid(void)
{
    return process_running->pid;
}

int64_t sys_getppid(void)
{
    return process_running->parent != NULL ? process_running->parent->pid : 0;
}
