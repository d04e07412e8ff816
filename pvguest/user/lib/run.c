// SPDX-License-Identifier: MIT
// Starts a program for another one.
#include "run.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "program.h"

enum { STATUS_CANNOT_RUN = 126, STATUS_NOT_FOUND = 127, STATUS_SIGNAL = 128 };

void program_become(char **argv)
{
    execvp(argv[0], argv);
    program_error(argv[0]);
    _exit(errno == ENOENT ? STATUS_NOT_FOUND : STATUS_CANNOT_RUN);
}

int program_run(char **argv)
{
    int status = 0;
    pid_t child = 0;

    fflush(stdout);
    child = fork();
    if (child < 0)
        program_fail("fork");
    if (!child)
        program_become(argv);
    while (waitpid(child, &status, 0) < 0) {
        if (errno != EINTR)
            program_fail("wait");
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : STATUS_SIGNAL + WTERMSIG(status);
}
