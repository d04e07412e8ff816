// SPDX-License-Identifier: MIT
// The system calls that describe processes and machine, and the one that ends it.
#include "kernel/info.h"

#include <errno.h>

#include "kernel/frame.h"
#include "kernel/process.h"
#include "kernel/scheduler.h"
#include "kernel/space.h"
#include "kernel/string.h"
#include "kernel/syscall.h"
#include "kernel/tree.h"
#include "kernel/user.h"

static const struct pv_boot *machine;
static uint64_t start; // the kernel's, by the clock

static const char state_letters[] = {
    [PROCESS_RUNNABLE] = 'R', [PROCESS_RUNNING] = 'R', [PROCESS_SLEEPING] = 'S',
    [PROCESS_STOPPED] = 'T',  [PROCESS_ZOMBIE] = 'Z',
};

void info_start(const struct pv_boot *boot)
{
    machine = boot;
    start = pvop_time_read();
}

static void process_describe(const struct process *process, struct process_info *info)
{
    *info = (struct process_info){
        .pid = process->pid,
        .ppid = process->parent != NULL ? process->parent->pid : 0,
        .pgid = process->pgid,
        .nice = process->nice,
        .start_ns = process->start_ns,
        .time_ns = process->time_ns,
        .pages = process->space != NULL ? space_pages(process->space) : 0,
        .state = state_letters[process->state],
    };
    text_copy(info->name, sizeof info->name, process->name);
}

int64_t sys_processes(uint64_t to, uint64_t count)
{
    struct process_info info;
    uint64_t found = 0;

    scheduler_account();
    for (const struct process *process = process_table; process < process_table + PROCESS_LIMIT; process++) {
        if (process->state == PROCESS_UNUSED || found == count)
            continue;
        process_describe(process, &info);
        if (!user_write(to + found * sizeof info, &info, sizeof info))
            return -EFAULT;
        found++;
    }
    return (int64_t)found;
}

// Empty tables that the shim keeps count as free memory: they are given back as soon as there is no other.
int64_t sys_system(uint64_t to)
{
    struct system_info info = {
        .start_ns = start,
        .uptime_ns = scheduler_account() - start,
        .idle_ns = scheduler_idle_time(),
        .processors = processor_count,
        .processes = process_count(),
        .switches = scheduler_switches(),
    };

    trees_trim();
    info.frames_total = frame_count_total();
    info.frames_free = frame_count_free();
    info.memory_total = info.frames_total * PAGE_SIZE;
    info.memory_free = info.frames_free * PAGE_SIZE;
    text_copy(info.name, sizeof info.name, machine->name);
    text_copy(info.mode, sizeof info.mode, machine->mode);
    return user_write(to, &info, sizeof info) ? 0 : -EFAULT;
}

int64_t sys_shutdown(uint64_t reason)
{
    pvop_cpu_end((uint8_t)reason);
}
