// SPDX-License-Identifier: MIT
// Descriptors: numbers, copies, what they share, and how many there can be.
#include "test.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FILES = 32 };

static void lowest_number(void)
{
    int a = (int)MUST(open("/dev/null", O_RDWR));
    int b = (int)MUST(open("/dev/null", O_RDWR));

    EXPECT(b, a + 1);
    MUST(close(a));
    EXPECT(dup(b), a);
    MUST(close(0));
    EXPECT(open("/dev/null", O_RDWR), 0);
}

static void copies(void)
{
    int file, copy;
    char byte;

    file_make_text("file", "0123456789");
    file = (int)MUST(open("file", O_RDWR));
    copy = (int)MUST(dup(file));
    EXPECT(lseek(file, 5, SEEK_SET), 5);
    EXPECT(read(copy, &byte, 1), 1);
    EXPECT(byte, '5');
    EXPECT(lseek(file, 0, SEEK_CUR), 6);
    MUST(close(file));
    EXPECT(read(copy, &byte, 1), 1);
    EXPECT(byte, '6');
    EXPECT(dup2(copy, 20), 20);
    EXPECT(read(20, &byte, 1), 1);
    EXPECT(byte, '7');
    EXPECT(dup2(20, 20), 20);
    /* What was open under the number is closed. */
    struct cue cue = cue_open();
    EXPECT(dup2(copy, cue.end[1]), cue.end[1]);
    EXPECT(read(cue.end[0], &byte, 1), 0);
}

static void wrong_numbers(void)
{
    static const int wrong[] = {-1, 25, FILES, 1000, 1 << 30, INT32_MIN};
    struct stat status;
    char byte;

    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        EXPECT_ERROR(read(wrong[i], &byte, 1), EBADF);
        EXPECT_ERROR(write(wrong[i], &byte, 1), EBADF);
        EXPECT_ERROR(lseek(wrong[i], 0, SEEK_SET), EBADF);
        EXPECT_ERROR(fstat(wrong[i], &status), EBADF);
        EXPECT_ERROR(dup(wrong[i]), EBADF);
        EXPECT_ERROR(dup2(wrong[i], 5), EBADF);
        EXPECT_ERROR(fcntl(wrong[i], F_GETFD), EBADF);
        EXPECT_ERROR(close(wrong[i]), EBADF);
    }
    EXPECT_ERROR(dup2(0, -1), EBADF);
    EXPECT_ERROR(dup2(0, 1 << 30), EBADF);
}

static void control(void)
{
    int file = (int)MUST(open("file", O_RDWR | O_CREAT | O_APPEND, 0644));
    int copy;

    EXPECT(fcntl(file, F_GETFD), 0);
    MUST(fcntl(file, F_SETFD, FD_CLOEXEC));
    EXPECT(fcntl(file, F_GETFD), FD_CLOEXEC);
    copy = (int)MUST(fcntl(file, F_DUPFD, 15));
    EXPECT(copy, 15);
    EXPECT(fcntl(file, F_DUPFD, 15), 16);
    EXPECT(fcntl(copy, F_GETFD), 0);
    EXPECT(fcntl(file, F_GETFL) & (O_ACCMODE | O_APPEND), O_RDWR | O_APPEND);
    EXPECT_ERROR(fcntl(file, F_DUPFD, -1), EINVAL);
    EXPECT_ERROR(fcntl(file, F_DUPFD, 1 << 30), EINVAL);
    EXPECT_ERROR(fcntl(file, 7777, 0), EINVAL);
    MUST(dup2(file, 17));
    EXPECT(fcntl(17, F_GETFD), 0);
}

static void as_many_as_can_be(void)
{
    int end[2];
    int last = -1;
    int file;

    while ((file = open("/dev/null", O_RDONLY)) >= 0)
        last = file;
    EXPECT(errno, EMFILE);
    EXPECT(last, FILES - 1);
    EXPECT_ERROR(dup(0), EMFILE);
    EXPECT_ERROR(pipe(end), EMFILE);
    EXPECT_ERROR(fcntl(0, F_DUPFD, 0), EMFILE);
    /* A file is not made when there is no number for it. */
    EXPECT_ERROR(open("new", O_RDWR | O_CREAT, 0644), EMFILE);
    EXPECT(dup2(0, 10), 10);
    MUST(close(last));
    EXPECT_ERROR(pipe(end), EMFILE);
    EXPECT(open("/dev/null", O_RDONLY), last);
}

static int files_open_all(void)
{
    int count = 0;

    while (open("/dev/null", O_RDONLY) >= 0)
        count++;
    return count;
}

// Every process opens all that it can; the kernel's own limit may be reached, and all is there again
// afterwards.
static void open_in_many_processes(void)
{
    struct cue opened = cue_open();
    struct cue go = cue_open();
    pid_t pids[12];
    int file;

    for (int i = 0; i < 12; i++) {
        pids[i] = (pid_t)MUST(fork());
        if (pids[i] == 0) {
            files_open_all();
            EXPECT_TRUE(errno == EMFILE || errno == ENFILE);
            cue_give(&opened);
            cue_await(&go);
            _exit(0);
        }
    }
    for (int i = 0; i < 12; i++)
        cue_await(&opened);
    for (int i = 0; i < 12; i++)
        cue_give(&go);
    for (int i = 0; i < 12; i++)
        EXPECT_EXIT(pids[i], 0);
    file = (int)MUST(open("/dev/null", O_RDONLY));
    EXPECT_TRUE(files_open_all() == FILES - 1 - file);
}

const struct test tests_descriptor[] = {
    {"descriptor_lowest_number", lowest_number},
    {"descriptor_copies", copies},
    {"descriptor_wrong_numbers", wrong_numbers},
    {"descriptor_control", control},
    {"descriptor_limit", as_many_as_can_be},
    {"descriptor_many_processes", open_in_many_processes},
    {NULL, NULL},
};
