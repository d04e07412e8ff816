// SPDX-License-Identifier: MIT
// Names of files: link, unlink and rename, with all that rename may not do. POSIX.1-2017, rename().
#include "test.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static ino_t number_of(const char *path)
{
    struct stat status;

    MUST(stat(path, &status));
    return status.st_ino;
}

static nlink_t links_of(const char *path)
{
    struct stat status;

    MUST(stat(path, &status));
    return status.st_nlink;
}

static void expect_text(const char *path, const char *text)
{
    char bytes[64];
    int file = (int)MUST(open(path, O_RDONLY));
    ssize_t count = MUST(read(file, bytes, sizeof bytes));

    EXPECT(count, strlen(text));
    EXPECT_BYTES(bytes, text, (size_t)count);
    MUST(close(file));
}

static void links(void)
{
    file_make_text("one", "text");
    MUST(link("one", "two"));
    EXPECT(number_of("two"), number_of("one"));
    EXPECT(links_of("one"), 2);
    file_make_text("two", "other");
    expect_text("one", "other");
    MUST(unlink("one"));
    EXPECT(links_of("two"), 1);
    expect_text("two", "other");
    EXPECT_ERROR(unlink("one"), ENOENT);
}

static void link_errors(void)
{
    file_make_text("file", "");
    file_make_text("other", "");
    MUST(mkdir("below", 0755));
    EXPECT_ERROR(link("file", "other"), EEXIST);
    EXPECT_ERROR(link("file", "file"), EEXIST);
    EXPECT_ERROR(link("file", "below"), EEXIST);
    EXPECT_ERROR(link("missing", "new"), ENOENT);
    EXPECT_ERROR(link("file", "missing/new"), ENOENT);
    EXPECT_ERROR(link("file", "other/new"), ENOTDIR);
    EXPECT_ERROR(link("below", "new"), EPERM);
    EXPECT(links_of("file"), 1);
    EXPECT_ERROR(unlink("file/"), ENOTDIR);
    EXPECT_ERROR(unlink(""), ENOENT);
}

static void rename_files(void)
{
    ino_t number;

    file_make_text("one", "1");
    file_make_text("two", "2");
    number = number_of("one");
    MUST(rename("one", "new"));
    EXPECT(number_of("new"), number);
    EXPECT_ERROR(access("one", F_OK), ENOENT);
    MUST(rename("new", "two"));
    EXPECT(number_of("two"), number);
    EXPECT_ERROR(access("new", F_OK), ENOENT);
    expect_text("two", "1");
    MUST(rename("two", "two"));
    expect_text("two", "1");
    MUST(link("two", "three"));
    MUST(rename("two", "three"));
    EXPECT(number_of("two"), number);
    EXPECT(number_of("three"), number);
}

// What is open under a name that another file gets stays.
static void rename_over_open(void)
{
    char byte;
    int file;

    file_make_text("old", "o");
    file_make_text("new", "n");
    file = (int)MUST(open("old", O_RDONLY));
    MUST(rename("new", "old"));
    EXPECT(read(file, &byte, 1), 1);
    EXPECT(byte, 'o');
    expect_text("old", "n");
}

static void rename_folders(void)
{
    struct stat here, above;

    MUST(mkdir("a", 0755));
    MUST(mkdir("b", 0755));
    file_make_text("a/file", "text");
    MUST(rename("a", "b/c"));
    expect_text("b/c/file", "text");
    MUST(stat("b", &here));
    MUST(stat("b/c/..", &above));
    EXPECT(above.st_ino, here.st_ino);
    EXPECT(links_of("b"), 3);
    EXPECT(links_of("."), 3);
    MUST(mkdir("empty", 0755));
    MUST(rename("b/c", "empty"));
    expect_text("empty/file", "text");
    EXPECT(links_of("b"), 2);
    EXPECT(links_of("."), 4);
    MUST(rename("empty/file", "file"));
    expect_text("file", "text");
    MUST(rmdir("empty"));
    MUST(rmdir("b"));
}

static void rename_errors(void)
{
    file_make_text("file", "");
    MUST(mkdir("a", 0755));
    MUST(mkdir("a/b", 0755));
    MUST(mkdir("full", 0755));
    file_make_text("full/file", "");
    EXPECT_ERROR(rename("missing", "new"), ENOENT);
    EXPECT_ERROR(rename("", "new"), ENOENT);
    EXPECT_ERROR(rename("file", ""), ENOENT);
    EXPECT_ERROR(rename("file", "missing/new"), ENOENT);
    EXPECT_ERROR(rename("file/x", "new"), ENOTDIR);
    EXPECT_ERROR(rename("file", "new/"), ENOTDIR);
    EXPECT_ERROR(rename("file", "a"), EISDIR);
    EXPECT_ERROR(rename("a", "file"), ENOTDIR);
    EXPECT_ERROR(rename("a", "full"), ENOTEMPTY);
    EXPECT_ERROR(rename("a", "a/new"), EINVAL);
    EXPECT_ERROR(rename("a", "a/b/new"), EINVAL);
    EXPECT_ERROR(rename("a", "a/b"), EINVAL);
    EXPECT_ERROR(rename("a/b", "a"), ENOTEMPTY);
    EXPECT(rename("a/.", "new"), -1);
    EXPECT(rename("a/..", "new"), -1);
    EXPECT(rename("/", "new"), -1);
    EXPECT(rename("file", "/"), -1);
    EXPECT_ERROR(access("new", F_OK), ENOENT);
    MUST(access("a/b", F_OK));
    MUST(access("file", F_OK));
    MUST(access("full/file", F_OK));
    MUST(rename("a", "a"));
}

const struct test tests_name[] = {
    {"name_links", links},
    {"name_link_errors", link_errors},
    {"name_rename_files", rename_files},
    {"name_rename_over_open", rename_over_open},
    {"name_rename_folders", rename_folders},
    {"name_rename_errors", rename_errors},
    {NULL, NULL},
};
