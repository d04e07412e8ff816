// SPDX-License-Identifier: MIT
/*
 * QEMU with -icount shift=0: software emulation in which each instruction is one tick of the TSC.
 */
#include "tools/bench/emulator.h"

#include "tools/bench/fail.h"
#include "tools/bench/operation.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define DEADLINE_SECONDS 120

/* A running emulator, and the end of the pipe on which its serial line comes. */
struct emulator {
    pid_t pid;
    int output;
};

static _Noreturn void child_run(const struct machine *machine, int output)
{
    char serial[64];

    snprintf(serial, sizeof serial, "type=1,serial=%s", machine->entry);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    dup2(output, STDOUT_FILENO);
    execlp(machine->emulator, machine->emulator, "-accel", "tcg", "-icount", "shift=0", "-cpu", "max", "-m",
           machine->memory, "-smp", machine->processors, "-nic", "none", "-boot", "d", "-cdrom",
           machine->image, "-smbios", serial, "-display", "none", "-monitor", "none", "-serial", "stdio",
           "-no-reboot", (char *)NULL);
    fprintf(stderr, "bench: %s: %s\n", machine->emulator, strerror(errno));
    _exit(127);
}

static struct emulator emulator_start(const struct machine *machine)
{
    struct emulator emulator;
    int ends[2];

    if (pipe(ends) != 0 || (emulator.pid = fork()) < 0)
        fail("%s", strerror(errno));
    if (emulator.pid == 0)
        child_run(machine, ends[1]);
    close(ends[1]);
    emulator.output = ends[0];
    return emulator;
}

/* Its guests wait at their prompts when they have finished. One that ended by itself before that says how. */
static void emulator_end(const struct emulator *emulator, bool finished)
{
    int status;

    close(emulator->output);
    if (finished)
        kill(emulator->pid, SIGKILL);
    waitpid(emulator->pid, &status, 0);
    if (!finished && WIFSIGNALED(status))
        fail("the emulator ended by signal %d", WTERMSIG(status));
    if (!finished)
        fail("the emulator ended with status %d before all was measured", WEXITSTATUS(status));
}

static void progress_print(const struct reading *reading, time_t seconds)
{
    if (isatty(STDERR_FILENO))
        fprintf(stderr, "\rmeasuring: %zu figures, %ld s \x1b[K", reading->rows, (long)seconds);
}

static void progress_clear(void)
{
    if (isatty(STDERR_FILENO))
        fputs("\r\x1b[K", stderr);
}

const char *emulator_version(const char *program)
{
    static char line[256];
    char command[512];

    snprintf(command, sizeof command, "'%s' --version", program);
    FILE *output = popen(command, "r");
    if (output == NULL || fgets(line, sizeof line, output) == NULL)
        fail("%s does not tell its version: is it there?", program);
    pclose(output);
    line[strcspn(line, "\n")] = '\0';
    return line;
}

void emulator_run(const struct machine *machine, size_t guests, struct reading *reading)
{
    struct emulator emulator = emulator_start(machine);
    struct pollfd output = {.fd = emulator.output, .events = POLLIN};
    time_t start = time(NULL);
    size_t all = reading->done + guests;
    ssize_t count = 1;

    while (reading->done < all && count > 0) {
        char bytes[4096];
        time_t seconds = time(NULL) - start;
        progress_print(reading, seconds);
        if (seconds > DEADLINE_SECONDS)
            fail("not finished after %d s, with %zu figures read", DEADLINE_SECONDS, reading->rows);
        if (poll(&output, 1, 1000) <= 0)
            continue;
        count = read(emulator.output, bytes, sizeof bytes);
        if (count > 0)
            reading_add(reading, bytes, (size_t)count);
    }
    progress_clear();
    emulator_end(&emulator, reading->done == all);
}
