// SPDX-License-Identifier: MIT
// System calls with anything in their arguments, in any order, the same on every run. What they answer does
// not matter: the kernel goes on, and so do all other processes.
#include "call.h"
#include "test.h"

#include <sys/wait.h>
#include <unistd.h>

enum { ROUNDS = 30, CALLS = 2000, MILLISECONDS = 100 };

static uint64_t state;

static uint64_t random_next(void)
{
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return state;
}

static char area[4 * PAGE];

static uint64_t argument_choose(void)
{
    static const char *const paths[] = {"garbage", ".", "garbage/below", "", "other"};
    static const uint64_t wild[] = {ADDRESS_HYPERVISOR, ADDRESS_PHYSMAP,      ADDRESS_IMAGE, ADDRESS_LAST,
                                    UINT64_MAX,         ADDRESS_NONCANONICAL, INT64_MAX,     1UL << 31};

    switch (random_next() % 6) {
    case 0:
        return random_next();
    case 1:
        return wild[random_next() % (sizeof wild / sizeof *wild)];
    case 2:
        return (uint64_t)paths[random_next() % (sizeof paths / sizeof *paths)];
    case 3:
        return (uint64_t)area + random_next() % sizeof area;
    case 4:
        return random_next() % (8UL * PAGE);
    default:
        return random_next() % 12;
    }
}

// What reaches beyond the process and its folder, or ends it, is left out.
static bool is_left_out(uint64_t number)
{
    static const uint64_t out[] = {CALL_exit,      CALL_fork,  CALL_kill,    CALL_shutdown,
                                   CALL_ioctl,     CALL_sleep, CALL_setpgid, CALL_sigsuspend,
                                   CALL_sigreturn, CALL_chmod, CALL_rename};

    for (size_t i = 0; i < sizeof out / sizeof *out; i++) {
        if (number == out[i])
            return true;
    }
    return false;
}

static void garbage_run(void)
{
    for (int file = 0; file < 3; file++)
        close(file);
    for (int i = 0; i < CALLS; i++) {
        uint64_t number = random_next() % 64;
        uint64_t first = argument_choose(), second = argument_choose(), third = argument_choose();

        if (!is_left_out(number))
            call_raw(number, first, second, third);
    }
}

// A child may block in what it has called, or get rid of its own memory.
static void system_calls(void)
{
    for (uint64_t round = 1; round <= ROUNDS; round++) {
        state = round * 0x9e3779b97f4a7c15;
        pid_t pid = child_start(garbage_run);
        for (int i = 0; i < MILLISECONDS && waitpid(pid, NULL, WNOHANG) == 0; i++)
            milliseconds_sleep(1);
        if (kill(pid, SIGKILL) == 0)
            child_wait(pid);
    }
}

const struct test tests_garbage[] = {
    {"garbage_system_calls", system_calls},
    {NULL, NULL},
};
