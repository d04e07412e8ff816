// SPDX-License-Identifier: MIT
// pipebench: sends one byte to another process and back, and says how long that takes.
#include "rounds.h"

#include <unistd.h>

#include "program.h"

enum { USUAL = 5000 };

static int there[2], back[2];

// Sends back what comes, until nobody sends any more.
static void echo_run(void)
{
    char byte;

    close(there[1]);
    while (read(there[0], &byte, 1) == 1 && write(back[1], &byte, 1) == 1)
        continue;
    _exit(0);
}

static bool pipe_round(void)
{
    char byte = 0;

    return write(there[1], &byte, 1) == 1 && read(back[0], &byte, 1) == 1;
}

int main(int argc, char **argv)
{
    (void)argc;
    program_start(argv[0], "[ROUNDS]");
    if (pipe(there) != 0 || pipe(back) != 0)
        program_fail("pipe");

    pid_t child = fork();

    if (child < 0)
        program_fail("fork");
    if (child == 0)
        echo_run();
    return rounds_main(argv, USUAL, "one byte there and back", pipe_round);
}
