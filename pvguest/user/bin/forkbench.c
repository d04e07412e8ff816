// SPDX-License-Identifier: MIT
// forkbench: makes processes that end at once, one after the other, and says how long that takes.
#include "rounds.h"

#include <sys/wait.h>
#include <unistd.h>

enum { USUAL = 1000 };

static bool fork_round(void)
{
    pid_t child = fork();

    if (child == 0)
        _exit(0);
    return child > 0 && waitpid(child, NULL, 0) == child;
}

int main(int argc, char **argv)
{
    (void)argc;
    return rounds_main(argv, USUAL, "fork, exit and wait", fork_round);
}
