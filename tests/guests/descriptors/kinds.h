// SPDX-License-Identifier: MIT
/*
 * Every kind of descriptor (Intel SDM vol. 3, 3.4.5 and table 3-2), and whether a guest may have it.
 */
#ifndef PV_TESTS_GUESTS_DESCRIPTORS_KINDS_H
#define PV_TESTS_GUESTS_DESCRIPTORS_KINDS_H

#include <stdbool.h>
#include <stdint.h>

/* Flat segments, present. */
#define DATA_RING3 0x00cff2000000fffful
#define CODE_RING3 0x00affa000000fffful

#define PRESENT (1ul << 47)

static const struct {
    const char *name;
    uint64_t descriptor;
    bool good;
} kinds[] = {
    {"nothing", 0, true},
    {"data", DATA_RING3, true},
    {"read-only data", 0x00cff0000000ffff, true},
    {"data that expands down", 0x00cff6000000ffff, true},
    {"code", CODE_RING3, true},
    {"conforming code", 0x00affe000000ffff, true},
    {"any bits, not present", UINT64_MAX & ~PRESENT, true},
    {"a call gate, not present", 0x00006c0000080000, true},
    {"data of ring 0", 0x00cf92000000ffff, false},
    {"data of ring 1", 0x00cfb2000000ffff, false},
    {"data of ring 2", 0x00cfd2000000ffff, false},
    {"code of ring 0", 0x00af9a000000ffff, false},
    {"conforming code of ring 0", 0x00af9e000000ffff, false},
    {"code of ring 1", 0x00afba000000ffff, false},
    {"code of ring 2", 0x00afda000000ffff, false},
    {"32-bit code", 0x00cffa000000ffff, false},
    {"16-bit code", 0x008ffa000000ffff, false},
    {"code both 32-bit and 64-bit", 0x00effa000000ffff, false},
    {"an available task state", 0x0000890000000067, false},
    {"a busy task state", 0x00008b0000000067, false},
    {"a task state of ring 3", 0x0000e90000000067, false},
    {"a 16-bit task state", 0x0000810000000067, false},
    {"a local table", 0x0000820000000fff, false},
    {"a local table of ring 3", 0x0000e20000000fff, false},
    {"a call gate", 0x00008c0010080000, false},
    {"a call gate of ring 3", 0x0000ec0010080000, false},
    {"a 16-bit call gate of ring 3", 0x0000e40010080000, false},
    {"a task gate of ring 3", 0x0000e50010180000, false},
    {"an interrupt gate of ring 3", 0x0000ee0010080000, false},
    {"a trap gate of ring 3", 0x0000ef0010080000, false},
    {"a system descriptor of no type", 0x0000e00000000000, false},
    {"another of no type", 0x0000ea0000000000, false},
};

#endif
