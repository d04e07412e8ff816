// SPDX-License-Identifier: MIT
// kill: sends a signal to processes, or to groups of them (negative numbers).
#include "program.h"

#include <ctype.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static const struct {
    int number;
    const char *name;
} signals[] = {{SIGHUP, "HUP"},     {SIGINT, "INT"},   {SIGQUIT, "QUIT"}, {SIGILL, "ILL"},
               {SIGTRAP, "TRAP"},   {SIGABRT, "ABRT"}, {SIGFPE, "FPE"},   {SIGKILL, "KILL"},
               {SIGBUS, "BUS"},     {SIGSEGV, "SEGV"}, {SIGPIPE, "PIPE"}, {SIGALRM, "ALRM"},
               {SIGTERM, "TERM"},   {SIGURG, "URG"},   {SIGSTOP, "STOP"}, {SIGTSTP, "TSTP"},
               {SIGCONT, "CONT"},   {SIGCHLD, "CHLD"}, {SIGTTIN, "TTIN"}, {SIGTTOU, "TTOU"},
               {SIGWINCH, "WINCH"}, {SIGUSR1, "USR1"}, {SIGUSR2, "USR2"}};

enum { SIGNALS = sizeof signals / sizeof *signals };

static void signals_list(void)
{
    for (size_t i = 0; i < SIGNALS; i++)
        printf("%2d %s\n", signals[i].number, signals[i].name);
}

// A signal's number, from that or from its name with or without SIG.
static int signal_read(const char *text)
{
    const char *name = strncasecmp(text, "SIG", 3) != 0 ? text : text + 3;

    for (size_t i = 0; i < SIGNALS; i++) {
        if (!strcasecmp(signals[i].name, name))
            return signals[i].number;
    }
    return (int)program_number(text);
}

static void process_signal(const char *text, int signal)
{
    char *end = NULL;
    long pid = strtol(text, &end, 10);

    if (end == text || *end)
        program_complain(text, "is no process number");
    else if (kill((pid_t)pid, signal))
        program_error(text);
}

int main(int argc, char **argv)
{
    int signal = SIGTERM;

    (void)argc;
    program_start(*argv++, "[-SIGNAL | -s SIGNAL] PROCESS... | -l");
    if (*argv && !strcmp(*argv, "-l")) {
        signals_list();
        return program_end();
    }
    if (argv[0] && argv[1] && !strcmp(argv[0], "-s")) {
        signal = signal_read(argv[1]);
        argv += 2;
    } else if (argv[0] && argv[0][0] == '-' && argv[0][1] && strcmp(argv[0], "--") != 0) {
        signal = signal_read(*argv++ + 1);
    }
    argv += *argv && !strcmp(*argv, "--");
    if (!*argv)
        program_usage();
    for (; *argv; argv++)
        process_signal(*argv, signal);
    return program_end();
}
