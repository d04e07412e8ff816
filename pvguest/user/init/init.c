// SPDX-License-Identifier: MIT
/*
 * The first process. It makes the console everyone's standard input and output, has /etc/rc run, and then one
 * session: the shell with the words of the kernel's command line as its command, or a shell for a person (and
 * another, if a signal ends that). When the session is over so is the machine. Meanwhile it takes in the
 * children of those who ended before them.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "syscall.h"

#define COMMAND_SIZE     1024
#define SHELL            "/bin/sh"
#define STATUS_NO_SHELL  127
#define STATUS_NO_START  126
#define STATUS_OF_SIGNAL 128

// What is typed at the console to end or stop programs is not meant for this one.
static const int ignored[] = {SIGINT, SIGQUIT, SIGTSTP, SIGTTIN, SIGTTOU};

static void signals_set(_sig_func_ptr handler)
{
    for (size_t i = 0; i < sizeof ignored / sizeof *ignored; i++)
        signal(ignored[i], handler);
}

static _Noreturn void machine_end(int status)
{
    (void)syscall_shutdown((uint64_t)status);
    _exit(status);
}

static void complain(const char *what)
{
    dprintf(STDERR_FILENO, "init: %s: %s\n", what, strerror(errno));
}

static void console_open(void)
{
    int file = open("/dev/console", O_RDWR);

    for (int i = STDIN_FILENO; i <= STDERR_FILENO; i++) {
        if (file < 0 || (file != i && dup2(file, i) < 0))
            machine_end(STATUS_NO_START);
    }
    if (file > STDERR_FILENO)
        close(file);
}

static void environment_set(void)
{
    setenv("HOME", "/home", 1);
    setenv("PATH", "/bin", 1);
    setenv("TERM", "vt100", 1);
}

// Waits for every child until `process` has ended. Returns its status as from wait().
static int process_wait(pid_t process)
{
    int status;

    for (;;) {
        pid_t ended = wait(&status);

        if (ended < 0 && errno != EINTR)
            return STATUS_NO_START << 8;
        if (ended == process)
            return status;
    }
}

// A status from wait() as the shell says it.
static int status_number(int status)
{
    return WIFEXITED(status) ? WEXITSTATUS(status) : STATUS_OF_SIGNAL + WTERMSIG(status);
}

// Runs the shell as a group of its own, which is the one that the console's signals go to. Returns its status
// as from wait().
static int shell_run(const char *name, const char *first, const char *second)
{
    pid_t process = fork();

    if (process < 0) {
        complain("fork");
        return STATUS_NO_START << 8;
    }
    if (process == 0) {
        setpgid(0, 0);
        tcsetpgrp(STDIN_FILENO, getpid());
        signals_set(SIG_DFL);
        execl(SHELL, name, first, second, NULL);
        complain(SHELL);
        _exit(STATUS_NO_SHELL);
    }
    return process_wait(process);
}

static void greeting_print(void)
{
    char text[1024];
    int file = open("/etc/motd", O_RDONLY);
    ssize_t length;

    if (file < 0)
        return;
    while ((length = read(file, text, sizeof text)) > 0)
        write(STDOUT_FILENO, text, (size_t)length);
    close(file);
}

// Words with a space between; what does not fit into `size` bytes is an error.
static bool words_join(char *command, size_t size, char *const words[])
{
    *command = '\0';
    for (; *words != NULL; words++) {
        if (strlcat(command, *words, size) >= size ||
            (words[1] != NULL && strlcat(command, " ", size) >= size))
            return false;
    }
    return true;
}

int main(int argc, char **argv)
{
    char command[COMMAND_SIZE];

    console_open();
    signals_set(SIG_IGN);
    environment_set();
    if (access("/etc/rc", R_OK) == 0)
        shell_run("sh", "/etc/rc", NULL);
    if (argc > 1) {
        if (!words_join(command, sizeof command, argv + 1)) {
            dprintf(STDERR_FILENO, "init: the command line is longer than %d characters\n", COMMAND_SIZE - 1);
            machine_end(STATUS_NO_START);
        }
        machine_end(status_number(shell_run("sh", "-c", command)));
    }
    greeting_print();
    if (chdir(getenv("HOME")) < 0)
        complain(getenv("HOME"));
    int status = shell_run("-sh", NULL, NULL);

    while (WIFSIGNALED(status)) {
        dprintf(STDERR_FILENO, "init: the shell was ended by signal %d; here is another\n", WTERMSIG(status));
        status = shell_run("-sh", NULL, NULL);
    }
    machine_end(status_number(status));
}
