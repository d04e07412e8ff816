// SPDX-License-Identifier: MIT
// Pipes: bytes in order, ends, blocking, and writes that are not mixed.
#include "test.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MUCH = 200000, RECORD = 64, WRITERS = 8, RECORDS = 200 };

static void there_and_back(void)
{
    int end[2];
    char bytes[16];
    struct stat status;

    MUST(pipe(end));
    EXPECT_TRUE(end[0] != end[1]);
    EXPECT(write(end[1], "hello", 5), 5);
    EXPECT(write(end[1], " world", 6), 6);
    EXPECT(read(end[0], bytes, 4), 4);
    EXPECT_BYTES(bytes, "hell", 4);
    EXPECT(read(end[0], bytes, sizeof bytes), 7);
    EXPECT_BYTES(bytes, "o world", 7);
    EXPECT(write(end[1], bytes, 0), 0);
    MUST(fstat(end[0], &status));
    EXPECT_TRUE(S_ISFIFO(status.st_mode));
    MUST(close(end[1]));
    EXPECT(read(end[0], bytes, sizeof bytes), 0);
    EXPECT(read(end[0], bytes, sizeof bytes), 0);
}

static void wrong_use(void)
{
    int end[2];
    char byte;

    MUST(pipe(end));
    EXPECT_ERROR(read(end[1], &byte, 1), EBADF);
    EXPECT_ERROR(write(end[0], "x", 1), EBADF);
    EXPECT_ERROR(lseek(end[0], 0, SEEK_SET), ESPIPE);
    EXPECT_ERROR(lseek(end[1], 0, SEEK_CUR), ESPIPE);
    EXPECT_ERROR(ftruncate(end[1], 0), EINVAL);
    EXPECT(read(end[0], &byte, 0), 0);
}

static char byte_at(size_t place)
{
    return (char)(place * 7 + place / 251);
}

// More than the pipe holds, in pieces of every size: the writer blocks, and nothing is lost or doubled.
static void much(void)
{
    int end[2];
    static char bytes[10000];
    size_t place = 0;
    ssize_t count;

    MUST(pipe(end));
    pid_t pid = (pid_t)MUST(fork());
    if (pid == 0) {
        for (size_t size = 1; place < MUCH; size = size * 3 % 9973) {
            size_t now = size < MUCH - place ? size : MUCH - place;
            for (size_t i = 0; i < now; i++)
                bytes[i] = byte_at(place + i);
            EXPECT(write(end[1], bytes, now), now);
            place += now;
        }
        _exit(0);
    }
    MUST(close(end[1]));
    for (size_t size = 1; (count = MUST(read(end[0], bytes, size))) > 0; size = size * 5 % 7919) {
        for (ssize_t i = 0; i < count; i++)
            EXPECT(bytes[i], byte_at(place + (size_t)i));
        place += (size_t)count;
    }
    EXPECT(place, MUCH);
    EXPECT_EXIT(pid, 0);
}

static void records_write(int file, char writer)
{
    char record[RECORD];

    memset(record, writer, sizeof record);
    for (int i = 0; i < RECORDS; i++)
        EXPECT(write(file, record, sizeof record), sizeof record);
    _exit(0);
}

// Small writes of many are not mixed: every record is one writer's.
static void many_writers(void)
{
    int end[2];
    char record[RECORD];
    int seen[WRITERS] = {0};

    MUST(pipe(end));
    for (int i = 0; i < WRITERS; i++) {
        if (MUST(fork()) == 0)
            records_write(end[1], (char)('a' + i));
    }
    MUST(close(end[1]));
    for (int i = 0; i < WRITERS * RECORDS; i++) {
        for (size_t have = 0; have < RECORD;) {
            ssize_t count = MUST(read(end[0], record + have, RECORD - have));
            EXPECT_TRUE(count > 0);
            have += (size_t)count;
        }
        for (int byte = 1; byte < RECORD; byte++)
            EXPECT(record[byte], record[0]);
        EXPECT_TRUE(record[0] >= 'a' && record[0] < 'a' + WRITERS);
        seen[record[0] - 'a']++;
    }
    EXPECT(read(end[0], record, 1), 0);
    for (int i = 0; i < WRITERS; i++) {
        EXPECT(seen[i], RECORDS);
        MUST(wait(NULL));
    }
}

// Many readers: each byte goes to one of them.
static void many_readers(void)
{
    struct cue data = cue_open();
    struct cue counts = cue_open();
    long sum = 0;

    for (int i = 0; i < WRITERS; i++) {
        if (MUST(fork()) == 0) {
            char bytes[50];
            ssize_t count;
            long own = 0;
            MUST(close(data.end[1]));
            while ((count = MUST(read(data.end[0], bytes, sizeof bytes))) > 0)
                own += count;
            EXPECT(write(counts.end[1], &own, sizeof own), sizeof own);
            _exit(0);
        }
    }
    static char bytes[MUCH / 10];
    for (int i = 0; i < 10; i++)
        EXPECT(write(data.end[1], bytes, sizeof bytes), sizeof bytes);
    MUST(close(data.end[1]));
    for (int i = 0; i < WRITERS; i++) {
        long own;
        EXPECT(read(counts.end[0], &own, sizeof own), sizeof own);
        sum += own;
        MUST(wait(NULL));
    }
    EXPECT(sum, MUCH);
}

// One that sleeps in write() hears of the last reader's end, and of nothing else.
static void reader_goes(void)
{
    int end[2];
    static char bytes[100000];

    MUST(pipe(end));
    pid_t pid = (pid_t)MUST(fork());
    if (pid == 0) {
        MUST(close(end[1]));
        EXPECT(read(end[0], bytes, 1), 1);
        _exit(0);
    }
    MUST(close(end[0]));
    handler_set(SIGPIPE, SIG_IGN, 0);
    while (write(end[1], bytes, sizeof bytes) > 0)
        continue;
    EXPECT(errno, EPIPE);
    EXPECT_EXIT(pid, 0);
}

// The writing end is open in a child: the end of file comes when that ends, not before.
static void writer_goes(void)
{
    int end[2];
    char bytes[4];

    MUST(pipe(end));
    pid_t pid = (pid_t)MUST(fork());
    if (pid == 0) {
        MUST(close(end[0]));
        milliseconds_sleep(5);
        EXPECT(write(end[1], "ab", 2), 2);
        milliseconds_sleep(5);
        _exit(0);
    }
    MUST(close(end[1]));
    EXPECT(read(end[0], bytes, 4), 2);
    EXPECT(read(end[0], bytes, 4), 0);
    EXPECT_EXIT(pid, 0);
}

// A row of processes, each of which passes on what it reads.
static void pipeline(void)
{
    enum { STAGES = 10 };
    int from = 0;
    int end[2];
    char byte;

    for (int i = 0; i <= STAGES; i++) {
        MUST(pipe(end));
        if (i == 0)
            EXPECT(write(end[1], "\0\1\2\3", 4), 4);
        else if (MUST(fork()) == 0) {
            MUST(close(end[0]));
            while (MUST(read(from, &byte, 1)) == 1) {
                byte++;
                EXPECT(write(end[1], &byte, 1), 1);
            }
            _exit(0);
        }
        if (i > 0)
            MUST(close(from));
        MUST(close(end[1]));
        from = end[0];
    }
    for (int i = 0; i < 4; i++) {
        EXPECT(read(from, &byte, 1), 1);
        EXPECT(byte, i + STAGES);
    }
    EXPECT(read(from, &byte, 1), 0);
    for (int i = 0; i < STAGES; i++)
        MUST(wait(NULL));
}

// The memory that is written to and read from is touched by the kernel first.
static void untouched_memory(void)
{
    int end[2];
    char *from = malloc(4UL * PAGE);
    char *to = malloc(4UL * PAGE);

    EXPECT_TRUE(from != NULL && to != NULL);
    MUST(pipe(end));
    EXPECT(write(end[1], from + PAGE / 2, 2048), 2048);
    EXPECT(read(end[0], to + PAGE / 2 + 1, 4 * PAGE - 2000 - PAGE / 2), 2048);
    free(from);
    free(to);
}

const struct test tests_pipe[] = {
    {"pipe_there_and_back", there_and_back},
    {"pipe_wrong_use", wrong_use},
    {"pipe_much", much},
    {"pipe_many_writers", many_writers},
    {"pipe_many_readers", many_readers},
    {"pipe_reader_goes", reader_goes},
    {"pipe_writer_goes", writer_goes},
    {"pipe_line_of_processes", pipeline},
    {"pipe_untouched_memory", untouched_memory},
    {NULL, NULL},
};
