// SPDX-License-Identifier: MIT
// Regular files: opening, contents, offsets, lengths.
#include "test.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static off_t length_of(int file)
{
    struct stat status;

    MUST(fstat(file, &status));
    return status.st_size;
}

static void create(void)
{
    struct stat status;
    char bytes[16];
    int file;

    EXPECT_ERROR(open("file", O_RDONLY), ENOENT);
    file = (int)MUST(open("file", O_RDWR | O_CREAT | O_EXCL, 0644));
    EXPECT_ERROR(open("file", O_RDWR | O_CREAT | O_EXCL, 0644), EEXIST);
    EXPECT(write(file, "hello", 5), 5);
    EXPECT(lseek(file, 0, SEEK_SET), 0);
    EXPECT(read(file, bytes, sizeof bytes), 5);
    EXPECT_BYTES(bytes, "hello", 5);
    EXPECT(read(file, bytes, sizeof bytes), 0);
    MUST(fstat(file, &status));
    EXPECT_TRUE(S_ISREG(status.st_mode));
    EXPECT(status.st_mode & 0777, 0644);
    EXPECT(status.st_nlink, 1);
    EXPECT(status.st_size, 5);
    MUST(close(file));
    EXPECT_ERROR(read(file, bytes, 1), EBADF);
}

static void access_modes(void)
{
    char bytes[4];
    int file;

    file_make_text("file", "abc");
    file = (int)MUST(open("file", O_RDONLY));
    EXPECT_ERROR(write(file, "x", 1), EBADF);
    EXPECT_ERROR(ftruncate(file, 0), EINVAL);
    file = (int)MUST(open("file", O_WRONLY));
    EXPECT_ERROR(read(file, bytes, 1), EBADF);
    EXPECT(write(file, "x", 1), 1);
    file = (int)MUST(open("file", O_RDWR));
    EXPECT(read(file, bytes, 3), 3);
    EXPECT_BYTES(bytes, "xbc", 3);
}

static void truncate_at_open(void)
{
    int file;

    file_make_text("file", "abc");
    file = (int)MUST(open("file", O_WRONLY | O_TRUNC));
    EXPECT(length_of(file), 0);
    EXPECT(write(file, "x", 1), 1);
    file = (int)MUST(open("file", O_WRONLY | O_CREAT, 0600));
    EXPECT(length_of(file), 1);
}

static void append(void)
{
    char bytes[16];
    int first, second;

    file_make_text("file", "abc");
    first = (int)MUST(open("file", O_RDWR | O_APPEND));
    second = (int)MUST(open("file", O_WRONLY | O_APPEND));
    EXPECT(write(first, "1", 1), 1);
    EXPECT(write(second, "2", 1), 1);
    EXPECT(lseek(first, 0, SEEK_SET), 0);
    EXPECT(write(first, "3", 1), 1);
    EXPECT(lseek(first, 0, SEEK_CUR), 6);
    EXPECT(lseek(first, 0, SEEK_SET), 0);
    EXPECT(read(first, bytes, sizeof bytes), 6);
    EXPECT_BYTES(bytes, "abc123", 6);
}

static void offsets(void)
{
    char byte;
    int file;

    file_make_text("file", "0123456789");
    file = (int)MUST(open("file", O_RDWR));
    EXPECT(lseek(file, 4, SEEK_SET), 4);
    EXPECT(read(file, &byte, 1), 1);
    EXPECT(byte, '4');
    EXPECT(lseek(file, -2, SEEK_CUR), 3);
    EXPECT(lseek(file, -1, SEEK_END), 9);
    EXPECT(read(file, &byte, 1), 1);
    EXPECT(byte, '9');
    EXPECT(lseek(file, 100, SEEK_SET), 100);
    EXPECT(read(file, &byte, 1), 0);
    EXPECT(length_of(file), 10);
    EXPECT_ERROR(lseek(file, -1, SEEK_SET), EINVAL);
    EXPECT_ERROR(lseek(file, -11, SEEK_END), EINVAL);
    EXPECT_ERROR(lseek(file, -101, SEEK_CUR), EINVAL);
    EXPECT_ERROR(lseek(file, 0, 77), EINVAL);
    EXPECT(lseek(file, 0, SEEK_CUR), 100);
    EXPECT_ERROR(lseek(99, 0, SEEK_SET), EBADF);
}

static void expect_filled(int file, off_t from, off_t to, char byte)
{
    static char bytes[3000];

    EXPECT(lseek(file, from, SEEK_SET), from);
    while (from < to) {
        size_t count = (size_t)(to - from) < sizeof bytes ? (size_t)(to - from) : sizeof bytes;

        EXPECT(read(file, bytes, count), count);
        for (size_t i = 0; i < count; i++)
            EXPECT(bytes[i], byte);
        from += (off_t)count;
    }
}

static void holes(void)
{
    int file = (int)MUST(open("file", O_RDWR | O_CREAT, 0644));

    EXPECT(lseek(file, 100000, SEEK_SET), 100000);
    EXPECT(write(file, "x", 1), 1);
    EXPECT(length_of(file), 100001);
    expect_filled(file, 0, 100000, 0);
    expect_filled(file, 100000, 100001, 'x');
    EXPECT(lseek(file, 50000, SEEK_SET), 50000);
    EXPECT(write(file, "yy", 2), 2);
    expect_filled(file, 0, 50000, 0);
    expect_filled(file, 50000, 50002, 'y');
    expect_filled(file, 50002, 100000, 0);
}

static void set_length(void)
{
    static char bytes[10000];
    int file = (int)MUST(open("file", O_RDWR | O_CREAT, 0644));

    memset(bytes, 'a', sizeof bytes);
    EXPECT(write(file, bytes, sizeof bytes), sizeof bytes);
    MUST(ftruncate(file, 5000));
    EXPECT(length_of(file), 5000);
    MUST(ftruncate(file, 9000));
    expect_filled(file, 0, 5000, 'a');
    expect_filled(file, 5000, 9000, 0);
    EXPECT(read(file, bytes, 1), 0);
    MUST(ftruncate(file, 0));
    EXPECT(length_of(file), 0);
    EXPECT_ERROR(ftruncate(file, -1), EINVAL);
    EXPECT_ERROR(ftruncate(99, 0), EBADF);
    /* The offset stays where it was: a hole comes before what is written there. */
    EXPECT(write(file, "b", 1), 1);
    EXPECT(length_of(file), 9001);
    expect_filled(file, 0, 9000, 0);
}

// A file of many pages, written and read in pieces that fit none of them.
static void big(void)
{
    enum { SIZE = 1 << 20, PIECE = 7777 };
    static char bytes[PIECE];
    int file = (int)MUST(open("file", O_RDWR | O_CREAT, 0644));

    for (int place = 0; place < SIZE; place += PIECE) {
        for (int i = 0; i < PIECE; i++)
            bytes[i] = (char)((place + i) % 251);
        EXPECT(write(file, bytes, PIECE), PIECE);
    }
    EXPECT(lseek(file, 0, SEEK_SET), 0);
    for (int place = 0; place < SIZE; place += PIECE) {
        EXPECT(read(file, bytes, PIECE), PIECE);
        for (int i = 0; i < PIECE; i++)
            EXPECT((unsigned char)bytes[i], (place + i) % 251);
    }
}

// Beyond the greatest length that a file may have.
static void too_long(void)
{
    int file = (int)MUST(open("file", O_RDWR | O_CREAT, 0644));

    EXPECT(ftruncate(file, INT64_MAX), -1);
    EXPECT_TRUE(errno == EFBIG || errno == EINVAL);
    if (lseek(file, INT64_MAX - 1, SEEK_SET) >= 0) {
        EXPECT(write(file, "xyz", 3), -1);
        EXPECT_TRUE(errno == EFBIG || errno == EINVAL);
    }
    EXPECT(length_of(file), 0);
}

static void unlinked_while_open(void)
{
    struct stat status;
    char bytes[8];
    int file;

    file_make_text("file", "abc");
    file = (int)MUST(open("file", O_RDWR));
    MUST(unlink("file"));
    EXPECT_ERROR(open("file", O_RDONLY), ENOENT);
    MUST(fstat(file, &status));
    EXPECT(status.st_nlink, 0);
    EXPECT(read(file, bytes, sizeof bytes), 3);
    EXPECT(write(file, "def", 3), 3);
    EXPECT(lseek(file, 0, SEEK_SET), 0);
    EXPECT(read(file, bytes, sizeof bytes), 6);
    EXPECT_BYTES(bytes, "abcdef", 6);
    file_make_text("file", "new");
    EXPECT(length_of(file), 6);
}

static void open_errors(void)
{
    char name[400];

    memset(name, 'n', sizeof name - 1);
    name[sizeof name - 1] = '\0';
    file_make_text("file", "abc");
    EXPECT_ERROR(open("", O_RDONLY), ENOENT);
    EXPECT_ERROR(open("missing/file", O_RDONLY), ENOENT);
    EXPECT_ERROR(open("missing/file", O_RDWR | O_CREAT, 0644), ENOENT);
    EXPECT_ERROR(open("file/below", O_RDONLY), ENOTDIR);
    EXPECT_ERROR(open("file/", O_RDONLY), ENOTDIR);
    EXPECT_ERROR(open("file", O_RDONLY | O_DIRECTORY), ENOTDIR);
    EXPECT_ERROR(open(".", O_RDWR), EISDIR);
    EXPECT_ERROR(open("/", O_WRONLY), EISDIR);
    EXPECT_ERROR(open(name, O_RDONLY), ENAMETOOLONG);
    EXPECT_ERROR(open(name, O_RDWR | O_CREAT, 0644), ENAMETOOLONG);
    EXPECT_ERROR(stat(name, &(struct stat){0}), ENAMETOOLONG);
}

// The longest name that a directory can hold.
static void longest_name(void)
{
    char name[64];

    memset(name, 'n', sizeof name);
    name[55] = '\0';
    EXPECT_ERROR(open(name, O_RDWR | O_CREAT, 0644), ENAMETOOLONG);
    name[54] = '\0';
    file_make_text(name, "");
    MUST(access(name, F_OK));
    name[53] = '\0';
    EXPECT_ERROR(access(name, F_OK), ENOENT);
}

static void rights(void)
{
    struct stat status;

    file_make_text("file", "abc");
    MUST(access("file", R_OK | W_OK));
    EXPECT_ERROR(access("file", X_OK), EACCES);
    MUST(chmod("file", 0444));
    EXPECT_ERROR(open("file", O_WRONLY), EACCES);
    EXPECT_ERROR(open("file", O_RDWR), EACCES);
    EXPECT_ERROR(access("file", W_OK), EACCES);
    MUST(close((int)MUST(open("file", O_RDONLY))));
    MUST(chmod("file", 0200));
    EXPECT_ERROR(open("file", O_RDONLY), EACCES);
    MUST(chmod("file", 0755));
    MUST(access("file", R_OK | W_OK | X_OK));
    MUST(stat("file", &status));
    EXPECT(status.st_mode & 07777, 0755);
    EXPECT_ERROR(chmod("missing", 0644), ENOENT);
    EXPECT_ERROR(access("missing", F_OK), ENOENT);
    EXPECT_ERROR(access("file", 77), EINVAL);
}

// Two processes, each with its own offset in the same file.
static void two_processes(void)
{
    struct cue cue = cue_open();
    char bytes[4];

    file_make_text("file", "....");
    pid_t pid = (pid_t)MUST(fork());
    if (pid == 0) {
        int file = (int)MUST(open("file", O_WRONLY));
        EXPECT(write(file, "ab", 2), 2);
        cue_give(&cue);
        _exit(0);
    }
    int file = (int)MUST(open("file", O_RDWR));
    cue_await(&cue);
    EXPECT(read(file, bytes, 4), 4);
    EXPECT_BYTES(bytes, "ab..", 4);
    EXPECT_EXIT(pid, 0);
}

static void times(void)
{
    struct stat before, after;
    int file;

    file_make_text("file", "");
    MUST(stat("file", &before));
    EXPECT_TRUE(before.st_mtime >= 0);
    file = (int)MUST(open("file", O_WRONLY));
    milliseconds_sleep(20);
    EXPECT(write(file, "x", 1), 1);
    MUST(fstat(file, &after));
    EXPECT_TRUE(after.st_mtime > before.st_mtime ||
                (after.st_mtime == before.st_mtime && after.st_mtim.tv_nsec > before.st_mtim.tv_nsec));
}

const struct test tests_file[] = {
    {"file_create", create},
    {"file_access_modes", access_modes},
    {"file_truncate_at_open", truncate_at_open},
    {"file_append", append},
    {"file_offsets", offsets},
    {"file_holes", holes},
    {"file_set_length", set_length},
    {"file_big", big},
    {"file_too_long", too_long},
    {"file_unlinked_while_open", unlinked_while_open},
    {"file_open_errors", open_errors},
    {"file_longest_name", longest_name},
    {"file_rights", rights},
    {"file_two_processes", two_processes},
    {"file_times", times},
    {NULL, NULL},
};
