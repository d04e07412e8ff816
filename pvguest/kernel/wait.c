// SPDX-License-Identifier: MIT
// wait: a parent learns of its children's ends and stops. POSIX.1-2008, waitpid().
#include <errno.h>

#include "kernel/process.h"
#include "kernel/scheduler.h"
#include "kernel/syscall.h"
#include "kernel/user.h"

static bool child_matches(const struct process *child, int pid)
{
    if (child->state == PROCESS_UNUSED || child->parent != process_running)
        return false;
    if (pid > 0)
        return child->pid == pid;
    if (pid == 0)
        return child->pgid == process_running->pgid;
    return pid == -1 || child->pgid == -(int64_t)pid;
}

static bool child_has_news(const struct process *child, unsigned options)
{
    bool stopped = child->state == PROCESS_STOPPED && !child->stop_reported && options & WAIT_STOPPED;

    return child->state == PROCESS_ZOMBIE || stopped;
}

// Finds a child of whom there is something to tell. NULL: none now; *any tells whether there are children at
// all.
static struct process *child_find(int pid, unsigned options, bool *any)
{
    *any = false;
    for (struct process *child = process_table; child < process_table + PROCESS_LIMIT; child++) {
        if (!child_matches(child, pid))
            continue;
        *any = true;
        if (child_has_news(child, options))
            return child;
    }
    return NULL;
}

// Tells the status and, of a process that has ended, forgets it. Returns its number or -EFAULT.
static int64_t child_report(struct process *child, uint64_t status)
{
    int pid = child->pid;

    if (status != 0 && !user_write(status, &child->status, sizeof child->status))
        return -EFAULT;
    if (child->state == PROCESS_ZOMBIE) {
        process_running->children_ns += child->time_ns + child->children_ns;
        process_free(child);
    } else {
        child->stop_reported = true;
    }
    return pid;
}

int64_t sys_wait(uint64_t pid, uint64_t status, uint64_t options)
{
    bool any;
    bool undisturbed = true;

    if (options & ~(uint64_t)(WAIT_NO_HANG | WAIT_STOPPED))
        return -EINVAL;
    for (;;) {
        struct process *child = child_find((int)pid, (unsigned)options, &any);

        if (child != NULL)
            return child_report(child, status);
        if (!any)
            return -ECHILD;
        if (options & WAIT_NO_HANG)
            return 0;
        if (!undisturbed)
            return -EINTR;
        undisturbed = scheduler_sleep(process_running);
    }
}
