// SPDX-License-Identifier: MIT
// ln: gives a file a second name. There are no symbolic links.
#include "program.h"

#include <unistd.h>

#include "target.h"

static void path_link(const char *from, const char *to)
{
    if (link(from, to))
        program_error(to);
}

int main(int argc, char **argv)
{
    (void)argc;
    argv = program_begin(argv, "FILE... NAME", NULL);
    target_each(argv, path_link);
    return program_end();
}
