// SPDX-License-Identifier: MIT
// stress: processes, memory, pipes and files, all at once. In each round every process fills memory of its
// own, forks a child that shares it, finds it as it was, writes it full of other values and reports through a
// pipe; the parent then finds its own unchanged, writes it to a file and reads it back.
#include "program.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PROCESSES_MOST = 30, NAME_ROOM = 32, FILE_MODE = 0600, FILE_WORDS = 4096 };

static uint64_t processes = 4;
static uint64_t kibibytes = 256;
static uint64_t rounds = 5;

static const struct program_option options[] = {
    {'p', .number = &processes}, {'k', .number = &kibibytes}, {'r', .number = &rounds}, {0}};

struct memory {
    uint64_t *word;
    size_t count;
};

static void memory_fill(struct memory memory, uint64_t first)
{
    for (size_t i = 0; i < memory.count; i++)
        memory.word[i] = first + i * 0x9e3779b97f4a7c15U;
}

static bool memory_check(struct memory memory, uint64_t first)
{
    for (size_t i = 0; i < memory.count; i++) {
        if (memory.word[i] != first + i * 0x9e3779b97f4a7c15U)
            return false;
    }
    return true;
}

static _Noreturn void child_work(struct memory memory, uint64_t first, int report)
{
    char answer = memory_check(memory, first) ? 'y' : 'n';

    memory_fill(memory, ~first);
    if (!memory_check(memory, ~first))
        answer = 'n';
    _exit(write(report, &answer, 1) == 1 ? 0 : 1);
}

static bool status_good(pid_t child)
{
    int status = 0;

    while (waitpid(child, &status, 0) < 0) {
        if (errno != EINTR)
            return false;
    }
    return status == 0;
}

// Shares the memory with a child.
static bool fork_check(struct memory memory, uint64_t first)
{
    int report[2];
    char answer = 'n';
    pid_t child = 0;
    bool good = false;

    if (pipe(report))
        return false;
    child = fork();
    if (!child)
        child_work(memory, first, report[1]);
    close(report[1]);
    good = child > 0 && read(report[0], &answer, 1) == 1 && answer == 'y';
    close(report[0]);
    return child > 0 && status_good(child) && good && memory_check(memory, first);
}

// Writes the start of the memory to a file and reads it back.
static bool file_check(struct memory memory)
{
    static uint64_t back[FILE_WORDS];
    size_t bytes = memory.count < FILE_WORDS ? memory.count * sizeof *back : sizeof back;
    char name[NAME_ROOM];
    int file = -1;
    bool good = false;

    snprintf(name, sizeof name, "/tmp/stress.%d", (int)getpid());
    file = open(name, O_RDWR | O_CREAT | O_TRUNC, FILE_MODE);
    if (file < 0)
        return false;
    good = write(file, memory.word, bytes) == (ssize_t)bytes && lseek(file, 0, SEEK_SET) == 0 &&
           read(file, back, bytes) == (ssize_t)bytes && !memcmp(back, memory.word, bytes);
    close(file);
    return unlink(name) == 0 && good;
}

// One process's work; it says what went wrong.
static bool work(uint64_t which)
{
    for (uint64_t round = 0; round < rounds; round++) {
        struct memory memory = {.count = kibibytes * 1024 / sizeof(uint64_t)};
        const char *wrong = NULL;

        memory.word = program_allocate(memory.count, sizeof *memory.word);
        memory_fill(memory, which << 32 | round);
        errno = 0;
        if (!fork_check(memory, which << 32 | round))
            wrong = "fork";
        else if (!file_check(memory))
            wrong = "file";
        free(memory.word);
        if (wrong) {
            program_complain(wrong, errno ? strerror(errno) : "memory is not what it should be");
            return false;
        }
    }
    return true;
}

int main(int argc, char **argv)
{
    pid_t child[PROCESSES_MOST];
    uint64_t failed = 0;

    (void)argc;
    if (*program_begin(argv, "[-p PROCESSES] [-k KIBIBYTES] [-r ROUNDS]", options))
        program_usage();
    if (!processes || processes > PROCESSES_MOST || !kibibytes || kibibytes > SIZE_MAX / 1024)
        program_usage();
    for (uint64_t i = 0; i < processes; i++) {
        child[i] = fork();
        if (!child[i])
            _exit(!work(i));
        if (child[i] < 0)
            program_error("fork");
    }
    for (uint64_t i = 0; i < processes; i++)
        failed += child[i] < 0 || !status_good(child[i]);
    printf("%lu processes, %lu rounds, %lu KiB each: %s\n", processes, rounds, kibibytes,
           failed ? "wrong" : "ok");
    return program_end() || failed;
}
