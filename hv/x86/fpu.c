// SPDX-License-Identifier: MIT
/*
 * Saving and loading of floating-point state (Intel SDM vol. 1, 10.5 and chapter 13).
 */
#include "x86/fpu.h"

#include "lib/string.h"
#include "x86/instruction.h"
#include "x86/processor.h"

/* Components of XCR0: x87, SSE, AVX and the three of AVX-512. */
#define COMPONENTS_BASE 0x7ull
#define COMPONENTS_512  0xe0ull

#define AREA_SIZE      4096
#define OFFSET_CONTROL 0
#define OFFSET_MXCSR   24

static uint32_t area_size(uint64_t components)
{
    xcr0_write(components);
    return cpuid(0xd, 0).ebx;
}

void fpu_open(void)
{
    uint64_t components;

    if (!features.xsave) {
        return;
    }
    components = cpuid(0xd, 0).eax & (COMPONENTS_BASE | COMPONENTS_512);
    if (area_size(components) > AREA_SIZE) {
        xcr0_write(components & COMPONENTS_BASE);
    }
}

void fpu_area_open(void *area)
{
    memset(area, 0, AREA_SIZE);
    *(uint16_t *)((uint8_t *)area + OFFSET_CONTROL) = 0x37f;
    *(uint32_t *)((uint8_t *)area + OFFSET_MXCSR) = 0x1f80;
}

void fpu_save(void *area)
{
    if (features.xsave) {
        asm volatile("xsave64 (%0)" : : "r"(area), "a"(~0u), "d"(~0u) : "memory");
    } else {
        asm volatile("fxsave64 (%0)" : : "r"(area) : "memory");
    }
}

void fpu_load(const void *area)
{
    if (features.xsave) {
        asm volatile("xrstor64 (%0)" : : "r"(area), "a"(~0u), "d"(~0u) : "memory");
    } else {
        asm volatile("fxrstor64 (%0)" : : "r"(area) : "memory");
    }
}
