// SPDX-License-Identifier: MIT
/*
 * What a segment descriptor of a guest may be (Intel SDM vol. 3, 3.4.5).
 */
#ifndef PV_MM_DESCRIPTOR_H
#define PV_MM_DESCRIPTOR_H

#include <stdbool.h>
#include <stdint.h>

#define DESCRIPTOR_CODE    (1ull << 43)
#define DESCRIPTOR_SEGMENT (1ull << 44) /* code or data; otherwise a gate, a task state, a local table */
#define DESCRIPTOR_RING3   (3ull << 45)
#define DESCRIPTOR_PRESENT (1ull << 47)
#define DESCRIPTOR_LONG    (1ull << 53)
#define DESCRIPTOR_32BIT   (1ull << 54)

/**
 * Whether a guest may have a descriptor: one that is not present, a data segment of ring 3, or a code segment
 * of ring 3 in 64-bit mode. No gates, nothing of other rings, and no 32-bit code, whose SYSCALL goes another
 * way.
 */
static inline bool descriptor_ok(uint64_t descriptor)
{
    const uint64_t present = DESCRIPTOR_PRESENT | DESCRIPTOR_SEGMENT | DESCRIPTOR_RING3;

    if ((descriptor & DESCRIPTOR_PRESENT) == 0) {
        return true;
    }
    if ((descriptor & present) != present) {
        return false;
    }
    return (descriptor & DESCRIPTOR_CODE) == 0 ||
           (descriptor & (DESCRIPTOR_LONG | DESCRIPTOR_32BIT)) == DESCRIPTOR_LONG;
}

#endif
