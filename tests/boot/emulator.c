// SPDX-License-Identifier: MIT
/*
 * QEMU as a child process. Its serial line and its monitor are ends of socket pairs that it inherits, so
 * nothing is left in the file system and no name can collide with another test's.
 */
#include "tests/boot/emulator.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#define PROCESSOR_SECONDS 600 /* that QEMU may use in all */

/* File descriptors in QEMU, which its arguments name. */
enum { CHILD_SERIAL = 10, CHILD_MONITOR = 11 };

/* The list of QEMU's arguments, and the strings that were made for it. */
struct arguments {
    const char *list[64];
    size_t count;
};

static void arguments_add(struct arguments *arguments, const char *option, const char *value)
{
    cr_assert(arguments->count + 3 < sizeof arguments->list / sizeof *arguments->list);
    arguments->list[arguments->count++] = option;
    if (value != NULL)
        arguments->list[arguments->count++] = value;
    arguments->list[arguments->count] = NULL;
}

static const char *processors(const struct machine_options *options)
{
    const char *usual = getenv("PARAVANE_SMP");

    if (options->processors != NULL)
        return options->processors;
    return usual != NULL ? usual : "1";
}

static void arguments_fill(struct arguments *arguments, const struct machine_options *options)
{
    static char menu[128];

    arguments_add(arguments, "qemu-system-x86_64", NULL);
    arguments_add(arguments, "-accel", "tcg");
    arguments_add(arguments, "-cpu", options->processor ? options->processor : "max");
    arguments_add(arguments, "-m", options->memory ? options->memory : "256");
    arguments_add(arguments, "-smp", processors(options));
    arguments_add(arguments, "-nic", "none");
    arguments_add(arguments, "-display", "none");
    if (options->image != NULL) {
        arguments_add(arguments, "-boot", "d");
        arguments_add(arguments, "-cdrom", options->image);
    }
    arguments_add(arguments, "-chardev", "socket,id=serial,fd=10");
    arguments_add(arguments, "-serial", "chardev:serial");
    arguments_add(arguments, "-chardev", "socket,id=monitor,fd=11");
    arguments_add(arguments, "-mon", "chardev=monitor");
    if (options->firmware)
        arguments_add(arguments, "-bios", "/usr/share/ovmf/OVMF.fd");
    if (!options->reboots)
        arguments_add(arguments, "-no-reboot", NULL);
    if (options->menu != NULL) {
        snprintf(menu, sizeof menu, "type=1,serial=%s", options->menu);
        arguments_add(arguments, "-smbios", menu);
    }
    for (const char *const *more = options->additional; more != NULL && *more != NULL; more++)
        arguments_add(arguments, *more, NULL);
}

static _Noreturn void child_run(const struct arguments *arguments, int serial, int monitor, int errors)
{
    struct rlimit limit = {PROCESSOR_SECONDS, PROCESSOR_SECONDS};
    int nothing = open("/dev/null", O_RDONLY);

    prctl(PR_SET_PDEATHSIG, SIGKILL);
    setrlimit(RLIMIT_CPU, &limit);
    dup2(nothing, STDIN_FILENO);
    dup2(errors, STDOUT_FILENO);
    dup2(errors, STDERR_FILENO);
    /* The ends may have the numbers that they shall get, in the wrong order: move them out of the way first.
     */
    serial = fcntl(serial, F_DUPFD, 64);
    monitor = fcntl(monitor, F_DUPFD, 64);
    dup2(serial, CHILD_SERIAL);
    dup2(monitor, CHILD_MONITOR);
    execvp(arguments->list[0], (char *const *)arguments->list);
    fprintf(stderr, "%s: %s\n", arguments->list[0], strerror(errno));
    _exit(127);
}

pid_t emulator_start(const struct machine_options *options, int serial, int monitor, int errors)
{
    struct arguments arguments = {.count = 0};
    pid_t pid;

    arguments_fill(&arguments, options);
    pid = fork();
    cr_assert(pid >= 0);
    if (pid == 0)
        child_run(&arguments, serial, monitor, errors);
    return pid;
}
