// SPDX-License-Identifier: MIT
// Expectations. A line is written with one call, so that processes that fail at the same time do not mix
// theirs.
#include "test.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

void expect_failed(const char *file, int line, const char *what, long saw, long expected)
{
    const char *slash = strrchr(file, '/');
    char text[320];

    snprintf(text, sizeof text, "usertests: %s FAILED: %s:%d: %.160s (saw %ld, expected %ld)\n", test_name,
             slash != NULL ? slash + 1 : file, line, what, saw, expected);
    if (write(STDOUT_FILENO, text, strlen(text)) < 0)
        _exit(TEST_FAILED + 1);
    _exit(TEST_FAILED);
}

void expect_equal(const char *file, int line, const char *what, long saw, long expected)
{
    if (saw != expected)
        expect_failed(file, line, what, saw, expected);
}

void expect_error(const char *file, int line, const char *what, long saw, int error)
{
    if (saw != -1)
        expect_failed(file, line, what, saw, -1);
    if (errno != error)
        expect_failed(file, line, what, errno, error);
}

long expect_success(const char *file, int line, const char *what, long saw)
{
    if (saw < 0)
        expect_failed(file, line, what, errno, 0);
    return saw;
}

static void expect_status(const char *file, int line, const char *what, pid_t pid, int expected)
{
    int status = child_wait(pid);

    if (status != expected)
        expect_failed(file, line, what, status, expected);
}

void expect_exit(const char *file, int line, pid_t pid, int status)
{
    expect_status(file, line, "a child's exit", pid, status << 8);
}

void expect_signal(const char *file, int line, pid_t pid, int number)
{
    expect_status(file, line, "a child's end by a signal", pid, number);
}
