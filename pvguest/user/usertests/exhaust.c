// SPDX-License-Identifier: MIT
// Memory used up. Calls fail with the right error, nothing hangs, and
// when all is given back, as many frames are free as before.
//
// A process that can write no more to its own pages, for lack of memory, is ended. So who is to survive that
// writes to all that it will need while there is memory, by doing everything once before.
#include "call.h"
#include "test.h"

#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

static void nothing(void)
{
}

static char *const words[] = {"true", NULL};

// Two areas that together are more than there is. Of the second so much is taken.
static char *area;
static size_t taken;

static char *area_make(size_t size)
{
    char *made = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    EXPECT_TRUE(made != MAP_FAILED);
    return made;
}

// Takes all memory: the kernel writes to each page, and says when there is no more.
static void memory_take(void)
{
    int zero = (int)MUST(open("/dev/zero", O_RDONLY));
    size_t size = memory_most();
    char *first = area_make(size);

    area = area_make(size);
    for (size_t i = 0; i < size; i += PAGE)
        EXPECT(read(zero, first + i, 1), 1);
    for (taken = 0; taken < size && read(zero, area + taken, 1) == 1; taken += PAGE)
        continue;
    EXPECT_TRUE(taken > 0 && taken < size);
    EXPECT(errno, EFAULT);
}

static void memory_give_page(void)
{
    taken -= PAGE;
    MUST(munmap(area + taken, PAGE));
}

// Everything that is done later without memory.
static void rehearse(void)
{
    volatile char stack[2 * PAGE];

    memset((char *)stack, 1, sizeof stack);
    EXPECT_CHILD(nothing);
    EXPECT_ERROR(execv("/bin/missing", words), ENOENT);
    EXPECT_ERROR(read(-1, NULL, 0), EBADF);
}

static struct cue progress;

static void step_tell(const char *step)
{
    EXPECT(write(progress.end[1], step, 1), 1);
}

static void without_memory_run(void)
{
    rehearse();
    memory_take();
    step_tell("t");
    EXPECT_ERROR(fork(), ENOMEM);
    step_tell("f");
    EXPECT_ERROR(execv("/bin/true", words), ENOMEM);
    step_tell("e");
    area[taken] = 1;
    step_tell("w");
}

// All memory is one process's: it can neither fork nor execute, and a page that it touches ends it.
static void without_memory_once(void)
{
    char steps[8] = {0};

    progress = cue_open();
    pid_t pid = child_start(without_memory_run);
    MUST(close(progress.end[1]));
    EXPECT_SIGNAL(pid, SIGKILL);
    MUST(read(progress.end[0], steps, sizeof steps - 1));
    EXPECT_STRING(steps, "tfe");
}

static void without_memory(void)
{
    expect_nothing_lost(without_memory_once);
}

// Page by page more memory, until fork() succeeds: so it fails once in each of its steps.
static void fork_stepwise(void)
{
    pid_t pid;

    rehearse();
    memory_take();
    while ((pid = fork()) < 0) {
        EXPECT(errno, ENOMEM);
        memory_give_page();
    }
    if (pid != 0)
        waitpid(pid, NULL, 0);
    _exit(0);
}

static void exec_stepwise(void)
{
    rehearse();
    memory_take();
    while (taken > 0) {
        EXPECT_ERROR(execv("/bin/true", words), ENOMEM);
        memory_give_page();
    }
}

// These may end for want of memory, after what they tried succeeded.
static void expect_exit_or_killed(void (*run)(void))
{
    int status = child_wait(child_start(run));

    EXPECT_TRUE(status == 0 || status == SIGKILL);
}

static void fork_stepwise_once(void)
{
    expect_exit_or_killed(fork_stepwise);
}

static void exec_stepwise_once(void)
{
    expect_exit_or_killed(exec_stepwise);
}

static void little_memory_for_fork(void)
{
    expect_nothing_lost(fork_stepwise_once);
}

static void little_memory_for_exec(void)
{
    expect_nothing_lost(exec_stepwise_once);
}

enum { EATERS = 6 };

static struct cue start, end;
static size_t area_size;

// Writes to one new page after the other, and keeps them.
static void eat(void)
{
    cue_await(&start);
    for (taken = 0; taken < area_size; taken += PAGE)
        area[taken] = 1;
    cue_await(&end);
}

// Several at once want most of the memory: all but one of them are ended, and nobody else.
static void eaters_once(void)
{
    volatile char stack[2 * PAGE];
    int status = -1;

    start = cue_open();
    end = cue_open();
    area_size = memory_most();
    area = area_make(area_size);
    for (int i = 0; i < EATERS; i++)
        child_start(eat);
    memset((char *)stack, 1, sizeof stack);
    EXPECT(waitpid(-1, &status, WNOHANG), 0);
    EXPECT(write(start.end[1], "eaters", EATERS), EATERS);
    for (int i = 1; i < EATERS; i++) {
        MUST(wait(&status));
        EXPECT(status, SIGKILL);
    }
    cue_give(&end);
    MUST(wait(&status));
    EXPECT(status, 0);
}

static void eaters(void)
{
    expect_nothing_lost(eaters_once);
}

const struct test tests_exhaust[] = {
    {"exhaust_memory", without_memory},
    {"exhaust_memory_at_fork", little_memory_for_fork},
    {"exhaust_memory_at_exec", little_memory_for_exec},
    {"exhaust_memory_by_many", eaters},
    {NULL, NULL},
};
