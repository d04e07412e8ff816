// SPDX-License-Identifier: MIT
// Streams: bytes both ways through memory that two kernels have in common.
//
// Each end has a ring for what it sends, and a line of words that it alone writes: how many bytes it has
// written and read since ever, from which both ends know what is in the rings. What an end keeps is also
// here, in its own memory, and is never read back. What comes from the other end is read once, and either
// makes sense or is STREAM_BROKEN: whatever is in the memory, no byte outside of the rings is touched.
//
// Who writes may end what it has written so far; the other end reads the bytes, and then the end. Nothing can
// be written until that has happened. Who reads may refuse the rest up to that end.
//
// Who is about to sleep first says for what: for a count of the other end's to pass a number. The other end
// adds to its count and then looks for that number; the sleeper says it and then looks at the count. So one
// of them sees what the other did, and a count passes a number but once: few calls, and none is missed.
//
// There is no access to the machine in this, so that it can be tested anywhere.
#ifndef PV_KERNEL_STREAM_H
#define PV_KERNEL_STREAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// The words of one end in the common memory, a cache line. All zero at first.
struct stream_words {
    uint64_t written;       // bytes into its ring
    uint64_t read;          // bytes out of the other's
    uint64_t await_written; // it is to be called when the other's `written` passes this
    uint64_t await_read;    // and the same of `read`
    uint32_t ends;          // that it has written
    uint32_t ends_read;     // that it has read
    uint32_t refused;       // it reads no more until it has read so many ends
    uint32_t reserved[5];
};
_Static_assert(sizeof(struct stream_words) == 64, "struct stream_words is a cache line");

// The common memory: the words of the first end and of the other; then the ring of the first end, and that of
// the other.
struct stream_memory {
    struct stream_words words[2];
    uint8_t rings[];
};

// One end.
struct stream {
    struct stream_words *own;
    const struct stream_words *other;
    uint8_t *out, *in;        // the rings
    uint64_t size;            // of each
    struct stream_words kept; // what `own` is to have
    bool begun;               // bytes have been read since the last end
    bool calls;               // the other end has to be called
};

enum stream_state {
    STREAM_READY,  // there are bytes, or room for some
    STREAM_WAIT,   // there are none now
    STREAM_END,    // of what the other end has written; it does not want to read more
    STREAM_BROKEN, // the other end's counts make no sense
};

// Bytes of a ring, that are in one piece.
struct stream_span {
    uint8_t *bytes;
    size_t size;
};

// Begins at one end; what stands in the memory is as the other end has left it, or zeros. size: at least a
// page.
void stream_start(struct stream *stream, void *memory, size_t size, bool first);

// What can be read now.
enum stream_state stream_input(struct stream *stream, struct stream_span *span);

// Some bytes of stream_input()'s have been read.
void stream_input_done(struct stream *stream, size_t size);

// The end of stream_input()'s has been read.
void stream_input_end(struct stream *stream);

// Nobody reads any longer: refuses the rest of what was begun.
void stream_input_close(struct stream *stream);

// Asks for a call when there is something to be read. False: there is now.
bool stream_input_await(struct stream *stream);

// Where can be written now.
enum stream_state stream_output(struct stream *stream, struct stream_span *span);

// Some bytes of stream_output()'s have been written.
void stream_output_done(struct stream *stream, size_t size);

// Nobody writes any longer: ends what was written.
void stream_output_close(struct stream *stream);

// Asks for a call when there is room for so many bytes (1 or more), or for half a ring. False: there is some
// now.
bool stream_output_await(struct stream *stream, size_t size);

// Whether the other end has to be called because of what was done since the last time.
bool stream_call_take(struct stream *stream);

#endif
