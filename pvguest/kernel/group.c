// SPDX-License-Identifier: MIT
// Process groups: whom a terminal's signals go to. There are no sessions. POSIX.1-2008, setpgid(), getpgid().
#include <errno.h>

#include "kernel/process.h"
#include "kernel/syscall.h"

static bool group_exists(int pgid)
{
    for (const struct process *process = process_table; process < process_table + PROCESS_LIMIT; process++) {
        if (process->state != PROCESS_UNUSED && process->pgid == pgid)
            return true;
    }
    return false;
}

static struct process *process_named(uint64_t pid)
{
    return (int)pid == 0 ? process_running : process_find((int)pid);
}

int64_t sys_setpgid(uint64_t pid, uint64_t pgid)
{
    struct process *process = process_named(pid);
    int group = (int)pgid;

    if (group < 0)
        return -EINVAL;
    if (process == NULL || (process != process_running && process->parent != process_running))
        return -ESRCH;
    if (group == 0)
        group = process->pid;
    if (group != process->pid && !group_exists(group))
        return -EPERM;
    process->pgid = group;
    return 0;
}

int64_t sys_getpgid(uint64_t pid)
{
    const struct process *process = process_named(pid);

    return process != NULL ? process->pgid : -ESRCH;
}
