// SPDX-License-Identifier: MIT
// As many processes and as much in files as there can be: calls fail with the right error, and all is given
// back.
#include "test.h"

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "kernel/interface.h"

static struct cue start;

static void wait_for_start(void)
{
    cue_await(&start);
}

// As many processes as there can be.
static void processes_once(void)
{
    static pid_t pids[PROCESS_LIMIT + 1];
    int count = 0;

    start = cue_open();
    for (; count <= PROCESS_LIMIT; count++) {
        pids[count] = fork();
        if (pids[count] == 0) {
            wait_for_start();
            _exit(0);
        }
        if (pids[count] < 0)
            break;
    }
    EXPECT(errno, EAGAIN);
    EXPECT_TRUE(count > PROCESS_LIMIT / 2 && count < PROCESS_LIMIT);
    EXPECT_ERROR(fork(), EAGAIN);
    for (int i = 0; i < count; i++)
        cue_give(&start);
    for (int i = 0; i < count; i++)
        EXPECT_EXIT(pids[i], 0);
}

static void processes(void)
{
    expect_nothing_lost(processes_once);
}

enum { FILES = 24, CHUNK = 32768 };

// Fills a file as far as that goes: what stops it is returned.
static int file_fill(const char *path)
{
    static char bytes[CHUNK];
    int file = open(path, O_WRONLY | O_CREAT, 0644);

    if (file < 0)
        return errno;
    while (write(file, bytes, sizeof bytes) > 0)
        continue;
    int error = errno;
    MUST(close(file));
    return error;
}

static void files_once(void)
{
    char path[16];
    int error = EFBIG;

    for (int i = 0; i < FILES && error == EFBIG; i++) {
        snprintf(path, sizeof path, "file%d", i);
        error = file_fill(path);
    }
    EXPECT_TRUE(error == ENOSPC || error == ENOMEM || error == EFBIG);
    for (int i = 0; i < FILES; i++) {
        snprintf(path, sizeof path, "file%d", i);
        unlink(path);
    }
}

// Files hold memory, too; when it is out, writing says so, and what is removed gives it back.
static void files(void)
{
    expect_nothing_lost(files_once);
}

const struct test tests_limit[] = {
    {"exhaust_processes", processes},
    {"exhaust_files", files},
    {NULL, NULL},
};
