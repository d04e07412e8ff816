// SPDX-License-Identifier: MIT
// Pointers that a system call must not follow: every call that takes one gets each bad one, and has done
// nothing.
#include "call.h"
#include "test.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

// Nothing there, not the process's, no addresses, and such that address + length wraps around.
static const uintptr_t bad[] = {
    8,
    0x1000,
    0x200000000000,
    ADDRESS_NONCANONICAL - PAGE,
    ADDRESS_NONCANONICAL - 1,
    ADDRESS_NONCANONICAL,
    0x8000000000000000,
    ADDRESS_HYPERVISOR,
    ADDRESS_PHYSMAP,
    ADDRESS_PHYSMAP + 0x100000,
    ADDRESS_IMAGE,
    ADDRESS_IMAGE + 0x100000,
    ADDRESS_LAST,
    UINTPTR_MAX - 3,
    UINTPTR_MAX,
};
enum { BAD = sizeof bad / sizeof *bad };

static const char constant[64] = "constant";

static void buffers(void)
{
    int zero = (int)MUST(open("/dev/zero", O_RDONLY));
    int file = (int)MUST(open("file", O_RDWR | O_CREAT, 0644));
    struct cue cue = cue_open();

    EXPECT(write(file, "0123456789", 10), 10);
    for (int i = 0; i < BAD; i++) {
        EXPECT_ERROR(write(file, (void *)bad[i], 5), EFAULT);
        EXPECT_ERROR(write(cue.end[1], (void *)bad[i], 5), EFAULT);
        EXPECT(lseek(file, 0, SEEK_SET), 0);
        EXPECT_ERROR(read(file, (void *)bad[i], 5), EFAULT);
        EXPECT_ERROR(read(zero, (void *)bad[i], 5), EFAULT);
        EXPECT(lseek(file, 0, SEEK_END), 10);
    }
    EXPECT_ERROR(read(zero, (void *)constant, 5), EFAULT);
    EXPECT(lseek(file, 0, SEEK_SET), 0);
    EXPECT_ERROR(read(file, (void *)constant, 5), EFAULT);
    EXPECT_STRING(constant, "constant");
    cue_give(&cue);
    EXPECT_ERROR(read(cue.end[0], (void *)ADDRESS_PHYSMAP, 1), EFAULT);
}

// A page after which there is nothing.
static char *page_alone(void)
{
    char *area = mmap(NULL, 2 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    EXPECT_TRUE(area != MAP_FAILED);
    MUST(munmap(area + PAGE, PAGE));
    return area;
}

// Lengths with which the sum of both is small again, or beyond user memory.
static void lengths(void)
{
    static const size_t many[] = {SIZE_MAX, SIZE_MAX / 2 + 1, SIZE_MAX - PAGE, 0x7fffffffffff,
                                  ADDRESS_PHYSMAP};
    int zero = (int)MUST(open("/dev/zero", O_RDONLY));
    char *area = page_alone();

    for (size_t i = 0; i < sizeof many / sizeof *many; i++) {
        ssize_t count = read(zero, area + PAGE - 16, many[i]);

        EXPECT_TRUE(count == 16 || (count == -1 && (errno == EFAULT || errno == EINVAL)));
    }
    int file = (int)MUST(open("file", O_RDWR | O_CREAT, 0644));
    ssize_t count = write(file, area + PAGE - 16, 4 * PAGE);
    EXPECT_TRUE(count == 16 || (count == -1 && errno == EFAULT));
    EXPECT(lseek(file, 0, SEEK_END), count == 16 ? 16 : 0);
}

static void paths(void)
{
    struct stat status;

    file_make_text("file", "text");
    for (int i = 0; i < BAD; i++) {
        const char *path = (const char *)bad[i];

        EXPECT_ERROR(open(path, O_RDONLY), EFAULT);
        EXPECT_ERROR(open(path, O_RDWR | O_CREAT, 0644), EFAULT);
        EXPECT_ERROR(stat(path, &status), EFAULT);
        EXPECT_ERROR(mkdir(path, 0755), EFAULT);
        EXPECT_ERROR(rmdir(path), EFAULT);
        EXPECT_ERROR(unlink(path), EFAULT);
        EXPECT_ERROR(rename(path, "other"), EFAULT);
        EXPECT_ERROR(rename("file", path), EFAULT);
        EXPECT_ERROR(link(path, "other"), EFAULT);
        EXPECT_ERROR(link("file", path), EFAULT);
        EXPECT_ERROR(chdir(path), EFAULT);
        EXPECT_ERROR(chmod(path, 0644), EFAULT);
        EXPECT_ERROR(access(path, F_OK), EFAULT);
    }
    MUST(access("file", F_OK));
    EXPECT_ERROR(access("other", F_OK), ENOENT);
}

// A path whose end is not there, though its beginning is.
static void path_without_end(void)
{
    char *edge = page_alone() + PAGE - 4;

    memcpy(edge, "file", 4);
    file_make_text("file", "");
    EXPECT_ERROR(access(edge, F_OK), EFAULT);
    edge[3] = '\0';
    EXPECT_ERROR(access(edge, F_OK), ENOENT);
    memcpy(edge - 1, "file", 5);
    MUST(access(edge - 1, F_OK));
}

static void results(void)
{
    int file = (int)MUST(open("file", O_RDWR | O_CREAT, 0644));

    for (int i = 0; i < BAD; i++) {
        EXPECT_ERROR(stat("file", (struct stat *)bad[i]), EFAULT);
        EXPECT_ERROR(fstat(file, (struct stat *)bad[i]), EFAULT);
        EXPECT_ERROR(pipe((int *)bad[i]), EFAULT);
        EXPECT_ERROR(getcwd((char *)bad[i], 200) == NULL ? -1 : 0, EFAULT);
        EXPECT(call_raw(CALL_clock, 1, bad[i], 0), -EFAULT);
        EXPECT(call_raw(CALL_sleep, bad[i], 0, 0), -EFAULT);
        EXPECT(call_raw(CALL_sigprocmask, 0, 0, bad[i]), -EFAULT);
        EXPECT(call_raw(CALL_sigprocmask, SIG_BLOCK, bad[i], 0), -EFAULT);
    }
    EXPECT_ERROR(stat("file", (struct stat *)constant), EFAULT);
    EXPECT_ERROR(pipe((int *)constant), EFAULT);
    EXPECT_STRING(constant, "constant");
}

// A pipe whose numbers could not be stored is not left open.
static void nothing_is_left_open(void)
{
    int lowest = (int)MUST(dup(0));

    for (int i = 0; i < 100; i++)
        EXPECT_ERROR(pipe((int *)bad[i % BAD]), EFAULT);
    MUST(close(lowest));
    EXPECT(dup(0), lowest);
}

static void actions(void)
{
    for (int i = 0; i < BAD; i++) {
        EXPECT(call_raw(CALL_sigaction, SIGUSR1, bad[i], 0), -EFAULT);
        EXPECT(call_raw(CALL_sigaction, SIGUSR1, 0, bad[i]), -EFAULT);
        EXPECT(call_raw(CALL_sigsuspend, bad[i], 0, 0), -EFAULT);
        EXPECT(call_raw(CALL_readdir, (uint64_t)MUST(open(".", O_RDONLY)), bad[i], 1), -EFAULT);
        EXPECT(call_raw(CALL_processes, bad[i], 1, 0), -EFAULT);
        EXPECT(call_raw(CALL_system, bad[i], 0, 0), -EFAULT);
    }
}

const struct test tests_pointer[] = {
    {"pointer_buffers", buffers}, {"pointer_lengths", lengths},
    {"pointer_paths", paths},     {"pointer_path_without_end", path_without_end},
    {"pointer_results", results}, {"pointer_nothing_left_open", nothing_is_left_open},
    {"pointer_actions", actions}, {NULL, NULL},
};
