// SPDX-License-Identifier: MIT
/*
 * The lies, one function each, found by name.
 */
#include "tests/boot/loader/loader.h"

#define MIB 0x100000ull

void truth_add(struct truth *truth, uint64_t start, uint64_t length, uint32_t type)
{
    if (truth->region_count < REGIONS_MAX)
        truth->regions[truth->region_count++] = (struct region){start, length, type, 0};
}

static void lie_nothing(struct truth *truth)
{
    (void)truth;
}

static void lie_reversed(struct truth *truth)
{
    for (uint32_t low = 0, high = truth->region_count - 1; low < high; low++, high--) {
        struct region region = truth->regions[low];
        truth->regions[low] = truth->regions[high];
        truth->regions[high] = region;
    }
}

/* Memory that is said to be usable, reserved, bad and usable again. */
static void lie_overlapping(struct truth *truth)
{
    truth_add(truth, 64 * MIB, 64 * MIB, REGION_RESERVED);
    truth_add(truth, 100 * MIB, 50 * MIB, REGION_BAD);
    truth_add(truth, 64 * MIB, 64 * MIB, REGION_USABLE);
    truth_add(truth, 120 * MIB, 16 * MIB, REGION_ACPI);
}

static void lie_unaligned(struct truth *truth)
{
    for (uint32_t i = 0; i < truth->region_count; i++) {
        truth->regions[i].start += 1;
        truth->regions[i].length -= 3;
    }
    truth_add(truth, 80 * MIB + 17, 5, REGION_RESERVED);
}

static void lie_empty_regions(struct truth *truth)
{
    truth_add(truth, 80 * MIB, 0, REGION_RESERVED);
    truth_add(truth, 0, 0, REGION_USABLE);
    truth_add(truth, UINT64_MAX, 0, REGION_USABLE);
}

static void lie_unknown_types(struct truth *truth)
{
    truth_add(truth, 80 * MIB, MIB, 0xdeadbeef);
    truth_add(truth, 90 * MIB, MIB, 0);
}

/* More than 4 GiB away there is nothing, though the map says so; it is only never to be used first. */
static void lie_large_hole(struct truth *truth)
{
    truth_add(truth, 1ull << 46, MIB, REGION_RESERVED);
}

static void lie_wrap(struct truth *truth)
{
    truth_add(truth, UINT64_MAX - MIB, 2 * MIB, REGION_USABLE);
}

static void lie_wrap_reserved(struct truth *truth)
{
    truth_add(truth, MIB, UINT64_MAX, REGION_RESERVED);
}

static void lie_beyond(struct truth *truth)
{
    truth_add(truth, 1ull << 60, MIB, REGION_USABLE);
}

static void lie_nothing_usable(struct truth *truth)
{
    for (uint32_t i = 0; i < truth->region_count; i++)
        truth->regions[i].type = REGION_RESERVED;
}

static void lie_all_reserved(struct truth *truth)
{
    truth_add(truth, 0, 1ull << 40, REGION_RESERVED);
}

static void lie_too_small(struct truth *truth)
{
    truth_add(truth, 4 * MIB, 1ull << 40, REGION_RESERVED);
}

static void lie_too_many(struct truth *truth)
{
    for (uint32_t i = 0; truth->region_count < REGIONS_MAX; i++)
        truth_add(truth, 64 * MIB + 0x2000ull * i, 0x1000, REGION_RESERVED);
}

static void lie_without_map(struct truth *truth)
{
    truth->without_map = 1;
}

static void lie_without_end(struct truth *truth)
{
    truth->without_end = 1;
}

static void lie_region_size(struct truth *truth)
{
    truth->region_size = 8;
}

static void lie_region_size_zero(struct truth *truth)
{
    truth->region_size = 0;
}

static void lie_map_cut(struct truth *truth)
{
    truth->regions_size = UINT32_MAX - 4;
}

static void lie_map_long(struct truth *truth)
{
    truth->regions_size = 0x7ffffff0;
}

static void lie_total_short(struct truth *truth)
{
    truth->total_added = UINT32_MAX - 31;
}

static void lie_total_long(struct truth *truth)
{
    truth->total_added = 0xfffe0000;
}

static void lie_without_rsdp(struct truth *truth)
{
    truth->rsdp = 0;
}

/* No root pointer, though it is said to be one. */
static void lie_rsdp_noise(struct truth *truth)
{
    static const char noise[RSDP_SIZE] = "This is no pointer.";

    truth->rsdp = noise;
}

/* A root pointer whose sum is right, but which leads nowhere. */
static void lie_rsdp_astray(struct truth *truth)
{
    static uint8_t astray[RSDP_SIZE] = "RSD PTR ";
    uint8_t sum = 0;

    astray[16] = 0x10;
    astray[19] = 0xfe;
    for (uint32_t i = 0; i < RSDP_SIZE; i++)
        sum += astray[i];
    astray[8] = (uint8_t)-sum;
    truth->rsdp = astray;
}

static void lie_module_reversed(struct truth *truth)
{
    truth->modules[0].end = truth->modules[0].start - 1;
}

/* Where a PC has its devices. */
static void lie_module_nowhere(struct truth *truth)
{
    truth->modules[0].start = 0xfd000000;
    truth->modules[0].end = 0xfd100000;
}

static void lie_module_beyond(struct truth *truth)
{
    truth->modules[0].start = 0xc0000000;
    truth->modules[0].end = 0xc0100000;
}

/* From memory into nothing. */
static void lie_module_long(struct truth *truth)
{
    truth->modules[0].end = 0xfffff000;
}

/* The hypervisor itself as a guest. */
static void lie_module_hypervisor(struct truth *truth)
{
    truth->modules[0].start = 2 * MIB;
    truth->modules[0].end = 2 * MIB + 0x10000;
}

static const struct {
    const char *name;
    void (*tell)(struct truth *truth);
} lies[] = {
    {"truth", lie_nothing},
    {"reversed", lie_reversed},
    {"overlapping", lie_overlapping},
    {"unaligned", lie_unaligned},
    {"empty-regions", lie_empty_regions},
    {"unknown-types", lie_unknown_types},
    {"large-hole", lie_large_hole},
    {"wrap", lie_wrap},
    {"wrap-reserved", lie_wrap_reserved},
    {"beyond", lie_beyond},
    {"nothing-usable", lie_nothing_usable},
    {"all-reserved", lie_all_reserved},
    {"too-small", lie_too_small},
    {"too-many", lie_too_many},
    {"without-map", lie_without_map},
    {"without-end", lie_without_end},
    {"region-size", lie_region_size},
    {"region-size-zero", lie_region_size_zero},
    {"map-cut", lie_map_cut},
    {"map-long", lie_map_long},
    {"total-short", lie_total_short},
    {"total-long", lie_total_long},
    {"without-rsdp", lie_without_rsdp},
    {"rsdp-noise", lie_rsdp_noise},
    {"rsdp-astray", lie_rsdp_astray},
    {"module-reversed", lie_module_reversed},
    {"module-nowhere", lie_module_nowhere},
    {"module-beyond", lie_module_beyond},
    {"module-long", lie_module_long},
    {"module-hypervisor", lie_module_hypervisor},
};

static int same_text(const char *left, const char *right)
{
    while (*left != '\0' && *left == *right) {
        left++;
        right++;
    }
    return *left == *right;
}

int lie_tell(struct truth *truth, const char *name)
{
    for (uint32_t i = 0; i < sizeof lies / sizeof *lies; i++) {
        if (same_text(lies[i].name, name)) {
            lies[i].tell(truth);
            return 1;
        }
    }
    return 0;
}
