// SPDX-License-Identifier: MIT
// The state of the floating-point unit: XSAVE where user mode may use what only XSAVE keeps, else FXSAVE
// (Intel SDM volume 1, sections 10.5 and 13.4 to 13.8). What user mode may use is in XCR0; protection keys
// are none of it. Behind it in the area are the bases of FS and GS, where user mode may write them.
#include "pvops/backend.h"

enum {
    LEGACY_SIZE = 512,
    HEADER_SIZE = 64,
    CONTROL_WORD = 0, // offsets in the legacy area
    MXCSR = 24,
    CONTROL_WORD_START = 0x37f,
    MXCSR_START = 0x1f80,
    MXCSR_MASK = 28,
    MXCSR_MASK_DEFAULT = 0xffbf, // where the processor names none

    LEAF_LAST = 0, // tells the last
    LEAF_FEATURES = 1,
    LEAF_EXTENSIONS = 7,
    LEAF_STATE = 13,
    COMPONENTS = 9, // x87, SSE, AVX, MPX and AVX-512
};

// A feature bit of leaf 1: the system has enabled XSAVE. One of leaf 7: there are instructions for the bases,
// which every system that the shim runs on enables.
#define OSXSAVE  (UINT32_C(1) << 27)
#define FSGSBASE (UINT32_C(1) << 0)

struct state_header {
    uint64_t present; // components that are not in their initial state
    uint64_t reserved[7];
};
_Static_assert(sizeof(struct state_header) == HEADER_SIZE, "a header of an XSAVE area");

struct bases {
    uint64_t fs, gs;
};

static bool has_bases;
static uint64_t components; // of XSAVE; 0: FXSAVE
static size_t size = LEGACY_SIZE;
static uint32_t mxcsr_mask;

static uint64_t xcr0_read(void)
{
    uint32_t low, high;

    __asm__ volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
    return (uint64_t)high << 32 | low;
}

bool pv_bases_exist(void)
{
    struct pv_cpuid id = {0};

    pvop_cpu_cpuid(LEAF_LAST, 0, &id);
    if (id.eax < LEAF_EXTENSIONS)
        return false;
    pvop_cpu_cpuid(LEAF_EXTENSIONS, 0, &id);
    return id.ebx & FSGSBASE;
}

static void mxcsr_start(void)
{
    static uint32_t area[LEGACY_SIZE / sizeof(uint32_t)] __attribute__((aligned(16)));

    __asm__ volatile("fxsave64 (%0)" : : "r"(area) : "memory");
    mxcsr_mask =
        area[MXCSR_MASK / sizeof(uint32_t)] ? area[MXCSR_MASK / sizeof(uint32_t)] : MXCSR_MASK_DEFAULT;
}

void pv_fpu_start(void)
{
    struct pv_cpuid id = {0};

    mxcsr_start();
    has_bases = pv_bases_exist();
    pvop_cpu_cpuid(LEAF_FEATURES, 0, &id);
    if (!(id.ecx & OSXSAVE))
        return;
    components = xcr0_read() & ((1 << COMPONENTS) - 1);
    size = LEGACY_SIZE + HEADER_SIZE;
    for (uint32_t i = 2; i < COMPONENTS; i++) {
        if (!(components >> i & 1))
            continue;
        pvop_cpu_cpuid(LEAF_STATE, i, &id);
        if (id.ebx + id.eax > size)
            size = id.ebx + id.eax;
    }
}

size_t pv_fpu_size(void)
{
    return size + sizeof(struct bases);
}

static struct bases *bases_of(const void *area)
{
    return (struct bases *)((uintptr_t)area + size);
}

static bool canonical(uint64_t address)
{
    return (uint64_t)((int64_t)(address << 16) >> 16) == address;
}

void pv_fpu_init(void *area)
{
    void *at = area;
    size_t count = pv_fpu_size();

    __asm__ volatile("rep stosb" : "+D"(at), "+c"(count) : "a"(0) : "memory");
    *(uint16_t *)((char *)area + CONTROL_WORD) = CONTROL_WORD_START;
    *(uint32_t *)((char *)area + MXCSR) = MXCSR_START;
}

void pv_fpu_save(void *area)
{
    if (components)
        __asm__ volatile("xsave64 (%0)"
                         :
                         : "r"(area), "a"((uint32_t)components), "d"((uint32_t)(components >> 32))
                         : "memory");
    else
        __asm__ volatile("fxsave64 (%0)" : : "r"(area) : "memory");
    if (has_bases)
        __asm__ volatile("rdfsbase %0\n"
                         "rdgsbase %1"
                         : "=r"(bases_of(area)->fs), "=r"(bases_of(area)->gs));
}

void pv_fpu_restore(const void *area)
{
    if (has_bases)
        __asm__ volatile("wrfsbase %0\n"
                         "wrgsbase %1"
                         :
                         : "r"(bases_of(area)->fs), "r"(bases_of(area)->gs));
    if (components)
        __asm__ volatile("xrstor64 (%0)"
                         :
                         : "r"(area), "a"((uint32_t)components), "d"((uint32_t)(components >> 32))
                         : "memory");
    else
        __asm__ volatile("fxrstor64 (%0)" : : "r"(area) : "memory");
}

void pv_fpu_sanitize(void *area)
{
    uint32_t *mxcsr = (uint32_t *)((char *)area + MXCSR);
    struct state_header *header = (struct state_header *)((char *)area + LEGACY_SIZE);

    *mxcsr &= mxcsr_mask;
    if (components)
        *header = (struct state_header){.present = header->present & components};
    if (!canonical(bases_of(area)->fs))
        bases_of(area)->fs = 0;
    if (!canonical(bases_of(area)->gs))
        bases_of(area)->gs = 0;
}
