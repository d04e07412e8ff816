// SPDX-License-Identifier: MIT
/*
 * The tester's side of QEMU's serial line and monitor: waiting, typing, asking. What comes from the serial
 * line is kept as a transcript.
 */
#include "tests/boot/machine.h"

#include "tests/boot/emulator.h"
#include "tests/boot/transcript.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define PATIENCE_MS 60000 /* for one wait; generous, since several machines may share one processor */

#define MONITOR_PROMPT "(qemu) "
#define PANIC          "(pv) panic"

struct machine {
    pid_t pid;  /* 0 once its end has been seen */
    int status; /* exit status, once pid is 0 */
    int serial; /* -1 once it has been closed at the other end */
    int monitor;
    bool greeted; /* the monitor's first prompt has been read */
    bool panics;
    bool panicked; /* a panic has been seen, and the rest of what it prints is being read */
    int errors;    /* a file of what QEMU printed */
    const char *subject;
    size_t mark; /* index of the first line that counts */
    struct transcript transcript;
};

static long long now_ms(void)
{
    struct timespec time;

    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * 1000LL + time.tv_nsec / 1000000;
}

/* When a wait that begins now has to be over. */
static long long deadline_new(void)
{
    const char *seconds = getenv("PARAVANE_PATIENCE");

    return now_ms() + (seconds != NULL ? 1000LL * strtol(seconds, NULL, 10) : PATIENCE_MS);
}

static void print_errors(const struct machine *machine)
{
    char text[4096];
    ssize_t length = pread(machine->errors, text, sizeof text - 1, 0);

    if (length > 0)
        fprintf(stderr, "    QEMU: %.*s\n", (int)length, text);
}

void machine_fail(const struct machine *machine, const char *file, int line, const char *format, ...)
{
    const char *subject = machine->subject != NULL ? machine->subject : "";
    char message[1024];
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    fprintf(stderr, "%s:%d: %s%s%s; the machine said:\n", file, line, subject, *subject ? ": " : "", message);
    transcript_dump(&machine->transcript, stderr);
    print_errors(machine);
    cr_assert_fail("%s:%d: %s%s%s", file, line, subject, *subject ? ": " : "", message);
    abort();
}

struct machine *machine_start(const struct machine_options *options)
{
    struct machine *machine = calloc(1, sizeof *machine);
    int serial[2];
    int monitor[2];

    cr_assert_not_null(machine);
    cr_assert(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, serial) == 0);
    cr_assert(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, monitor) == 0);
    FILE *errors = tmpfile();
    cr_assert_not_null(errors);
    machine->errors = dup(fileno(errors));
    fclose(errors);
    machine->subject = options->subject;
    machine->panics = options->panics;
    machine->serial = serial[0];
    machine->monitor = monitor[0];
    machine->pid = emulator_start(options, serial[1], monitor[1], machine->errors);
    close(serial[1]);
    close(monitor[1]);
    return machine;
}

/* Reads what the serial line has, waiting for it up to the deadline. False: the deadline has passed. */
static bool machine_read(struct machine *machine, long long deadline)
{
    struct pollfd serial = {.fd = machine->serial, .events = POLLIN};
    long long left = deadline - now_ms();
    size_t from = machine->transcript.count;
    char bytes[4096];

    if (poll(&serial, 1, left > 0 ? (int)left : 0) <= 0)
        return left > 0;
    ssize_t length = read(machine->serial, bytes, sizeof bytes);
    if (length > 0) {
        transcript_add(&machine->transcript, bytes, (size_t)length);
    } else {
        close(machine->serial);
        machine->serial = -1;
    }
    if (!machine->panics && !machine->panicked &&
        transcript_find(&machine->transcript, from, PANIC) != NULL) {
        machine->panicked = true;
        machine_listen(machine, 200);
        machine_fail(machine, __FILE__, __LINE__, "the hypervisor panicked");
    }
    return true;
}

/* Reads once more on behalf of a wait, or fails the test. */
static void machine_await(struct machine *machine, long long deadline, const char *what)
{
    machine_expect(machine, machine->serial >= 0, "QEMU ended while waiting for: %s", what);
    machine_expect(machine, machine_read(machine, deadline), "too late for: %s", what);
}

static const char *machine_wait_from(struct machine *machine, size_t from, const char *pattern)
{
    long long deadline = deadline_new();
    const char *line = NULL;

    while ((line = transcript_find(&machine->transcript, from, pattern)) == NULL) {
        from = machine->transcript.count;
        machine_await(machine, deadline, pattern);
    }
    return line;
}

const char *machine_wait(struct machine *machine, const char *pattern)
{
    return machine_wait_from(machine, machine->mark, pattern);
}

const char *machine_wait_ever(struct machine *machine, const char *pattern)
{
    return machine_wait_from(machine, 0, pattern);
}

static bool line_ends_with(const char *line, const char *end)
{
    size_t length = strlen(line);

    return length >= strlen(end) && strcmp(line + length - strlen(end), end) == 0;
}

void machine_wait_prompt(struct machine *machine, const char *prompt)
{
    long long deadline = deadline_new();

    while (!line_ends_with(machine->transcript.current, prompt))
        machine_await(machine, deadline, prompt);
}

void machine_wait_count(struct machine *machine, const char *pattern, size_t count)
{
    long long deadline = deadline_new();

    while (machine_count(machine, pattern) < count)
        machine_await(machine, deadline, pattern);
}

static void machine_reap(struct machine *machine)
{
    int status = 0;

    while (waitpid(machine->pid, &status, 0) < 0 && errno == EINTR)
        continue;
    machine->status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    machine->pid = 0;
}

int machine_wait_end(struct machine *machine)
{
    long long deadline = deadline_new();

    /* The line closes when QEMU ends, so that everything it said has been read by then. */
    while (machine->serial >= 0)
        machine_expect(machine, machine_read(machine, deadline), "too late for the machine's end");
    if (machine->pid != 0)
        machine_reap(machine);
    return machine->status;
}

void machine_listen(struct machine *machine, int milliseconds)
{
    long long deadline = now_ms() + milliseconds;

    while (machine->serial >= 0 && machine_read(machine, deadline))
        continue;
}

size_t machine_count(const struct machine *machine, const char *pattern)
{
    return transcript_count(&machine->transcript, machine->mark, pattern);
}

size_t machine_controls(const struct machine *machine)
{
    return machine->transcript.controls;
}

void machine_mark(struct machine *machine)
{
    machine->mark = machine->transcript.count;
}

void machine_type(struct machine *machine, const char *text)
{
    size_t length = strlen(text);

    machine_mark(machine);
    machine_expect(machine, machine->serial >= 0, "QEMU ended before typing: %s", text);
    machine_expect(machine, send(machine->serial, text, length, MSG_NOSIGNAL) == (ssize_t)length,
                   "the serial line does not take: %s", text);
}

void machine_switch(struct machine *machine, char key)
{
    machine_type(machine, (char[]){0x1d, key, '\0'});
}

const char *machine_line(const struct machine *machine, size_t index)
{
    size_t wanted = machine->mark + index;

    return wanted < machine->transcript.count ? machine->transcript.lines[wanted] : NULL;
}

/* Reads the monitor up to its next prompt. */
static char *monitor_read(struct machine *machine)
{
    struct pollfd monitor = {.fd = machine->monitor, .events = POLLIN};
    char *answer = NULL;
    size_t length = 0;
    FILE *stream = open_memstream(&answer, &length);

    cr_assert_not_null(stream);
    do {
        char bytes[65536];
        machine_expect(machine, poll(&monitor, 1, PATIENCE_MS) > 0, "the monitor does not answer");
        ssize_t count = read(machine->monitor, bytes, sizeof bytes);
        machine_expect(machine, count > 0, "the monitor has gone");
        fwrite(bytes, 1, (size_t)count, stream);
        fflush(stream);
    } while (!line_ends_with(answer, MONITOR_PROMPT));
    fclose(stream);
    answer[length - strlen(MONITOR_PROMPT)] = '\0';
    return answer;
}

char *machine_ask(struct machine *machine, const char *command)
{
    char line[256];

    if (!machine->greeted)
        free(monitor_read(machine));
    machine->greeted = true;
    snprintf(line, sizeof line, "%s\n", command);
    machine_expect(machine, send(machine->monitor, line, strlen(line), MSG_NOSIGNAL) > 0, "no monitor");
    char *answer = monitor_read(machine);
    /* The first line is the echo of the command. */
    char *end = strchr(answer, '\n');
    if (end != NULL)
        memmove(answer, end + 1, strlen(end + 1) + 1);
    return answer;
}

void machine_stop(struct machine *machine)
{
    if (machine->pid != 0) {
        kill(machine->pid, SIGKILL);
        machine_reap(machine);
    }
    if (machine->serial >= 0)
        close(machine->serial);
    close(machine->monitor);
    close(machine->errors);
    transcript_clear(&machine->transcript);
    free(machine);
}
