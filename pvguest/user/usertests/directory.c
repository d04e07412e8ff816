// SPDX-License-Identifier: MIT
// Directories: making, reading and removing them, paths, and the current one.
#include "test.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <syscall.h>
#include <unistd.h>

static void make_and_remove(void)
{
    struct stat status, parent;

    MUST(mkdir("below", 0755));
    EXPECT_ERROR(mkdir("below", 0755), EEXIST);
    MUST(stat("below", &status));
    EXPECT_TRUE(S_ISDIR(status.st_mode));
    EXPECT(status.st_nlink, 2);
    MUST(stat(".", &parent));
    EXPECT(parent.st_nlink, 3);
    MUST(stat("below/..", &status));
    EXPECT(status.st_ino, parent.st_ino);
    file_make_text("below/file", "");
    EXPECT_ERROR(rmdir("below"), ENOTEMPTY);
    MUST(unlink("below/file"));
    MUST(rmdir("below"));
    EXPECT_ERROR(rmdir("below"), ENOENT);
    MUST(stat(".", &parent));
    EXPECT(parent.st_nlink, 2);
}

static void errors(void)
{
    file_make_text("file", "");
    MUST(mkdir("below", 0755));
    EXPECT_ERROR(mkdir("", 0755), ENOENT);
    EXPECT_ERROR(mkdir("missing/new", 0755), ENOENT);
    EXPECT_ERROR(mkdir("file/new", 0755), ENOTDIR);
    EXPECT_ERROR(mkdir("file", 0755), EEXIST);
    EXPECT_ERROR(mkdir("/", 0755), EEXIST);
    EXPECT_ERROR(mkdir(".", 0755), EEXIST);
    EXPECT_ERROR(mkdir("below/..", 0755), EEXIST);
    EXPECT_ERROR(rmdir("file"), ENOTDIR);
    EXPECT_ERROR(rmdir("missing"), ENOENT);
    EXPECT_ERROR(rmdir("below/."), EINVAL);
    EXPECT_ERROR(rmdir("below/.."), ENOTEMPTY);
    EXPECT(rmdir("/"), -1);
    EXPECT_ERROR(unlink("below"), EISDIR);
    EXPECT_ERROR(chdir("file"), ENOTDIR);
    EXPECT_ERROR(chdir("missing"), ENOENT);
    EXPECT_TRUE(opendir("file") == NULL && errno == ENOTDIR);
    EXPECT_TRUE(opendir("missing") == NULL && errno == ENOENT);
    EXPECT_ERROR(read((int)MUST(open("below", O_RDONLY)), &(char){0}, 1), EISDIR);
}

enum { ENTRIES = 150 };

// How often a name of the form nNUMBER, "." or ".." is there.
static void entry_count(const struct dirent *entry, int *seen)
{
    struct stat status;
    char path[80];
    int number;

    snprintf(path, sizeof path, "below/%s", entry->d_name);
    MUST(stat(path, &status));
    EXPECT(status.st_ino, entry->d_ino);
    if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0) {
        EXPECT(entry->d_type, DT_DIR);
        seen[ENTRIES + (entry->d_name[1] == '.')]++;
        return;
    }
    EXPECT(sscanf(entry->d_name, "n%d", &number), 1);
    EXPECT_TRUE(number >= 0 && number < ENTRIES);
    EXPECT(entry->d_type, number % 10 == 0 ? DT_DIR : DT_REG);
    seen[number]++;
}

static void listing_check(DIR *folder)
{
    int seen[ENTRIES + 2] = {0};
    struct dirent *entry;

    while ((entry = readdir(folder)) != NULL)
        entry_count(entry, seen);
    for (int i = 0; i < ENTRIES + 2; i++)
        EXPECT(seen[i], 1);
}

static void listing(void)
{
    char path[80];
    DIR *folder;

    MUST(mkdir("below", 0755));
    for (int i = 0; i < ENTRIES; i++) {
        snprintf(path, sizeof path, "below/n%d", i);
        if (i % 10 == 0)
            MUST(mkdir(path, 0755));
        else
            file_make_text(path, path);
    }
    folder = opendir("below");
    EXPECT_TRUE(folder != NULL);
    listing_check(folder);
    EXPECT_TRUE(readdir(folder) == NULL);
    rewinddir(folder);
    listing_check(folder);
    MUST(closedir(folder));
    for (int i = 0; i < ENTRIES; i++) {
        snprintf(path, sizeof path, "below/n%d", i);
        MUST(i % 10 == 0 ? rmdir(path) : unlink(path));
    }
    MUST(rmdir("below"));
}

// One call reads so many that others are not kept waiting, however many are asked for; and none twice.
static void listing_bounded(void)
{
    enum { MOST = 64, ASKED = ENTRIES * 2 };
    static struct dirent entries[ASKED];
    char name[20];
    int64_t count, all = 0;
    int folder;

    file_make_text("file", "");
    for (int i = 1; i < ENTRIES; i++) {
        snprintf(name, sizeof name, "link%d", i);
        MUST(link("file", name));
    }
    folder = (int)MUST(open(".", O_RDONLY));
    do {
        count = syscall_readdir((uint64_t)folder, (uintptr_t)entries, ASKED);
        EXPECT_TRUE(count >= 0 && count <= MOST);
        all += count;
    } while (count > 0);
    EXPECT(all, ENTRIES + 2); // with . and ..
}

// What goes or comes while a directory is read may be seen or not; what stays is seen once.
static void changed_while_read(void)
{
    bool seen[40] = {false};
    struct dirent *entry;
    char path[80];
    int number;
    DIR *folder;

    MUST(mkdir("below", 0755));
    for (int i = 0; i < 40; i++) {
        snprintf(path, sizeof path, "below/n%d", i);
        file_make_text(path, "");
    }
    folder = opendir("below");
    EXPECT_TRUE(folder != NULL);
    for (int round = 0; (entry = readdir(folder)) != NULL; round++) {
        if (round == 5) {
            for (int i = 1; i < 40; i += 2) {
                snprintf(path, sizeof path, "below/n%d", i);
                MUST(unlink(path));
            }
        }
        if (sscanf(entry->d_name, "n%d", &number) == 1) {
            EXPECT_TRUE(!seen[number]);
            seen[number] = true;
        }
    }
    for (int i = 0; i < 40; i += 2)
        EXPECT_TRUE(seen[i]);
}

static void paths(void)
{
    static const char *const same[] = {"a/b/file",
                                       "./a/b/file",
                                       "a//b///file",
                                       "a/./b/./file",
                                       "a/b/../b/file",
                                       "a/b/../../a/b/file",
                                       "../usertests/a/b/file",
                                       "/tmp/usertests/a/b/file",
                                       "//tmp/./usertests/a/b/file",
                                       "/../../tmp/usertests/a/b/file"};
    struct stat status, other;

    MUST(mkdir("a", 0755));
    MUST(mkdir("a/b/", 0755));
    file_make_text("a/b/file", "");
    MUST(stat("a/b/file", &status));
    for (size_t i = 0; i < sizeof same / sizeof *same; i++) {
        MUST(stat(same[i], &other));
        EXPECT(other.st_ino, status.st_ino);
    }
    EXPECT_ERROR(stat("a/missing/../b/file", &other), ENOENT);
    EXPECT_ERROR(stat("a/b/file/..", &other), ENOTDIR);
    EXPECT_ERROR(stat("a/b/file/.", &other), ENOTDIR);
    MUST(stat("a/b/", &other));
}

static void expect_folder(const char *path)
{
    char here[256];

    EXPECT_TRUE(getcwd(here, sizeof here) != NULL);
    EXPECT_STRING(here, path);
}

static void current(void)
{
    char here[64];

    expect_folder("/tmp/usertests");
    MUST(mkdir("a", 0755));
    MUST(mkdir("a/b", 0755));
    MUST(chdir("a/b"));
    expect_folder("/tmp/usertests/a/b");
    MUST(chdir(".."));
    expect_folder("/tmp/usertests/a");
    MUST(rename("b", "c"));
    MUST(chdir("c"));
    expect_folder("/tmp/usertests/a/c");
    MUST(rename("/tmp/usertests/a", "/tmp/usertests/z"));
    expect_folder("/tmp/usertests/z/c");
    EXPECT_TRUE(getcwd(here, 5) == NULL);
    EXPECT(errno, ERANGE);
    EXPECT_TRUE(getcwd(here, 0) == NULL);
    EXPECT(errno, EINVAL);
    MUST(chdir("/"));
    expect_folder("/");
    EXPECT_TRUE(getcwd(here, 1) == NULL);
    EXPECT(errno, ERANGE);
    EXPECT_TRUE(getcwd(here, 2) != NULL);
    MUST(chdir(".."));
    expect_folder("/");
}

// The current directory can be removed under a process: nothing is in it, and nothing can be put there.
static void current_removed(void)
{
    char here[256];

    MUST(mkdir("below", 0755));
    MUST(chdir("below"));
    MUST(rmdir("/tmp/usertests/below"));
    EXPECT_TRUE(getcwd(here, sizeof here) == NULL);
    EXPECT(errno, ENOENT);
    EXPECT_ERROR(open("file", O_RDWR | O_CREAT, 0644), ENOENT);
    EXPECT_ERROR(mkdir("new", 0755), ENOENT);
    EXPECT_ERROR(access("file", F_OK), ENOENT);
    MUST(chdir("/tmp/usertests"));
    expect_folder("/tmp/usertests");
}

static void deep(void)
{
    char here[256];

    for (int i = 0; i < 60; i++) {
        MUST(mkdir("d", 0755));
        MUST(chdir("d"));
    }
    EXPECT_TRUE(getcwd(here, sizeof here) != NULL);
    EXPECT(strlen(here), strlen("/tmp/usertests") + 2UL * 60);
    for (int i = 0; i < 60; i++) {
        MUST(chdir(".."));
        MUST(rmdir("d"));
    }
    expect_folder("/tmp/usertests");
}

const struct test tests_directory[] = {
    {"directory_make_and_remove", make_and_remove},
    {"directory_errors", errors},
    {"directory_listing", listing},
    {"directory_listing_bounded", listing_bounded},
    {"directory_changed_while_read", changed_while_read},
    {"directory_paths", paths},
    {"directory_current", current},
    {"directory_current_removed", current_removed},
    {"directory_deep", deep},
    {NULL, NULL},
};
