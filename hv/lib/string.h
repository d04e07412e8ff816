// SPDX-License-Identifier: MIT
// Memory and text primitives: the few functions of ISO C's <string.h> that the hypervisor uses (the compiler
// emits calls to the first four by itself) and a copy that always terminates. Semantics of the ISO names:
// C11, section 7.24. On a host the C library provides them; string.c is for the hypervisor's own build.
#ifndef PV_LIB_STRING_H
#define PV_LIB_STRING_H

#include <stdbool.h>
#include <stddef.h>

// Copies `size` bytes between areas that do not overlap; returns `to`.
void *memcpy(void *restrict to, const void *restrict from, size_t size);

// Copies `size` bytes between areas that may overlap; returns `to`.
void *memmove(void *to, const void *from, size_t size);

// Sets `size` bytes to the low byte of `value`; returns `to`.
void *memset(void *to, int value, size_t size);

// Compares `size` bytes as unsigned numbers: negative, zero or positive.
int memcmp(const void *left, const void *right, size_t size);

// The number of bytes before the terminator.
size_t strlen(const char *text);

// Compares two terminated texts as unsigned bytes: negative, zero or positive.
int strcmp(const char *left, const char *right);

// The same, looking at no more than `size` bytes.
int strncmp(const char *left, const char *right, size_t size);

// The first `character` in `text` (the terminator counts), or NULL.
char *strchr(const char *text, int character);

// Copies `from` to the `size` bytes (at least 1) at `to`. The result is always terminated; false if it was
// cut.
static inline bool text_copy(char *to, size_t size, const char *from)
{
    size_t length = 0;

    for (; length + 1 < size && from[length] != '\0'; length++)
        to[length] = from[length];
    to[length] = '\0';
    return from[length] == '\0';
}

#endif
