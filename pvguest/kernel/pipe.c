// SPDX-License-Identifier: MIT
// Pipes. The bytes are in a ring of one page, copied directly between it and user memory. They count as
// written or read only after the whole copy, so that one that ends at bad memory has changed nothing.
#include "kernel/pipe.h"

#include <errno.h>
#include <signal.h>

#include "kernel/heap.h"
#include "kernel/process.h"
#include "kernel/scheduler.h"
#include "kernel/signal.h"
#include "kernel/string.h"
#include "kernel/user.h"

struct pipe {
    uint8_t *ring;
    uint32_t first; // offset of the next byte to be read
    uint32_t length;
    bool reader_open, writer_open;
    uint32_t readers, writers; // that sleep; the members' addresses are what they sleep for
};

struct pipe *pipe_create(void)
{
    struct pipe *pipe = heap_allocate(sizeof(*pipe));

    if (pipe == NULL)
        return NULL;
    pipe->ring = heap_allocate(PIPE_SIZE);
    if (pipe->ring == NULL) {
        heap_free(pipe);
        return NULL;
    }
    pipe->reader_open = true;
    pipe->writer_open = true;
    return pipe;
}

void pipe_close(struct pipe *pipe, bool writer)
{
    if (writer)
        pipe->writer_open = false;
    else
        pipe->reader_open = false;
    scheduler_wake(&pipe->readers);
    scheduler_wake(&pipe->writers);
    if (pipe->reader_open || pipe->writer_open)
        return;
    heap_free(pipe->ring);
    heap_free(pipe);
}

size_t pipe_length(const struct pipe *pipe)
{
    return pipe->length;
}

static size_t smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

// Copies the next `size` bytes that are in the ring; they stay there.
static bool ring_copy_out(const struct pipe *pipe, uint64_t to, size_t size)
{
    size_t part = smaller(size, PIPE_SIZE - pipe->first);

    return user_write(to, pipe->ring + pipe->first, part) &&
           (part == size || user_write(to + part, pipe->ring, size - part));
}

// Copies bytes into the room behind those that are in the ring; they do not count yet.
static bool ring_copy_in(const struct pipe *pipe, uint64_t from, size_t size)
{
    size_t end = (pipe->first + pipe->length) % PIPE_SIZE;
    size_t part = smaller(size, PIPE_SIZE - end);

    return user_read(pipe->ring + end, from, part) &&
           (part == size || user_read(pipe->ring, from + part, size - part));
}

int64_t pipe_read(struct pipe *pipe, uint64_t to, size_t size, bool wait)
{
    if (size == 0)
        return 0;
    while (pipe->length == 0) {
        if (!pipe->writer_open)
            return 0;
        if (!wait)
            return -EAGAIN;
        if (!scheduler_sleep_counted(&pipe->readers))
            return -EINTR;
    }
    size = smaller(size, pipe->length);
    if (!ring_copy_out(pipe, to, size))
        return -EFAULT;
    pipe->first = (uint32_t)(pipe->first + size) % PIPE_SIZE;
    pipe->length -= (uint32_t)size;
    scheduler_wake_counted(&pipe->writers);
    return (int64_t)size;
}

// Waits until some of `size` bytes can be written: all, if they must not be mixed with others. Returns how
// many, or the error.
static int64_t room_wait(struct pipe *pipe, size_t size, bool wait)
{
    size_t need = size <= PIPE_ATOMIC ? size : 1;

    while (pipe->reader_open && PIPE_SIZE - pipe->length < need) {
        if (!wait)
            return -EAGAIN;
        if (!scheduler_sleep_counted(&pipe->writers))
            return -EINTR;
    }
    if (pipe->reader_open)
        return (int64_t)smaller(size, PIPE_SIZE - pipe->length);
    signal_send(process_current(), SIGPIPE);
    return -EPIPE;
}

int64_t pipe_write(struct pipe *pipe, uint64_t from, size_t size, bool wait)
{
    size_t done = 0;

    while (done < size) {
        int64_t step = room_wait(pipe, size - done, wait);

        if (step > 0 && !ring_copy_in(pipe, from + done, (size_t)step))
            step = -EFAULT;
        if (step < 0)
            return done != 0 ? (int64_t)done : step;
        pipe->length += (uint32_t)step;
        done += (size_t)step;
        scheduler_wake_counted(&pipe->readers);
    }
    return (int64_t)done;
}
