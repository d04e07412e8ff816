// SPDX-License-Identifier: MIT
// touch: makes empty files where there are none, and the time of those that are there the present one: it
// writes their first byte anew, since no call sets a time.
#include "program.h"

#include <fcntl.h>
#include <unistd.h>

enum { FILE_MODE = 0666 };

static bool no_create;

static const struct program_option options[] = {{'c', .flag = &no_create}, {0}};

static void file_touch(const char *name)
{
    int file = open(name, O_RDWR | (no_create ? 0 : O_CREAT), FILE_MODE);
    char byte = 0;

    if (file < 0) {
        if (!no_create)
            program_error(name);
        return;
    }
    if (read(file, &byte, 1) == 1 && (lseek(file, 0, SEEK_SET) || write(file, &byte, 1) != 1))
        program_error(name);
    close(file);
}

int main(int argc, char **argv)
{
    (void)argc;
    argv = program_begin(argv, "[-c] FILE...", options);
    program_each_operand(argv, file_touch);
    return program_end();
}
