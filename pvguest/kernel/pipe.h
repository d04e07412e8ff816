// SPDX-License-Identifier: MIT
// Pipes: PIPE_SIZE bytes between writers and readers. POSIX.1-2008, XSH: pipe, read, write.
#ifndef PV_KERNEL_PIPE_H
#define PV_KERNEL_PIPE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Writes of up to PIPE_ATOMIC bytes are not mixed with others.
enum { PIPE_SIZE = 4096, PIPE_ATOMIC = 512 };

struct pipe;

// Makes a pipe with both ends open. NULL: no memory.
struct pipe *pipe_create(void);

// Closes one end. The pipe ends with the second.
void pipe_close(struct pipe *pipe, bool writer);

// Bytes that can be read now.
size_t pipe_length(const struct pipe *pipe);

// Reads what there is, to user memory; sleeps while that is nothing and there is a writer. Returns the number
// of bytes, 0 at the end, -EAGAIN (it may not sleep), -EINTR, -EFAULT (nothing was taken).
int64_t pipe_read(struct pipe *pipe, uint64_t to, size_t size, bool wait);

// Writes all bytes from user memory, sleeping for room. Returns how many were written: less than all when a
// signal came, memory ended, or it may not sleep; if that is none: -EINTR, -EFAULT, -EAGAIN, or -EPIPE with
// SIGPIPE when there is no reader.
int64_t pipe_write(struct pipe *pipe, uint64_t from, size_t size, bool wait);

#endif
