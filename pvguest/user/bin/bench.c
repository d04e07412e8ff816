// SPDX-License-Identifier: MIT
// bench: what a user of this system pays for its operations, in ticks of the time-stamp counter. tools/bench
// reads what it prints, and runs it on a processor that does nothing else.
//
// A sample is the time from just before an operation to just after it, less that of nothing at all. Of the
// samples the least and the median are printed. Every operation is done some times before, so that what is
// done for the first time is not in it.
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "program.h"
#include "syscall.h"

enum { SAMPLES = 65, WARMING = 8, PAGE = 4096, AREA = 512 * PAGE, INIT = 1 };

// The time-stamp counter, read when everything before is done and nothing after has begun. Intel SDM volume
// 2, RDTSC.
static inline uint64_t ticks_read(void)
{
    uint32_t low, high;

    __asm__ volatile("lfence\n\trdtsc\n\tlfence" : "=a"(low), "=d"(high)::"memory");
    return (uint64_t)high << 32 | low;
}

static uint64_t nothing_sample(void)
{
    uint64_t start = ticks_read();

    return ticks_read() - start;
}

static uint64_t user_syscall_sample(void)
{
    uint64_t start = ticks_read();

    (void)syscall_getpid();
    return ticks_read() - start;
}

static char *area;
static size_t used;

static bool area_begin(void)
{
    area = mmap(NULL, AREA, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    used = 0;
    return area != MAP_FAILED;
}

// What comes after is to be measured in a small process.
static void area_end(void)
{
    munmap(area, AREA);
}

static uint64_t page_fault_sample(void)
{
    volatile char *page = area + used;
    uint64_t start = ticks_read();

    *page = 1;
    uint64_t end = ticks_read();

    used += PAGE;
    return end - start;
}

static uint64_t mmap_sample(void)
{
    uint64_t start = ticks_read();
    char *page = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    *(volatile char *)page = 1;
    munmap(page, PAGE);
    return ticks_read() - start;
}

static uint64_t fork_sample(void)
{
    uint64_t start = ticks_read();
    pid_t child = fork();

    if (child == 0)
        _exit(0);
    waitpid(child, NULL, 0);
    return ticks_read() - start;
}

static uint64_t exec_sample(void)
{
    static char *const words[] = {"true", NULL};
    uint64_t start = ticks_read();
    pid_t child = fork();

    if (child == 0) {
        execv("/bin/true", words);
        _exit(1);
    }
    waitpid(child, NULL, 0);
    return ticks_read() - start;
}

static int there[2], back[2];
static pid_t other;

static void echo_run(void)
{
    char byte;

    while (read(there[0], &byte, 1) == 1 && write(back[1], &byte, 1) == 1)
        continue;
    _exit(1);
}

static void yield_run(void)
{
    for (;;)
        (void)syscall_yield();
}

static bool other_begin(void (*run)(void))
{
    other = fork();
    if (other == 0)
        run();
    return other > 0;
}

static void other_end(void)
{
    kill(other, SIGKILL);
    waitpid(other, NULL, 0);
}

static bool echo_begin(void)
{
    return pipe(there) == 0 && pipe(back) == 0 && other_begin(echo_run);
}

static uint64_t pipe_sample(void)
{
    char byte = 0;
    uint64_t start = ticks_read();

    if (write(there[1], &byte, 1) != 1 || read(back[0], &byte, 1) != 1)
        program_fail("pipe");
    return ticks_read() - start;
}

static bool yield_begin(void)
{
    return other_begin(yield_run);
}

// To the other process and back: two switches.
static uint64_t yield_sample(void)
{
    uint64_t start = ticks_read();

    (void)syscall_yield();
    return ticks_read() - start;
}

static volatile sig_atomic_t caught;

static void signal_note(int number)
{
    (void)number;
    caught++;
}

static bool signal_begin(void)
{
    return signal(SIGUSR1, signal_note) != SIG_ERR;
}

static uint64_t signal_sample(void)
{
    pid_t self = getpid();
    sig_atomic_t before = caught;
    uint64_t start = ticks_read();

    kill(self, SIGUSR1);
    uint64_t end = ticks_read();

    if (caught != before + 1)
        program_complain("signal", "it did not come");
    return end - start;
}

// What is measured, so many times in each sample.
static const struct operation {
    const char *name;
    unsigned batch;
    bool (*begin)(void);
    uint64_t (*sample)(void);
    void (*end)(void);
} operations[] = {
    {"user_syscall", 1, NULL, user_syscall_sample, NULL},
    {"page_fault_fresh", 1, area_begin, page_fault_sample, area_end},
    {"mmap_munmap", 1, NULL, mmap_sample, NULL},
    {"fork_exit_wait", 1, NULL, fork_sample, NULL},
    {"fork_exec_wait", 1, NULL, exec_sample, NULL},
    {"pipe_round_trip", 1, echo_begin, pipe_sample, other_end},
    {"context_switch", 2, yield_begin, yield_sample, other_end},
    {"signal_deliver", 1, signal_begin, signal_sample, NULL},
};

static int ticks_compare(const void *a, const void *b)
{
    uint64_t first = *(const uint64_t *)a, second = *(const uint64_t *)b;

    return (first > second) - (first < second);
}

struct figure {
    uint64_t least, median;
};

static struct figure figure_take(uint64_t (*sample)(void))
{
    uint64_t samples[SAMPLES];

    for (int i = 0; i < WARMING; i++)
        sample();
    for (int i = 0; i < SAMPLES; i++)
        samples[i] = sample();
    qsort(samples, SAMPLES, sizeof *samples, ticks_compare);
    return (struct figure){samples[0], samples[SAMPLES / 2]};
}

static uint64_t difference(uint64_t a, uint64_t b)
{
    return a > b ? a - b : 0;
}

static void operation_measure(const struct operation *operation, uint64_t empty)
{
    if (operation->begin != NULL && !operation->begin()) {
        printf("bench: failed: op=%s cannot begin\n", operation->name);
        return;
    }

    struct figure figure = figure_take(operation->sample);

    if (operation->end != NULL)
        operation->end();
    printf("bench: op=%s ticks=%lu median=%lu samples=%d batch=%u\n", operation->name,
           difference(figure.least, empty), difference(figure.median, empty), SAMPLES, operation->batch);
}

static uint64_t now(void)
{
    struct timespec time;

    clock_gettime(CLOCK_MONOTONIC, &time);
    return (uint64_t)time.tv_sec * 1000000000 + (uint64_t)time.tv_nsec;
}

// When init's child, the shell that this program was started by or has taken the place of, began:
// nanoseconds.
static uint64_t shell_start(void)
{
    static struct process_info list[PROCESS_LIMIT];
    int64_t count = syscall_processes((uintptr_t)list, PROCESS_LIMIT);
    pid_t shell = getppid() == INIT ? getpid() : getppid();

    for (int64_t i = 0; i < count; i++) {
        if (list[i].pid == shell)
            return list[i].start_ns;
    }
    return 0;
}

// From the kernel's start to the shell's: the clock's time, in ticks of the counter by how many there were
// since.
static void boot_print(uint64_t start_ticks, uint64_t start_ns)
{
    double rate = (double)(ticks_read() - start_ticks) / (double)(now() - start_ns);
    struct system_info system;

    (void)syscall_system((uintptr_t)&system);
    uint64_t ticks = (uint64_t)((double)(shell_start() - system.start_ns) * rate);

    printf("bench: op=boot_to_shell ticks=%lu median=%lu samples=1 batch=1\n", ticks, ticks);
}

int main(int argc, char **argv)
{
    (void)argc;
    program_start(argv[0], "");

    uint64_t start_ns = now();
    uint64_t start_ticks = ticks_read();
    uint64_t empty = figure_take(nothing_sample).least;

    for (size_t i = 0; i < sizeof operations / sizeof *operations; i++) {
        fflush(stdout);
        operation_measure(&operations[i], empty);
    }
    boot_print(start_ticks, start_ns);
    puts("bench: done");
    return program_end();
}
