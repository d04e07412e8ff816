// SPDX-License-Identifier: MIT
// Streams: the counts. Words of the memory are read and written once each, whole, in the order that stands
// here.
#include "kernel/stream.h"

enum { RING_ALIGNMENT = 64 };

// Of a word that the other end may change.
#define LOOK(word) __atomic_load_n(&(word), __ATOMIC_ACQUIRE)

// Sets a word of our own, here and in the memory. What was done before is seen by who sees it.
#define TELL(stream, word, value)                                                                            \
    __atomic_store_n(&(stream)->own->word, (stream)->kept.word = (value), __ATOMIC_RELEASE)

// Between what one end says and what it then looks at.
static void settle(void)
{
    __atomic_thread_fence(__ATOMIC_SEQ_CST);
}

void stream_start(struct stream *stream, void *memory, size_t size, bool first)
{
    struct stream_memory *common = memory;
    uint64_t ring = (size - sizeof(*common)) / 2 / RING_ALIGNMENT * RING_ALIGNMENT;

    *stream = (struct stream){
        .own = &common->words[first ? 0 : 1],
        .other = &common->words[first ? 1 : 0],
        .out = common->rings + (first ? 0 : ring),
        .in = common->rings + (first ? ring : 0),
        .size = ring,
    };
}

bool stream_call_take(struct stream *stream)
{
    bool calls = stream->calls;

    stream->calls = false;
    return calls;
}

// The part of `size` bytes from a count on that is in one piece.
static struct stream_span span_of(const struct stream *stream, uint8_t *ring, uint64_t count, uint64_t size)
{
    uint64_t at = count % stream->size, most = stream->size - at;

    return (struct stream_span){.bytes = ring + at, .size = size < most ? size : most};
}

// Notes that a count has grown by `size`; the other end wants to know when it passes a number.
static void count_passed(struct stream *stream, uint64_t before, uint64_t size, const uint64_t *number)
{
    settle();
    stream->calls |= LOOK(*number) - before < size;
}

// Whether what comes before the next end is refused.
static bool is_refusing(const struct stream *stream)
{
    return stream->kept.refused == stream->kept.ends_read + 1;
}

void stream_input_end(struct stream *stream)
{
    TELL(stream, ends_read, LOOK(stream->other->ends));
    stream->begun = false;
    stream->calls = true;
}

// Leaves out what is refused, of which this is there now.
static void refused_drop(struct stream *stream, uint64_t ready, bool ended)
{
    TELL(stream, read, stream->kept.read + ready);
    if (ended)
        stream_input_end(stream);
}

enum stream_state stream_input(struct stream *stream, struct stream_span *span)
{
    // The end first: what was written before it is then in the count.
    bool ended = LOOK(stream->other->ends) != stream->kept.ends_read;
    uint64_t ready = LOOK(stream->other->written) - stream->kept.read;

    if (ready > stream->size)
        return STREAM_BROKEN;
    if (is_refusing(stream)) {
        refused_drop(stream, ready, ended);
        return STREAM_WAIT;
    }
    if (ready == 0)
        return ended ? STREAM_END : STREAM_WAIT;
    *span = span_of(stream, stream->in, stream->kept.read, ready);
    return STREAM_READY;
}

void stream_input_done(struct stream *stream, size_t size)
{
    uint64_t before = stream->kept.read;

    stream->begun = true;
    TELL(stream, read, before + size);
    count_passed(stream, before, size, &stream->other->await_read);
}

bool stream_input_await(struct stream *stream)
{
    struct stream_span span;

    TELL(stream, await_written, stream->kept.read);
    settle();
    return stream_input(stream, &span) == STREAM_WAIT;
}

void stream_input_close(struct stream *stream)
{
    struct stream_span span;

    if (!stream->begun)
        return;
    TELL(stream, refused, stream->kept.ends_read + 1);
    stream->begun = false;
    stream->calls = true;
    stream_input(stream, &span);
}

enum stream_state stream_output(struct stream *stream, struct stream_span *span)
{
    uint64_t used = stream->kept.written - LOOK(stream->other->read);

    if (used > stream->size)
        return STREAM_BROKEN;
    if (LOOK(stream->other->refused) == stream->kept.ends + 1)
        return STREAM_END;
    if (used == stream->size || LOOK(stream->other->ends_read) != stream->kept.ends)
        return STREAM_WAIT;
    *span = span_of(stream, stream->out, stream->kept.written, stream->size - used);
    return STREAM_READY;
}

void stream_output_done(struct stream *stream, size_t size)
{
    uint64_t before = stream->kept.written;

    TELL(stream, written, before + size);
    count_passed(stream, before, size, &stream->other->await_written);
}

bool stream_output_await(struct stream *stream, size_t size)
{
    uint64_t room = size < stream->size / 2 ? size : stream->size / 2;
    struct stream_span span;

    TELL(stream, await_read, stream->kept.written + room - stream->size - 1);
    settle();
    return stream_output(stream, &span) == STREAM_WAIT;
}

// An end behind which nothing was written yet is one with this.
void stream_output_close(struct stream *stream)
{
    if (LOOK(stream->other->ends_read) != stream->kept.ends)
        return;
    TELL(stream, ends, stream->kept.ends + 1);
    stream->calls = true;
}
