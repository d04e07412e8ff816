// SPDX-License-Identifier: MIT
// Terminals (tty.h, <unistd.h>): requests to /dev/console.
#include "tty.h"

#include <sys/ioctl.h>
#include <unistd.h>

#define DEFAULT_ROWS    24
#define DEFAULT_COLUMNS 80

int tty_mode_get(int file, uint32_t *flags)
{
    struct tty_mode mode;
    int result = ioctl(file, TTY_GET_MODE, &mode);

    if (result == 0)
        *flags = mode.flags;
    return result;
}

int tty_mode_set(int file, uint32_t flags)
{
    struct tty_mode mode = {.flags = flags};

    return ioctl(file, TTY_SET_MODE, &mode);
}

struct tty_size tty_size(int file)
{
    struct tty_size size;

    if (ioctl(file, TTY_GET_SIZE, &size) != 0 || size.rows == 0 || size.columns == 0)
        return (struct tty_size){DEFAULT_ROWS, DEFAULT_COLUMNS};
    return size;
}

int isatty(int file)
{
    uint32_t flags;

    return tty_mode_get(file, &flags) == 0;
}

pid_t tcgetpgrp(int file)
{
    int32_t group;

    return ioctl(file, TTY_GET_GROUP, &group) == 0 ? group : -1;
}

int tcsetpgrp(int file, pid_t group)
{
    int32_t wanted = group;

    return ioctl(file, TTY_SET_GROUP, &wanted);
}
