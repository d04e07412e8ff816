// SPDX-License-Identifier: MIT
// ps: lists the processes. TIME is for how long one had the processor, in minutes and seconds, MEM its memory
// in KiB.
#include "program.h"

#include "duration.h"
#include "syscall.h"
#include "kernel/interface.h"

enum { PAGE_KIB = 4, MINUTE = 60, HUNDREDTH = 10 * NS_PER_MS };

static void process_print(const struct process_info *process)
{
    uint64_t seconds = process->time_ns / NS_PER_SECOND;
    const char *priority = process->nice > 0 ? "N" : process->nice < 0 ? "<" : " ";

    printf("%5d %5d %5d %c%s %4lu:%02lu.%02lu %6lu %s\n", process->pid, process->ppid, process->pgid,
           process->state, priority, seconds / MINUTE, seconds % MINUTE,
           process->time_ns % NS_PER_SECOND / HUNDREDTH, process->pages * PAGE_KIB, process->name);
}

int main(int argc, char **argv)
{
    static struct process_info processes[PROCESS_LIMIT];
    int64_t count = 0;

    (void)argc;
    if (*program_begin(argv, "", NULL))
        program_usage();
    count = syscall_result(syscall_processes((uintptr_t)processes, PROCESS_LIMIT));
    if (count < 0)
        program_fail("processes");
    printf("%5s %5s %5s %-2s %10s %6s %s\n", "PID", "PPID", "PGID", "S", "TIME", "MEM", "NAME");
    for (int64_t i = 0; i < count; i++)
        process_print(&processes[i]);
    return program_end();
}
