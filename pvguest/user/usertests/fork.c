// SPDX-License-Identifier: MIT
// Memory after fork: one copy for each, whoever writes first, and whoever writes for it.
#include "test.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PLACES = 5, AREA = 4 * PAGE };

static char in_data[AREA] = {1};
static char in_bss[AREA];

// One area of each kind of memory, filled with a value.
struct memory {
    char *place[PLACES];
};

static struct memory memory_make(char *on_stack)
{
    struct memory memory = {{in_data, in_bss, on_stack, malloc(AREA), NULL}};

    memory.place[4] = mmap(NULL, AREA, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    EXPECT_TRUE(memory.place[3] != NULL && memory.place[4] != MAP_FAILED);
    return memory;
}

static void memory_fill(const struct memory *memory, int value)
{
    for (int i = 0; i < PLACES; i++)
        memset(memory->place[i], value + i, AREA);
}

static void memory_check(const struct memory *memory, int value)
{
    for (int i = 0; i < PLACES; i++) {
        for (int byte = 0; byte < AREA; byte++)
            EXPECT(memory->place[i][byte], value + i);
    }
}

static void child_writes(void)
{
    char on_stack[AREA];
    struct memory memory = memory_make(on_stack);
    pid_t pid;

    memory_fill(&memory, 10);
    pid = (pid_t)MUST(fork());
    if (pid == 0) {
        memory_check(&memory, 10);
        memory_fill(&memory, 20);
        memory_check(&memory, 20);
        _exit(0);
    }
    EXPECT_EXIT(pid, 0);
    memory_check(&memory, 10);
}

static void parent_writes(void)
{
    char on_stack[AREA];
    struct memory memory = memory_make(on_stack);
    struct cue written = cue_open();
    pid_t pid;

    memory_fill(&memory, 10);
    pid = (pid_t)MUST(fork());
    if (pid == 0) {
        cue_await(&written);
        memory_check(&memory, 10);
        _exit(0);
    }
    memory_fill(&memory, 30);
    cue_give(&written);
    EXPECT_EXIT(pid, 0);
    memory_check(&memory, 30);
}

static void generations(void)
{
    char on_stack[AREA];
    struct memory memory = memory_make(on_stack);

    memory_fill(&memory, 1);
    for (int generation = 2; generation < 12; generation++) {
        pid_t pid = (pid_t)MUST(fork());

        if (pid != 0) {
            EXPECT_EXIT(pid, 0);
            memory_check(&memory, generation - 1);
            _exit(0);
        }
        memory_check(&memory, generation - 1);
        memory_fill(&memory, generation);
    }
}

static void siblings(void)
{
    char on_stack[AREA];
    struct memory memory = memory_make(on_stack);
    struct cue start = cue_open();
    pid_t pids[6];

    memory_fill(&memory, 1);
    for (int i = 0; i < 6; i++) {
        pids[i] = (pid_t)MUST(fork());
        if (pids[i] == 0) {
            cue_await(&start);
            memory_check(&memory, 1);
            memory_fill(&memory, 10 + i);
            memory_check(&memory, 10 + i);
            _exit(0);
        }
    }
    for (int i = 0; i < 6; i++)
        cue_give(&start);
    for (int i = 0; i < 6; i++)
        EXPECT_EXIT(pids[i], 0);
    memory_check(&memory, 1);
}

// The kernel writes into a page that two processes share.
static void kernel_writes(void)
{
    struct cue parent = cue_open();
    struct cue child = cue_open();
    pid_t pid;

    memset(in_bss, 'a', AREA);
    pid = (pid_t)MUST(fork());
    if (pid == 0) {
        EXPECT(read(parent.end[0], in_bss + PAGE - 2, 4), 4);
        EXPECT_BYTES(in_bss + PAGE - 3, "a1234a", 6);
        cue_give(&child);
        _exit(0);
    }
    EXPECT(write(parent.end[1], "1234", 4), 4);
    cue_await(&child);
    for (int i = 0; i < AREA; i++)
        EXPECT(in_bss[i], 'a');
    EXPECT_EXIT(pid, 0);
}

// What the kernel reads is what was written before, though another process has the page.
static void kernel_reads(void)
{
    struct cue cue = cue_open();
    char bytes[5];
    pid_t pid;

    memcpy(in_data, "first", 5);
    pid = (pid_t)MUST(fork());
    if (pid == 0) {
        memcpy(in_data, "child", 5);
        EXPECT(write(cue.end[1], in_data, 5), 5);
        _exit(0);
    }
    memcpy(in_data, "other", 5);
    EXPECT_EXIT(pid, 0);
    EXPECT(read(cue.end[0], bytes, 5), 5);
    EXPECT_BYTES(bytes, "child", 5);
    EXPECT_BYTES(in_data, "other", 5);
}

// After the other one is gone, a page is written in place; nothing of it may be lost.
static void last_owner(void)
{
    for (int round = 0; round < 50; round++) {
        pid_t pid = (pid_t)MUST(fork());

        if (pid == 0)
            _exit(in_bss[0] == (char)round ? 0 : 1);
        EXPECT_EXIT(pid, 0);
        in_bss[0]++;
        EXPECT(in_bss[0], (char)(round + 1));
    }
}

static void untouched_memory(void)
{
    char *area = mmap(NULL, 64 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    pid_t pid;

    EXPECT_TRUE(area != MAP_FAILED);
    EXPECT(area[3 * PAGE], 0);
    pid = (pid_t)MUST(fork());
    if (pid == 0) {
        for (int i = 0; i < 64; i++) {
            EXPECT(area[i * PAGE], 0);
            area[i * PAGE] = 1;
        }
        _exit(0);
    }
    EXPECT_EXIT(pid, 0);
    for (int i = 0; i < 64; i++)
        EXPECT(area[i * PAGE], 0);
}

static void open_files(void)
{
    char byte;
    int file;
    pid_t pid;

    file_make_text("shared", "abcdef");
    file = (int)MUST(open("shared", O_RDONLY));
    pid = (pid_t)MUST(fork());
    if (pid == 0) {
        EXPECT(read(file, &byte, 1), 1);
        EXPECT(byte, 'a');
        EXPECT(lseek(file, 3, SEEK_SET), 3);
        MUST(close(file));
        _exit(0);
    }
    EXPECT_EXIT(pid, 0);
    EXPECT(read(file, &byte, 1), 1);
    EXPECT(byte, 'd');
}

static void folder(void)
{
    char path[256];
    pid_t pid;

    MUST(mkdir("below", 0755));
    pid = (pid_t)MUST(fork());
    if (pid == 0) {
        MUST(chdir("below"));
        _exit(0);
    }
    EXPECT_EXIT(pid, 0);
    EXPECT_TRUE(getcwd(path, sizeof path) != NULL);
    EXPECT_STRING(strrchr(path, '/'), "/usertests");
}

const struct test tests_fork[] = {
    {"fork_child_writes", child_writes},
    {"fork_parent_writes", parent_writes},
    {"fork_generations", generations},
    {"fork_siblings", siblings},
    {"fork_kernel_writes", kernel_writes},
    {"fork_kernel_reads", kernel_reads},
    {"fork_last_owner", last_owner},
    {"fork_untouched_memory", untouched_memory},
    {"fork_open_files", open_files},
    {"fork_folder", folder},
    {NULL, NULL},
};
