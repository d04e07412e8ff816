// SPDX-License-Identifier: MIT
// Children of a test, and how they and their parents wait for each other: never by time.
#include "test.h"

#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

int child_wait(pid_t pid)
{
    int status = -1;
    pid_t found;

    do
        found = waitpid(pid, &status, 0);
    while (found < 0 && errno == EINTR);
    EXPECT(found, pid);
    if (WIFEXITED(status) && WEXITSTATUS(status) == TEST_FAILED)
        _exit(TEST_FAILED);
    return status;
}

pid_t child_start(void (*run)(void))
{
    pid_t pid = (pid_t)MUST(fork());

    if (pid == 0) {
        run();
        _exit(0);
    }
    return pid;
}

struct cue cue_open(void)
{
    struct cue cue;

    MUST(pipe(cue.end));
    return cue;
}

void cue_close(const struct cue *cue)
{
    close(cue->end[0]);
    close(cue->end[1]);
}

void cue_give(const struct cue *cue)
{
    ssize_t count;

    do
        count = write(cue->end[1], "", 1);
    while (count < 0 && errno == EINTR);
    EXPECT(count, 1);
}

void cue_await(const struct cue *cue)
{
    ssize_t count;
    char byte;

    do
        count = read(cue->end[0], &byte, 1);
    while (count < 0 && errno == EINTR);
    EXPECT(count, 1);
}

void milliseconds_sleep(long milliseconds)
{
    struct timespec time = {.tv_sec = milliseconds / 1000, .tv_nsec = milliseconds % 1000 * 1000000};

    while (nanosleep(&time, &time) != 0)
        EXPECT(errno, EINTR);
}
