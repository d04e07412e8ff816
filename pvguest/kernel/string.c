// SPDX-License-Identifier: MIT
// The freestanding memory and text primitives. Copies go by eight bytes with string instructions; the
// direction flag is clear on entry (the ABI demands it) and on exit. Written so that the compiler cannot turn
// a body into a call of itself.
#include "kernel/string.h"

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
    // One unsigned comparison: true when the target lies before the source or behind its end.
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
    return strnlen(text, SIZE_MAX);
}

size_t strnlen(const char *text, size_t size)
{
    size_t length = 0;

    for (; length < size && text[length] != '\0'; length++)
        __asm__ volatile("" : "+r"(length));
    return length;
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

char *strrchr(const char *text, int character)
{
    const char *found = NULL;

    for (;; text++) {
        if (*text == (char)character)
            found = text;
        if (*text == '\0')
            return (char *)(uintptr_t)found;
    }
}

bool text_copy(char *to, size_t size, const char *from)
{
    size_t length = strnlen(from, size - 1);

    memcpy(to, from, length);
    to[length] = '\0';
    return from[length] == '\0';
}

void page_clear(void *page)
{
    size_t words = PAGE_SIZE / 8;

    __asm__ volatile("rep stosq" : "+D"(page), "+c"(words) : "a"(0) : "memory");
}

void page_copy(void *restrict to, const void *restrict from)
{
    size_t words = PAGE_SIZE / 8;

    __asm__ volatile("rep movsq" : "+D"(to), "+S"(from), "+c"(words)::"memory");
}
