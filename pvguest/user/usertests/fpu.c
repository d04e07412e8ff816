// SPDX-License-Identifier: MIT
// The floating-point unit: each process has its own state, whoever ran between, and so has a signal's
// handler.
#include "call.h"
#include "test.h"

#include <math.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

// All of it that user mode sees, without what the processor notes of the last instruction.
struct fpu {
    uint64_t vector[16][2];
    uint64_t stack[4]; // numbers of 64 bits
    uint32_t state;    // MXCSR
    uint16_t control;  // of the x87 unit
};

static struct fpu fpu_make(uint64_t seed)
{
    struct fpu fpu = {.state = 0x1f80 | (uint32_t)(seed % 4) << 13,
                      .control = (uint16_t)(0x37f | (seed % 4) << 10)};

    for (int i = 0; i < 16; i++) {
        fpu.vector[i][0] = seed * 0x9e3779b97f4a7c15 + (uint64_t)i;
        fpu.vector[i][1] = ~fpu.vector[i][0];
    }
    for (int i = 0; i < 4; i++) {
        double number = (double)seed + i / 8.0;

        memcpy(&fpu.stack[i], &number, sizeof number);
    }
    return fpu;
}

#define EACH_VECTOR(action)                                                                                  \
    action(0) action(1) action(2) action(3) action(4) action(5) action(6) action(7) action(8) action(9)      \
        action(10) action(11) action(12) action(13) action(14) action(15)
#define LOAD(n)  "movups 16*" #n "(%0), %%xmm" #n "\n\t"
#define STORE(n) "movups %%xmm" #n ", 16*" #n "(%0)\n\t"

// Loads the unit, counts for so long or executes one system call, and stores it. In one piece, so that the
// compiler puts nothing of its own between.
static void fpu_through(struct fpu *fpu, uint64_t count, long call, long first, long second)
{
    __asm__ volatile(
        "fninit\n\t"
        "fldcw 292(%0)\n\t"
        "ldmxcsr 288(%0)\n\t"
        "fldl 280(%0)\n\tfldl 272(%0)\n\tfldl 264(%0)\n\tfldl 256(%0)\n\t" EACH_VECTOR(
            LOAD) "testq %1, %1\n\t"
                  "jz 2f\n"
                  "1:\tdecq %1\n\t"
                  "jnz 1b\n\t"
                  "jmp 3f\n"
                  "2:\tsyscall\n"
                  "3:\t" EACH_VECTOR(
                      STORE) "fstpl 256(%0)\n\tfstpl 264(%0)\n\tfstpl 272(%0)\n\tfstpl 280(%0)\n\t"
                             "stmxcsr 288(%0)\n\t"
                             "fnstcw 292(%0)\n\t"
        : "+b"(fpu), "+d"(count), "+a"(call)
        : "D"(first), "S"(second)
        : "rcx", "r11", "memory", "cc", "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", "xmm6", "xmm7",
          "xmm8", "xmm9", "xmm10", "xmm11", "xmm12", "xmm13", "xmm14", "xmm15");
}
_Static_assert(offsetof(struct fpu, state) == 288 && offsetof(struct fpu, control) == 292,
               "offsets in assembly");

static void fpu_reset(void)
{
    uint32_t state = 0x1f80;

    __asm__ volatile("fninit\n\tldmxcsr %0" : : "m"(state));
}

static void fpu_check(uint64_t seed, uint64_t count, long call, long first, long second)
{
    struct fpu expected = fpu_make(seed);
    struct fpu fpu = expected;

    fpu_through(&fpu, count, call, first, second);
    fpu_reset();
    EXPECT_BYTES(fpu.vector, expected.vector, sizeof fpu.vector);
    EXPECT_BYTES(fpu.stack, expected.stack, sizeof fpu.stack);
    EXPECT(fpu.state & 0xffc0, expected.state & 0xffc0);
    EXPECT(fpu.control, expected.control);
}

static void count_long(void)
{
    for (uint64_t i = 0; i < 4; i++)
        fpu_check((uint64_t)getpid() * 10 + i, 8000000, 0, 0, 0);
}

static void preempted(void)
{
    pid_t pids[4];

    for (int i = 0; i < 4; i++)
        pids[i] = child_start(count_long);
    for (int i = 0; i < 4; i++)
        EXPECT_EXIT(pids[i], 0);
}

// Another process, which uses the unit for something else, runs while this one sleeps.
static void yielding(void)
{
    struct timespec time = {.tv_nsec = 1000};

    for (uint64_t i = 0; i < 200; i++)
        fpu_check((uint64_t)getpid() * 1000 + i, 0, CALL_sleep, (long)&time, 0);
}

static void system_calls(void)
{
    pid_t pids[3];

    for (int i = 0; i < 3; i++)
        pids[i] = child_start(yielding);
    for (int i = 0; i < 3; i++)
        EXPECT_EXIT(pids[i], 0);
}

static void handler_computes(int number)
{
    struct fpu fpu = fpu_make(99);

    signal_note(number);
    fpu_through(&fpu, 1, 0, 0, 0);
}

static void signals(void)
{
    handler_set(SIGUSR1, handler_computes, 0);
    handler_set(SIGALRM, handler_computes, 0);
    for (int i = 1; i <= 10; i++) {
        fpu_check((uint64_t)i, 0, CALL_kill, getpid(), SIGUSR1);
        EXPECT(signal_count, i);
    }
    alarm(1);
    while (signal_last != SIGALRM)
        fpu_check(3, 1000000, 0, 0, 0);
}

// A handler begins with the unit as a program does, whatever was interrupted.
static volatile uint32_t state_seen;

static void handler_looks(int number)
{
    uint32_t state;

    __asm__ volatile("stmxcsr %0" : "=m"(state));
    state_seen = state;
    signal_note(number);
}

static void handler_begins(void)
{
    handler_set(SIGUSR1, handler_looks, 0);
    MUST(kill(getpid(), SIGUSR1));
    EXPECT(state_seen & 0xffc0, 0x1f80);
}

static void child_inherits(void)
{
    struct fpu expected = fpu_make(7);
    struct fpu fpu = expected;

    fpu_through(&fpu, 0, CALL_fork, 0, 0);
    fpu_reset();
    EXPECT_BYTES(fpu.vector, expected.vector, sizeof fpu.vector);
    EXPECT(fpu.state & 0xffc0, expected.state & 0xffc0);
    EXPECT(fpu.control, expected.control);
}

static void inherited(void)
{
    pid_t self = getpid();

    child_inherits();
    if (getpid() != self)
        _exit(0);
    signal_note(0);
}

static double series(int terms)
{
    double sum = 0;

    for (int i = terms; i > 0; i--)
        sum += 1.0 / ((double)i * i);
    return sum;
}

static void compute(void)
{
    double expected = series(1000);

    for (int i = 0; i < 3000; i++)
        EXPECT_TRUE(series(1000) == expected);
}

static void many_compute(void)
{
    pid_t pids[5];

    EXPECT_TRUE(fabs(series(1000) - 1.6439345666815598) < 1e-12);
    for (int i = 0; i < 5; i++)
        pids[i] = child_start(compute);
    for (int i = 0; i < 5; i++)
        EXPECT_EXIT(pids[i], 0);
}

const struct test tests_fpu[] = {
    {"fpu_preempted", preempted},
    {"fpu_system_calls", system_calls},
    {"fpu_signals", signals},
    {"fpu_handler_begins", handler_begins},
    {"fpu_inherited", inherited},
    {"fpu_many_compute", many_compute},
    {NULL, NULL},
};
