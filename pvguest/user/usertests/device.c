// SPDX-License-Identifier: MIT
// Devices: null, zero, and the console, which nobody types at meanwhile.
#include "test.h"

#include <fcntl.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
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

static void removed_name(void)
{
    EXPECT_ERROR(mkdir("/dev/null", 0755), EEXIST);
    EXPECT_ERROR(open("/dev/null/below", O_RDONLY), ENOTDIR);
    EXPECT_ERROR(open("/dev/missing", O_RDONLY), ENOENT);
}

const struct test tests_device[] = {
    {"device_null", null},          {"device_zero", zero},
    {"device_console", console},    {"device_console_errors", console_errors},
    {"device_names", removed_name}, {NULL, NULL},
};
