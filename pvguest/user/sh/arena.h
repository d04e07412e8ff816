// SPDX-License-Identifier: MIT
/*
 * Memory in the order of a stack: what a command is parsed and expanded into lives until the command is over,
 * and is then given back at once. What is to stay longer comes from memory_get(). When memory is out the
 * command is given up (shell_abort()).
 */
#ifndef PV_USER_SH_ARENA_H
#define PV_USER_SH_ARENA_H

#include <stddef.h>

struct arena_mark {
    struct arena_chunk *chunk;
    size_t used;
};

// `size` bytes of zeros, aligned to 16.
void *arena_get(size_t size) __attribute__((returns_nonnull));

// A copy of `length` characters, closed with a zero.
char *arena_text(const char *text, size_t length);

// Where the arena ends now; arena_release() gives back what was taken since.
struct arena_mark arena_mark(void);
void arena_release(struct arena_mark mark);

// Memory, or a copy of a string, that lives until free().
void *memory_get(size_t size);
char *memory_text(const char *text);

// A string in the arena that grows; starts as {0}. `bytes` is closed with a zero after any of the functions
// below.
struct text {
    char *bytes;
    size_t length;
    size_t room;
};

void text_add(struct text *text, char c);
void text_append(struct text *text, const char *bytes, size_t length);

// The string as it is now, never NULL.
const char *text_string(const struct text *text);

#endif
