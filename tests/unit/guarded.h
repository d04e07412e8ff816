// SPDX-License-Identifier: MIT
// Bytes that end where the readable memory ends: a reader that goes one byte too far crashes, and its test
// fails.
#ifndef PV_TESTS_UNIT_GUARDED_H
#define PV_TESTS_UNIT_GUARDED_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>

// Readable and writable memory of `size` bytes (at most 64 KiB) whose end is followed by memory that is
// neither. Each call reuses the same place, so only the last result is valid. NULL if the system gives no
// memory.
static inline uint8_t *guarded_memory(size_t size)
{
    const size_t room = 65536;
    static uint8_t *area;

    if (area == NULL) {
        area = mmap(NULL, room + 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (area == MAP_FAILED || mprotect(area + room, 4096, PROT_NONE) != 0)
            return NULL;
    }
    return area + room - size;
}

// A copy of `size` bytes in guarded memory.
static inline const void *guarded_copy(const void *bytes, size_t size)
{
    return memcpy(guarded_memory(size), bytes, size);
}

#endif
