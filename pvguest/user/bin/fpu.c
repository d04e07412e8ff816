// SPDX-License-Identifier: MIT
// fpu: several processes compute in floating point at the same time; each checks, again and again, that
// nobody disturbs its registers. Two checks: a long computation gives the same number in every round as it
// gave when it ran alone, and all sixteen SSE registers, held in assembly for longer than a time slice may
// last, keep what was put into them.
#include "program.h"

#include <errno.h>
#include <math.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PROCESSES_MOST = 50, REGISTERS = 16, WORDS = 2 * REGISTERS, STEPS = 20000 };

static uint64_t processes = 4;
static uint64_t rounds = 20;
static uint64_t spins = 2000000;

static const struct program_option options[] = {
    {'p', .number = &processes}, {'r', .number = &rounds}, {'s', .number = &spins}, {0}};

// The logistic map with a parameter at which it is chaotic: any disturbance grows until it is seen.
static double compute(uint64_t which)
{
    double parameter = 3.9 + 0.001 * (double)which;
    double x = 0.5;
    double sum = 0;

    for (int step = 0; step < STEPS; step++) {
        x = parameter * x * (1 - x);
        sum += sqrt(x);
    }
    return sum;
}

// Loads all SSE registers from `in`, counts down from `count`, stores them to `out`.
static void registers_hold(const uint64_t *in, uint64_t *out, uint64_t count)
{
    __asm__ volatile("movups 0x00(%[in]), %%xmm0\n\t"
                     "movups 0x10(%[in]), %%xmm1\n\t"
                     "movups 0x20(%[in]), %%xmm2\n\t"
                     "movups 0x30(%[in]), %%xmm3\n\t"
                     "movups 0x40(%[in]), %%xmm4\n\t"
                     "movups 0x50(%[in]), %%xmm5\n\t"
                     "movups 0x60(%[in]), %%xmm6\n\t"
                     "movups 0x70(%[in]), %%xmm7\n\t"
                     "movups 0x80(%[in]), %%xmm8\n\t"
                     "movups 0x90(%[in]), %%xmm9\n\t"
                     "movups 0xa0(%[in]), %%xmm10\n\t"
                     "movups 0xb0(%[in]), %%xmm11\n\t"
                     "movups 0xc0(%[in]), %%xmm12\n\t"
                     "movups 0xd0(%[in]), %%xmm13\n\t"
                     "movups 0xe0(%[in]), %%xmm14\n\t"
                     "movups 0xf0(%[in]), %%xmm15\n\t"
                     "1: subq $1, %[count]\n\t"
                     "jnz 1b\n\t"
                     "movups %%xmm0, 0x00(%[out])\n\t"
                     "movups %%xmm1, 0x10(%[out])\n\t"
                     "movups %%xmm2, 0x20(%[out])\n\t"
                     "movups %%xmm3, 0x30(%[out])\n\t"
                     "movups %%xmm4, 0x40(%[out])\n\t"
                     "movups %%xmm5, 0x50(%[out])\n\t"
                     "movups %%xmm6, 0x60(%[out])\n\t"
                     "movups %%xmm7, 0x70(%[out])\n\t"
                     "movups %%xmm8, 0x80(%[out])\n\t"
                     "movups %%xmm9, 0x90(%[out])\n\t"
                     "movups %%xmm10, 0xa0(%[out])\n\t"
                     "movups %%xmm11, 0xb0(%[out])\n\t"
                     "movups %%xmm12, 0xc0(%[out])\n\t"
                     "movups %%xmm13, 0xd0(%[out])\n\t"
                     "movups %%xmm14, 0xe0(%[out])\n\t"
                     "movups %%xmm15, 0xf0(%[out])\n\t"
                     : [count] "+r"(count)
                     : [in] "r"(in), [out] "r"(out)
                     : "memory", "cc", "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", "xmm6", "xmm7", "xmm8",
                       "xmm9", "xmm10", "xmm11", "xmm12", "xmm13", "xmm14", "xmm15");
}

// One process's work. True: nothing was disturbed.
static bool work(uint64_t which, double expected)
{
    uint64_t in[WORDS];
    uint64_t out[WORDS];

    for (uint64_t round = 0; round < rounds; round++) {
        double result = compute(which);

        if (result != expected)
            return false;
        for (uint64_t i = 0; i < WORDS; i++)
            in[i] = (which << 48) + (round << 16) + i;
        registers_hold(in, out, spins);
        if (memcmp(in, out, sizeof in) != 0)
            return false;
    }
    return true;
}

// Waits for all processes. Returns how many of them did not end well.
static uint64_t workers_wait(uint64_t started)
{
    uint64_t failed = 0;

    for (uint64_t ended = 0; ended < started; ended++) {
        int status = 0;

        while (wait(&status) < 0) {
            if (errno != EINTR)
                program_fail("wait");
        }
        failed += status != 0;
    }
    return failed;
}

int main(int argc, char **argv)
{
    double expected[PROCESSES_MOST];
    uint64_t started = 0;
    uint64_t failed = 0;

    (void)argc;
    if (*program_begin(argv, "[-p PROCESSES] [-r ROUNDS] [-s SPINS]", options))
        program_usage();
    if (!processes || processes > PROCESSES_MOST || !spins)
        program_usage();
    for (uint64_t i = 0; i < processes; i++)
        expected[i] = compute(i);
    for (; started < processes; started++) {
        pid_t child = fork();

        if (child < 0) {
            program_error("fork");
            break;
        }
        if (!child)
            _exit(!work(started, expected[started]));
    }
    failed = workers_wait(started);
    printf("%lu processes, %lu rounds: %s\n", started, rounds, failed ? "wrong" : "ok");
    return program_end() || failed;
}
