// SPDX-License-Identifier: MIT
// The freestanding memory and text primitives. Copies go by eight bytes with string instructions: small, fast
// on every processor that matters, and an eighth of the instruction count of a byte loop. The direction flag
// is always clear on entry (the ABI demands it) and on exit. Written so that the compiler cannot turn a body
// into a call of itself.
#include "lib/string.h"

#include <stdint.h>

void *memcpy(void *restrict to, const void *restrict from, size_t size)
{
    void *target = to;
    size_t words = size / 8;
    size_t rest = size % 8;

    __asm__ volatile("rep movsq" : "+D"(target), "+S"(from), "+c"(words)::"memory");
    __asm__ volatile("rep movsb" : "+D"(target), "+S"(from), "+c"(rest)::"memory");
    return to;
}

void *memmove(void *to, const void *from, size_t size)
{
    // One unsigned compare: true when the target lies before the source or behind its end.
    if ((uintptr_t)to - (uintptr_t)from >= size)
        return memcpy(to, from, size);

    unsigned char *last_to = (unsigned char *)to + size - 1;
    const unsigned char *last_from = (const unsigned char *)from + size - 1;

    __asm__ volatile("std; rep movsb; cld" : "+D"(last_to), "+S"(last_from), "+c"(size)::"memory", "cc");
    return to;
}

void *memset(void *to, int value, size_t size)
{
    void *target = to;
    uint64_t pattern = (uint8_t)value * 0x0101010101010101u;
    size_t words = size / 8;
    size_t rest = size % 8;

    __asm__ volatile("rep stosq" : "+D"(target), "+c"(words) : "a"(pattern) : "memory");
    __asm__ volatile("rep stosb" : "+D"(target), "+c"(rest) : "a"(pattern) : "memory");
    return to;
}

int memcmp(const void *left, const void *right, size_t size)
{
    const unsigned char *a = left;
    const unsigned char *b = right;

    for (; size != 0; size--, a++, b++) {
        if (*a != *b)
            return *a - *b;
    }
    return 0;
}

size_t strlen(const char *text)
{
    const char *end = text;

    for (; *end != '\0'; end++)
        __asm__ volatile("" : "+r"(end));
    return (size_t)(end - text);
}

int strcmp(const char *left, const char *right)
{
    return strncmp(left, right, SIZE_MAX);
}

int strncmp(const char *left, const char *right, size_t size)
{
    for (; size != 0; size--, left++, right++) {
        if (*left != *right)
            return (unsigned char)*left - (unsigned char)*right;
        if (*left == '\0')
            return 0;
    }
    return 0;
}

char *strchr(const char *text, int character)
{
    for (; *text != (char)character; text++) {
        if (*text == '\0')
            return NULL;
    }
    return (char *)(uintptr_t)text;
}
