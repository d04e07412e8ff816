// SPDX-License-Identifier: MIT
/*
 * Kinds of addresses, boxed in one-field structs so that the compiler refuses a mix-up.
 */
#ifndef PV_MM_ADDRESS_H
#define PV_MM_ADDRESS_H

#include <stdint.h>

#define PAGE_SHIFT 12
#define PAGE_SIZE  (1ull << PAGE_SHIFT)

/* A machine frame: a page of the real memory, by number. */
typedef struct {
    uint64_t number;
} mfn_t;

/* A pseudo-physical frame: a page of what a guest takes for its memory, by number. */
typedef struct {
    uint64_t number;
} pfn_t;

/* A virtual address that a guest gave: not to be used but through x86/guest_access.h. */
typedef struct {
    uint64_t address;
} gva_t;

/** Boxes a machine frame's number. */
static inline mfn_t mfn(uint64_t number)
{
    return (mfn_t){number};
}

/** Boxes a pseudo-physical frame's number. */
static inline pfn_t pfn(uint64_t number)
{
    return (pfn_t){number};
}

/** Boxes a guest's virtual address. */
static inline gva_t gva(uint64_t address)
{
    return (gva_t){address};
}

/** The machine address at which a frame begins, in bytes. */
static inline uint64_t mfn_address(mfn_t frame)
{
    return frame.number << PAGE_SHIFT;
}

/** The frame that holds a machine address. */
static inline mfn_t mfn_of(uint64_t machine_address)
{
    return (mfn_t){machine_address >> PAGE_SHIFT};
}

#endif
