// SPDX-License-Identifier: MIT
// Regular files: opening and what may be done then, rights, times.
#include "test.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

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
    EXPECT(file_length(file), 0);
    EXPECT(write(file, "x", 1), 1);
    file = (int)MUST(open("file", O_WRONLY | O_CREAT, 0600));
    EXPECT(file_length(file), 1);
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
    EXPECT(file_length(file), 6);
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
    {"file_unlinked_while_open", unlinked_while_open},
    {"file_open_errors", open_errors},
    {"file_longest_name", longest_name},
    {"file_rights", rights},
    {"file_two_processes", two_processes},
    {"file_times", times},
    {NULL, NULL},
};
