// SPDX-License-Identifier: MIT
// What the kernel tells about itself and its processes.
#include "call.h"
#include "test.h"

#include <string.h>
#include <unistd.h>

#include "kernel/interface.h"

static struct process_info list[PROCESS_LIMIT];

static const struct process_info *process_look(pid_t pid)
{
    int64_t count = call_raw(CALL_processes, (uint64_t)list, PROCESS_LIMIT, 0);

    EXPECT_TRUE(count >= 2 && count <= PROCESS_LIMIT);
    for (int64_t i = 0; i < count; i++) {
        if (list[i].pid == pid)
            return &list[i];
    }
    return NULL;
}

static void own_process(void)
{
    const struct process_info *info = process_look(getpid());

    EXPECT_TRUE(info != NULL);
    EXPECT(info->ppid, getppid());
    EXPECT(info->pgid, getpgrp());
    EXPECT(info->state, 'R');
    EXPECT(info->nice, 0);
    EXPECT_STRING(info->name, "usertests");
    EXPECT_TRUE(info->pages > 5);
    info = process_look(1);
    EXPECT_TRUE(info != NULL);
    EXPECT(info->ppid, 0);
    EXPECT_STRING(info->name, "init");
}

static void spin_for_ever(void)
{
    for (;;)
        __asm__ volatile("pause");
}

static void state_await(pid_t pid, char state)
{
    const struct process_info *info = process_look(pid);

    while (info != NULL && info->state != state) {
        milliseconds_sleep(1);
        info = process_look(pid);
    }
    EXPECT_TRUE(info != NULL);
}

static void sleep_for_ever(void)
{
    for (;;)
        pause();
}

static void states(void)
{
    pid_t spinner = child_start(spin_for_ever);
    pid_t sleeper = child_start(sleep_for_ever);

    state_await(spinner, 'R');
    state_await(sleeper, 'S');
    MUST(kill(sleeper, SIGSTOP));
    state_await(sleeper, 'T');
    MUST(kill(sleeper, SIGKILL));
    state_await(sleeper, 'Z');
    EXPECT_SIGNAL(sleeper, SIGKILL);
    EXPECT_TRUE(process_look(sleeper) == NULL);
    MUST(kill(spinner, SIGKILL));
    EXPECT_SIGNAL(spinner, SIGKILL);
}

static void list_limits(void)
{
    memset(list, 0, sizeof list);
    EXPECT(call_raw(CALL_processes, (uint64_t)list, 1, 0), 1);
    EXPECT_TRUE(list[0].pid != 0);
    EXPECT(list[1].pid, 0);
    EXPECT(call_raw(CALL_processes, (uint64_t)list, 0, 0), 0);
    EXPECT(call_raw(CALL_processes, ADDRESS_PHYSMAP, 5, 0), -EFAULT);
    EXPECT_TRUE(call_raw(CALL_processes, (uint64_t)list, UINT64_MAX, 0) != 0);
}

static struct system_info info;

uint64_t frames_free(void)
{
    EXPECT(call_raw(CALL_system, (uint64_t)&info, 0, 0), 0);
    return info.frames_free;
}

size_t memory_most(void)
{
    return frames_free() / 4 * 3 * PAGE;
}

void expect_nothing_lost(void (*run)(void))
{
    uint64_t before;

    frames_free();
    EXPECT_CHILD(run);
    before = frames_free();
    EXPECT_CHILD(run);
    EXPECT(frames_free(), before);
    EXPECT_CHILD(run);
    EXPECT(frames_free(), before);
}

static void machine(void)
{
    frames_free();
    EXPECT_TRUE(memchr(info.name, 0, sizeof info.name) != NULL && info.name[0] != 0);
    EXPECT_TRUE(strcmp(info.mode, "native") == 0 || strcmp(info.mode, "hypercall") == 0 ||
                strcmp(info.mode, "trap") == 0);
    EXPECT_TRUE(info.frames_free > 0 && info.frames_free < info.frames_total);
    EXPECT_TRUE(info.memory_free == info.frames_free * PAGE);
    EXPECT_TRUE(info.processes >= 2 && info.processes <= PROCESS_LIMIT);
    EXPECT_TRUE(info.uptime_ns > 0 && info.idle_ns <= info.uptime_ns * info.processors);
    EXPECT(call_raw(CALL_system, ADDRESS_PHYSMAP, 0, 0), -EFAULT);
}

const struct test tests_info[] = {
    {"info_own_process", own_process},
    {"info_states", states},
    {"info_list_limits", list_limits},
    {"info_machine", machine},
    {NULL, NULL},
};
