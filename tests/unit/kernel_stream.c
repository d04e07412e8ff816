// SPDX-License-Identifier: MIT
// Streams between two kernels: what is written is read, ends and refusals arrive, who sleeps is called and
// nobody else; and whatever the other end does to the memory, nothing outside of the rings is touched.
#include "kernel/stream.h"

#include <criterion/criterion.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

// Small, so that everything wraps often, and at no power of two.
enum { RING = 1984, SIZE = sizeof(struct stream_memory) + 2 * RING, ROUNDS = 200000 };

static void *memory;
static struct stream alpha, beta;

static void streams_start(void)
{
    memset(memory, 0, SIZE);
    stream_start(&alpha, memory, SIZE, true);
    stream_start(&beta, memory, SIZE, false);
}

static void memory_share(void)
{
    memory = aligned_alloc(64, SIZE);
    streams_start();
}

static void memory_free(void)
{
    free(memory);
}

TestSuite(kernel_stream, .init = memory_share, .fini = memory_free);

// Writes as many of the bytes as there is room for at once; returns how many.
static size_t put(struct stream *stream, const void *bytes, size_t size)
{
    struct stream_span span;

    if (stream_output(stream, &span) != STREAM_READY)
        return 0;
    size = size < span.size ? size : span.size;
    memcpy(span.bytes, bytes, size);
    stream_output_done(stream, size);
    return size;
}

// Reads as many bytes as there are at once; returns how many.
static size_t take(struct stream *stream, void *bytes, size_t size)
{
    struct stream_span span;

    if (stream_input(stream, &span) != STREAM_READY)
        return 0;
    size = size < span.size ? size : span.size;
    memcpy(bytes, span.bytes, size);
    stream_input_done(stream, size);
    return size;
}

static enum stream_state input_state(struct stream *stream)
{
    struct stream_span span;

    return stream_input(stream, &span);
}

static enum stream_state output_state(struct stream *stream)
{
    struct stream_span span;

    return stream_output(stream, &span);
}

static void expect_text(struct stream *stream, const char *text)
{
    char bytes[64] = "";

    take(stream, bytes, sizeof bytes - 1);
    cr_assert_str_eq(bytes, text);
}

static void expect_end(struct stream *stream)
{
    cr_assert_eq(input_state(stream), STREAM_END);
    stream_input_end(stream);
    cr_assert_eq(input_state(stream), STREAM_WAIT);
}

Test(kernel_stream, each_end_reads_what_the_other_writes)
{
    put(&alpha, "from alpha", 10);
    put(&beta, "from beta", 9);
    expect_text(&alpha, "from beta");
    expect_text(&beta, "from alpha");
    cr_assert_eq(input_state(&alpha), STREAM_WAIT);
    cr_assert_eq(input_state(&beta), STREAM_WAIT);
}

Test(kernel_stream, a_ring_takes_what_it_has_room_for)
{
    uint8_t bytes[RING + 1] = {0};

    cr_assert_eq(put(&alpha, bytes, sizeof bytes), RING);
    cr_assert_eq(output_state(&alpha), STREAM_WAIT);
    take(&beta, bytes, 1);
    cr_assert_eq(put(&alpha, bytes, sizeof bytes), 1);
}

Test(kernel_stream, bytes_come_in_order_however_they_are_cut)
{
    uint32_t written = 0, read = 0;

    srand(1);
    for (unsigned round = 0; round < ROUNDS; round++) {
        uint8_t bytes[1000];
        size_t size = (size_t)(rand() % 1000);

        for (size_t i = 0; i < size; i++)
            bytes[i] = (uint8_t)((written + i) * 2654435761U >> 24);
        written += put(&alpha, bytes, size);
        size = take(&beta, bytes, (size_t)(rand() % 1000));
        for (size_t i = 0; i < size; i++)
            cr_assert_eq(bytes[i], (uint8_t)((read + i) * 2654435761U >> 24));
        read += size;
    }
    cr_assert_gt(read, 1000U * RING);
}

Test(kernel_stream, an_end_comes_once_and_behind_the_bytes)
{
    put(&alpha, "last", 4);
    stream_output_close(&alpha);
    expect_text(&beta, "last");
    expect_end(&beta);
}

Test(kernel_stream, an_end_without_bytes_is_one)
{
    stream_output_close(&alpha);
    expect_end(&beta);
}

Test(kernel_stream, behind_an_end_nothing_is_written_until_it_is_read)
{
    put(&alpha, "one", 3);
    stream_output_close(&alpha);
    cr_assert_eq(put(&alpha, "two", 3), 0);
    stream_output_close(&alpha);
    expect_text(&beta, "one");
    expect_end(&beta);
    cr_assert_eq(put(&alpha, "two", 3), 3);
    expect_text(&beta, "two");
}

Test(kernel_stream, who_stops_reading_refuses_the_rest)
{
    put(&alpha, "read, not read", 14);
    char bytes[4];
    take(&beta, bytes, sizeof bytes);
    stream_input_close(&beta);
    cr_assert_eq(output_state(&alpha), STREAM_END);
    stream_output_close(&alpha);
    cr_assert_eq(input_state(&beta), STREAM_WAIT, "the rest and its end are left out");
    cr_assert_eq(put(&alpha, "new", 3), 3);
    expect_text(&beta, "new");
}

Test(kernel_stream, who_has_not_begun_to_read_refuses_nothing)
{
    put(&alpha, "kept", 4);
    stream_input_close(&beta);
    cr_assert_eq(output_state(&alpha), STREAM_READY);
    expect_text(&beta, "kept");
}

Test(kernel_stream, who_has_read_all_but_the_end_refuses_nothing_that_follows)
{
    put(&alpha, "all", 3);
    stream_output_close(&alpha);
    expect_text(&beta, "all");
    stream_input_close(&beta);
    cr_assert_eq(put(&alpha, "next", 4), 4);
    expect_text(&beta, "next");
}

Test(kernel_stream, a_sleeping_reader_is_called_once)
{
    stream_call_take(&alpha);
    cr_assert(stream_input_await(&beta));
    put(&alpha, "a", 1);
    cr_assert(stream_call_take(&alpha));
    put(&alpha, "b", 1);
    cr_assert_not(stream_call_take(&alpha), "it is called already");
    cr_assert_not(stream_input_await(&beta), "there is something");
}

Test(kernel_stream, a_reader_that_is_awake_is_not_called)
{
    char byte;

    put(&alpha, "a", 1);
    stream_call_take(&alpha);
    put(&alpha, "b", 1);
    take(&beta, &byte, 1);
    put(&alpha, "c", 1);
    cr_assert_not(stream_call_take(&alpha));
}

Test(kernel_stream, a_sleeping_writer_is_called_when_its_bytes_fit)
{
    uint8_t bytes[RING] = {0};

    put(&alpha, bytes, RING);
    cr_assert(stream_output_await(&alpha, 10));
    take(&beta, bytes, 9);
    cr_assert_not(stream_call_take(&beta));
    take(&beta, bytes, 1);
    cr_assert(stream_call_take(&beta));
    cr_assert_not(stream_output_await(&alpha, 10));
}

Test(kernel_stream, a_writer_of_much_is_called_when_half_is_free)
{
    uint8_t bytes[RING] = {0};

    put(&alpha, bytes, RING);
    stream_output_await(&alpha, 10 * RING);
    take(&beta, bytes, RING / 2 - 1);
    cr_assert_not(stream_call_take(&beta));
    take(&beta, bytes, 1);
    cr_assert(stream_call_take(&beta));
}

// Two ends that run in turns, each until it has to sleep: a call for a ring full, each way.
Test(kernel_stream, at_full_speed_calls_are_few)
{
    uint8_t bytes[RING / 8] = {0};
    unsigned calls = 0, read = 0;

    while (read < 1000 * RING) {
        do {
            while (put(&alpha, bytes, sizeof bytes) != 0)
                calls += stream_call_take(&alpha);
        } while (!stream_output_await(&alpha, sizeof bytes * 1000));
        do {
            for (size_t got = 1; got != 0; calls += stream_call_take(&beta))
                read += (unsigned)(got = take(&beta, bytes, sizeof bytes));
        } while (!stream_input_await(&beta));
    }
    cr_assert(calls >= 1000 && calls <= 2002, "%u calls", calls);
}

Test(kernel_stream, ends_and_refusals_call)
{
    char byte;

    put(&alpha, "ab", 2);
    stream_call_take(&alpha);
    take(&beta, &byte, 1);
    stream_call_take(&beta);
    stream_input_close(&beta);
    cr_assert(stream_call_take(&beta));
    stream_output_close(&alpha);
    cr_assert(stream_call_take(&alpha));
    input_state(&beta);
    cr_assert(stream_call_take(&beta), "who waits to write behind the end can");
}

// Calls to each end, when the two are at work at the same time. One that never comes is a failure.
static sem_t alpha_calls, beta_calls;

enum { MUCH = 3000 * RING, PATIENCE_SECONDS = 10 };

static void call_await(sem_t *calls)
{
    struct timespec limit;

    clock_gettime(CLOCK_REALTIME, &limit);
    limit.tv_sec += PATIENCE_SECONDS;
    cr_assert_eq(sem_timedwait(calls, &limit), 0, "nobody calls");
}

static void *much_write(void *argument)
{
    static uint8_t bytes[64];

    for (size_t left = MUCH; left > 0;) {
        size_t done = put(&alpha, bytes, left < sizeof bytes ? left : sizeof bytes);

        if (stream_call_take(&alpha))
            sem_post(&beta_calls);
        if (done == 0 && stream_output_await(&alpha, 1))
            call_await(&alpha_calls);
        left -= done;
    }
    return argument;
}

Test(kernel_stream, nobody_sleeps_for_ever_when_both_are_at_work)
{
    uint8_t bytes[48];
    pthread_t writer;

    sem_init(&alpha_calls, 0, 0);
    sem_init(&beta_calls, 0, 0);
    pthread_create(&writer, NULL, much_write, NULL);
    for (size_t left = MUCH; left > 0;) {
        size_t done = take(&beta, bytes, sizeof bytes);

        if (stream_call_take(&beta))
            sem_post(&alpha_calls);
        if (done == 0 && stream_input_await(&beta))
            call_await(&beta_calls);
        left -= done;
    }
    pthread_join(writer, NULL);
}

// What a stream hands out lies in the ring that it is for.
static void expect_within(const struct stream_span *span, const uint8_t *ring)
{
    cr_assert_gt(span->size, 0);
    cr_assert(span->bytes >= ring && span->bytes < ring + RING);
    cr_assert_leq(span->size, (size_t)(ring + RING - span->bytes));
    memset(span->bytes, 0x5a, span->size);
}

// Values that may be wrong by a little, by much, or in the highest bits.
static uint64_t nonsense(void)
{
    switch (rand() % 4) {
    case 0:
        return (uint64_t)rand() % (2 * RING);
    case 1:
        return (uint64_t)rand() % 3;
    case 2:
        return -(uint64_t)(rand() % (2 * RING));
    default:
        return (uint64_t)rand() << 33 ^ (uint64_t)rand();
    }
}

static void scribble(void)
{
    uint64_t *words = memory, value = nonsense();

    words[(size_t)rand() % (sizeof(struct stream_memory) / sizeof *words)] = value;
}

static void anything_do(struct stream *stream)
{
    struct stream_span span;

    switch (rand() % 8) {
    case 0:
    case 1:
        if (stream_input(stream, &span) == STREAM_READY) {
            expect_within(&span, stream->in);
            stream_input_done(stream, span.size);
        }
        break;
    case 2:
    case 3:
        if (stream_output(stream, &span) == STREAM_READY) {
            expect_within(&span, stream->out);
            stream_output_done(stream, span.size);
        }
        break;
    case 4:
        stream_input_await(stream);
        stream_output_await(stream, 1 + (size_t)rand() % SIZE);
        break;
    case 5:
        stream_input_end(stream);
        break;
    case 6:
        stream_input_close(stream);
        break;
    default:
        stream_output_close(stream);
    }
}

// Both the other end's words and our own, for the memory is writable by both.
Test(kernel_stream, nothing_outside_is_touched_whatever_the_words_are)
{
    unsigned broken = 0, ready = 0;

    srand(2);
    for (unsigned round = 0; round < ROUNDS; round++) {
        if (round % 16 == 0) // soon nothing makes sense any more
            streams_start();
        scribble();
        anything_do(&alpha);
        anything_do(&beta);
        broken += input_state(&alpha) == STREAM_BROKEN;
        ready += output_state(&beta) == STREAM_READY;
    }
    cr_assert(broken > 1000 && ready > 1000, "%u broken, %u ready", broken, ready);
}

Test(kernel_stream, counts_that_make_no_sense_are_broken)
{
    struct stream_memory *common = memory;

    common->words[1].written = RING + 1;
    cr_assert_eq(input_state(&alpha), STREAM_BROKEN);
    common->words[1].read = 1;
    cr_assert_eq(output_state(&alpha), STREAM_BROKEN, "it has read what was not written");
}
