// SPDX-License-Identifier: MIT
// Devices: null, zero, and the console, which nobody types at meanwhile.
#include "test.h"

#include <fcntl.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <tty.h>
#include <unistd.h>

static void null(void)
{
    struct stat status;
    char byte = 'x';
    int file = (int)MUST(open("/dev/null", O_RDWR));

    EXPECT(write(file, "abc", 3), 3);
    EXPECT(read(file, &byte, 1), 0);
    MUST(fstat(file, &status));
    EXPECT_TRUE(S_ISCHR(status.st_mode));
    EXPECT(isatty(file), 0);
    EXPECT_ERROR(ioctl(file, TTY_GET_MODE, &byte), ENOTTY);
    EXPECT(write((int)MUST(open("/dev/null", O_WRONLY | O_TRUNC)), "abc", 3), 3);
}

static void zero(void)
{
    static char bytes[10000];
    int file = (int)MUST(open("/dev/zero", O_RDWR));

    memset(bytes, 'x', sizeof bytes);
    EXPECT(read(file, bytes + 1, sizeof bytes - 2), sizeof bytes - 2);
    EXPECT(bytes[0], 'x');
    for (size_t i = 1; i < sizeof bytes - 1; i++)
        EXPECT(bytes[i], 0);
    EXPECT(bytes[sizeof bytes - 1], 'x');
    EXPECT(write(file, bytes, sizeof bytes), sizeof bytes);
}

static void console(void)
{
    struct tty_mode mode = {.flags = 77}, old, changed;
    struct stat status;
    int file = (int)MUST(open("/dev/console", O_RDWR));

    EXPECT(isatty(file), 1);
    MUST(fstat(file, &status));
    EXPECT_TRUE(S_ISCHR(status.st_mode));
    MUST(ioctl(file, TTY_GET_MODE, &old));
    changed.flags = old.flags & ~(uint32_t)TTY_ECHO;
    MUST(ioctl(file, TTY_SET_MODE, &changed));
    MUST(ioctl(file, TTY_GET_MODE, &mode));
    MUST(ioctl(file, TTY_SET_MODE, &old));
    EXPECT(mode.flags, changed.flags);
    EXPECT_ERROR(lseek(file, 0, SEEK_SET), ESPIPE);
    EXPECT(write(file, "", 0), 0);
}

static void console_errors(void)
{
    int file = (int)MUST(open("/dev/console", O_RDWR));
    int plain = (int)MUST(open("file", O_RDWR | O_CREAT, 0644));
    struct tty_mode mode;

    for (int request = TTY_GET_MODE; request <= TTY_GET_SIZE; request++) {
        EXPECT_ERROR(ioctl(plain, request, &mode), ENOTTY);
        EXPECT_ERROR(ioctl(file, request, (void *)ADDRESS_PHYSMAP), EFAULT);
        EXPECT_ERROR(ioctl(file, request, NULL), EFAULT);
    }
    EXPECT(ioctl(file, 7777, &mode), -1);
    EXPECT_TRUE(errno == EINVAL || errno == ENOTTY);
    EXPECT_ERROR(ioctl(99, TTY_GET_MODE, &mode), EBADF);
    EXPECT_ERROR(write(file, (void *)ADDRESS_PHYSMAP, 10), EFAULT);
}

// A process in the background that reads from the console is stopped; in the foreground the same call goes
// on.
static void read_in_background(void)
{
    char byte;
    int file = (int)MUST(open("/dev/console", O_RDWR));

    MUST(setpgid(0, 0));
    (void)read(file, &byte, 1);
    _exit(1); // nobody types, so that only a signal ends it
}

static void console_background(void)
{
    int status, file = (int)MUST(open("/dev/console", O_RDWR));
    pid_t group = (pid_t)MUST(tcgetpgrp(file));
    pid_t child = child_start(read_in_background);

    MUST(waitpid(child, &status, WUNTRACED));
    EXPECT_TRUE(WIFSTOPPED(status) && WSTOPSIG(status) == SIGTTIN);
    MUST(tcsetpgrp(file, child));
    MUST(kill(child, SIGCONT));
    milliseconds_sleep(100);
    EXPECT(waitpid(child, &status, WNOHANG), 0);
    MUST(tcsetpgrp(file, group));
    MUST(kill(child, SIGTERM));
    EXPECT_SIGNAL(child, SIGTERM);
}

static void removed_name(void)
{
    EXPECT_ERROR(mkdir("/dev/null", 0755), EEXIST);
    EXPECT_ERROR(open("/dev/null/below", O_RDONLY), ENOTDIR);
    EXPECT_ERROR(open("/dev/missing", O_RDONLY), ENOENT);
}

const struct test tests_device[] = {
    {"device_null", null},
    {"device_zero", zero},
    {"device_console", console},
    {"device_console_errors", console_errors},
    {"device_console_background", console_background},
    {"device_names", removed_name},
    {NULL, NULL},
};
