// SPDX-License-Identifier: MIT
// Memory and text primitives: the functions of ISO C's <string.h> that the kernel uses (the compiler emits
// calls of the first four by itself), a copy of text that always terminates, and pages. Semantics of the ISO
// names: C11, section 7.24.
#ifndef PV_KERNEL_STRING_H
#define PV_KERNEL_STRING_H

#include <stdbool.h>
#include <stddef.h>

// Bytes of a page.
enum { PAGE_SIZE = 4096 };

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

// The same, looking at no more than `size` bytes: `size` if there is no terminator among them.
size_t strnlen(const char *text, size_t size);

// Compares two terminated texts as unsigned bytes: negative, zero or positive.
int strcmp(const char *left, const char *right);

// The same, looking at no more than `size` bytes.
int strncmp(const char *left, const char *right, size_t size);

// The first, and the last, `character` in `text` (the terminator counts), or NULL.
char *strchr(const char *text, int character);
char *strrchr(const char *text, int character);

// Copies `from` to the `size` bytes (at least 1) at `to`. The result is always terminated; false if it was
// cut.
bool text_copy(char *to, size_t size, const char *from);

// Fills a page, aligned to 8 bytes, with zeros; with what another has.
void page_clear(void *page);
void page_copy(void *restrict to, const void *restrict from);

#endif
