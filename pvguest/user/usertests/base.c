// SPDX-License-Identifier: MIT
// The bases of FS and GS, which user mode may write where the processor has instructions for it (Intel SDM
// volume 1, section 18.3): each process has its own. Where it has none, they are undefined.
#include "test.h"

#include <cpuid.h>
#include <sched.h>
#include <sys/wait.h>
#include <unistd.h>

enum { ROUNDS = 20 };

static bool bases_exist(void)
{
    unsigned eax, ebx, ecx, edx;

    return __get_cpuid_count(7, 0, &eax, &ebx, &ecx, &edx) && (ebx & bit_FSGSBASE);
}

static void bases_write(uint64_t fs, uint64_t gs)
{
    __asm__ volatile("wrfsbase %0\n\twrgsbase %1" : : "r"(fs), "r"(gs));
}

static void bases_check(uint64_t fs, uint64_t gs)
{
    uint64_t saw_fs, saw_gs;

    __asm__ volatile("rdfsbase %0\n\trdgsbase %1" : "=r"(saw_fs), "=r"(saw_gs));
    EXPECT(saw_fs, fs);
    EXPECT(saw_gs, gs);
}

static void bases_missing(void)
{
    pid_t child = fork();

    if (child == 0) {
        bases_check(0, 0);
        _exit(0);
    }
    EXPECT_SIGNAL(child, SIGILL);
}

static void bases_keep(uint64_t fs, uint64_t gs)
{
    for (int i = 0; i < ROUNDS; i++) {
        bases_write(fs + (uint64_t)i, gs);
        sched_yield();
        bases_check(fs + (uint64_t)i, gs);
    }
}

static void bases_own(void)
{
    if (!bases_exist()) {
        bases_missing();
        return;
    }
    bases_check(0, 0);
    bases_write(0x123000, 0x456000);

    pid_t child = fork();

    if (child == 0) {
        bases_check(0x123000, 0x456000);
        bases_keep(0x7fff00000000, 0x1000);
        _exit(0);
    }
    bases_keep(0x10000, 0xffff888000000000);
    EXPECT_EXIT(child, 0);
}

static void others_write(int number)
{
    (void)number;
    bases_write(1, 2);
}

static void bases_signal(void)
{
    if (!bases_exist()) {
        bases_missing();
        return;
    }
    signal(SIGUSR1, others_write);
    bases_write(0x789000, 0xabc000);
    MUST(kill(getpid(), SIGUSR1));
    bases_check(0x789000, 0xabc000);
}

const struct test tests_base[] = {
    {"base_each_process_its_own", bases_own}, {"base_kept_by_signals", bases_signal}, {NULL, NULL}};
