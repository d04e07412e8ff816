// SPDX-License-Identifier: MIT
// Runs single instructions on the processor of the host, with all general registers and the status flags as
// the test wants them, on memory below 2 GiB. An instruction that faults is reported, not fatal.
#ifndef PV_TESTS_UNIT_NATIVE_H
#define PV_TESTS_UNIT_NATIVE_H

#include <stdint.h>

enum {
    NATIVE_MEMORY = 4096,   // bytes
    NATIVE_FLAGS = 0xcd5,   // the status flags and DF: those that can be given, and have a meaning after
    NATIVE_GS = 0x12340000, // the base of GS
};

struct native {
    uint64_t registers[16]; // in the processor's order
    uint64_t rflags;
    uint64_t code; // where the instruction lies
    uint64_t stack;
    uint64_t fs_base;
    uint8_t *memory; // NATIVE_MEMORY bytes, with readable and writable memory around them
};

extern struct native native;

// Prepares memory and handlers of signals. To be called once in each test.
void native_open(void);

// Runs the instruction of `length` bytes at native.code. Registers and rflags are given in `native`, and
// found there afterwards. Returns 0, or the signal that it raised.
int native_run(const uint8_t *bytes, unsigned length);

#endif
