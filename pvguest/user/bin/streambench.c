// SPDX-License-Identifier: MIT
// streambench: sends bytes through a file to another streambench and back, such as a channel between two
// machines, and says how long that takes. The other one, started with -e, answers.
#include "program.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "duration.h"

enum { CLOCK_SINCE_THE_START = 1, USUAL_ROUNDS = 5000, USUAL_BYTES = 16 << 20, CHUNK = 16384 };

static bool answers;
static uint64_t rounds = USUAL_ROUNDS, bytes = USUAL_BYTES;
static const struct program_option options[] = {
    {'e', .flag = &answers}, {'r', .number = &rounds}, {'b', .number = &bytes}, {0}};

static const char *name;
static int file;
static char chunk[CHUNK];

// What is asked for first: so many single bytes to be sent back, then so many bytes with an answer of one.
struct request {
    uint64_t rounds, bytes;
};

static void send(const void *from, size_t size)
{
    const char *at = from;

    while (size > 0) {
        ssize_t done = write(file, at, size);

        if (done < 0)
            program_fail(name);
        at += done;
        size -= (size_t)done;
    }
}

// Receives exactly so many bytes, unless the file ends before: then it returns false.
static bool receive(void *to, size_t size)
{
    char *at = to;

    while (size > 0) {
        ssize_t done = read(file, at, size);

        if (done < 0)
            program_fail(name);
        if (done == 0)
            return false;
        at += done;
        size -= (size_t)done;
    }
    return true;
}

static void receive_answer(void)
{
    char byte;

    if (!receive(&byte, 1)) {
        program_complain(name, "nobody answers");
        _exit(program_end());
    }
}

static void answer(const struct request *request)
{
    char byte;

    for (uint64_t i = 0; i < request->rounds && receive(&byte, 1); i++)
        send(&byte, 1);
    for (uint64_t left = request->bytes; left > 0;) {
        size_t size = left < CHUNK ? left : CHUNK;

        if (!receive(chunk, size))
            return;
        left -= size;
    }
    send("", 1);
}

static void answer_all(void)
{
    struct request request;

    while (receive(&request, sizeof request))
        answer(&request);
}

static uint64_t rounds_time(void)
{
    uint64_t start = duration_clock(CLOCK_SINCE_THE_START);

    for (uint64_t i = 0; i < rounds; i++) {
        send("", 1);
        receive_answer();
    }
    return duration_clock(CLOCK_SINCE_THE_START) - start;
}

static uint64_t bytes_time(void)
{
    uint64_t start = duration_clock(CLOCK_SINCE_THE_START);

    for (uint64_t left = bytes; left > 0;) {
        size_t size = left < CHUNK ? left : CHUNK;

        send(chunk, size);
        left -= size;
    }
    receive_answer();
    return duration_clock(CLOCK_SINCE_THE_START) - start;
}

static void measure(void)
{
    const struct request request = {rounds, bytes};

    send(&request, sizeof request);
    printf("%s: %lu rounds of one byte there and back, %lu ns each\n", program_name(), rounds,
           rounds_time() / rounds);
    fflush(stdout);

    uint64_t time = bytes_time();

    printf("%s: %lu bytes one way in %lu ms, %.1f MiB/s\n", program_name(), bytes, time / NS_PER_MS,
           (double)bytes / (1 << 20) * NS_PER_SECOND / (double)time);
}

int main(int argc, char **argv)
{
    (void)argc;
    argv = program_begin(argv, "[-e] [-r ROUNDS] [-b BYTES] FILE", options);
    if (argv[0] == NULL || argv[1] != NULL || rounds == 0 || bytes == 0)
        program_usage();
    name = argv[0];
    file = open(name, O_RDWR);
    if (file < 0)
        program_fail(name);
    if (answers)
        answer_all();
    else
        measure();
    return program_end();
}
