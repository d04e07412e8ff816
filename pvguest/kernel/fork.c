// SPDX-License-Identifier: MIT
// fork: everything that may fail comes first, and is undone if it does; then the copy is complete and set
// going.
#include <errno.h>

#include "kernel/files.h"
#include "kernel/node.h"
#include "kernel/process.h"
#include "kernel/scheduler.h"
#include "kernel/space.h"
#include "kernel/syscall.h"
#include "pvops/context.h"

// Copies memory and descriptors. False: no memory, and nothing is left of it.
static bool fork_memory(struct process *child, struct process *parent)
{
    child->files = files_copy(parent->files);
    if (child->files == NULL)
        return false;
    child->space = space_copy(parent->space);
    if (child->space == NULL) {
        files_destroy(child->files);
        return false;
    }
    return true;
}

static void fork_state(struct process *child, const struct process *parent)
{
    child->parent = process_running;
    child->pgid = parent->pgid;
    child->nice = parent->nice;
    child->virtual_time = parent->virtual_time;
    child->cwd = node_get(parent->cwd);
    signals_copy(&child->signals, &parent->signals);
    pv_fpu_save(child->fpu);
    *child->frame = *parent->frame;
    child->frame->rax = 0;
}

int64_t sys_fork(void)
{
    int error = 0;
    struct process *parent = process_running;
    struct process *child = process_create(parent->name, &error);

    if (child == NULL)
        return error;
    if (!fork_memory(child, parent)) {
        process_free(child);
        return -ENOMEM;
    }
    fork_state(child, parent);
    scheduler_add(child);
    return child->pid;
}
