// SPDX-License-Identifier: MIT
/*
 * The configurations. Small ones are explored with everything that a guest can try; larger ones with less,
 * where what is left out has been seen to be the same in a small one.
 */
#include "config.h"

#include <string.h>

const uint16_t model_slots[MODEL_SLOTS] = {0, 511};

const struct config *config;

const struct config configs[] = {
    {
        .name = "roots",
        .what = "roots of the kernel's and the user's, processors that run a domain or not",
        .owners = "haaab...",
        .types = "d4dd4...",
        .least = 8000,
        .tries = TRY_USER_ROOTS | TRY_SCHEDULE | TRY_CONTENTS,
        .slots = {0, 1, 1, 1, 1, 1},
        .quick = true,
    },
    {
        .name = "gates",
        .what = "descriptors, pages of the hypervisor's, every way to set an entry and every bad one",
        .owners = "haaaaab.",
        .types = "d4ddsf4.",
        .least = 5000,
        .tries = TRY_DESCRIPTORS | TRY_CONTENTS | TRY_VARIANTS | TRY_ADDRESSES,
        .slots = {0, 1, 1, 1, 1, 1},
        .quick = true,
    },
    {
        .name = "leaf",
        .what = "level-1 tables of two entries, with any contents",
        .owners = "haaaab..",
        .types = "d41dd4..",
        .least = 60000,
        .tries = TRY_CONTENTS,
        .slots = {0, 2, 1, 1, 1, 1},
        .quick = true,
    },
    {
        .name = "tower",
        .what = "all four levels, from a tower of tables",
        .owners = "haaaaab.",
        .types = "d4321d4.",
        .links = {{1, 0, 2, true}, {2, 0, 3, true}, {3, 0, 4, true}, {4, 0, 5, true}},
        .least = 40000,
        .tries = TRY_ADDRESSES | MERGE_VIEWS,
        .slots = {0, 1, 1, 1, 1, 1},
        .quick = true,
    },
    {
        .name = "both",
        .what = "two domains that share the processors",
        .owners = "haabb...",
        .types = "d4d4d...",
        .least = 5000,
        .tries = TRY_BOTH | TRY_SCHEDULE,
        .slots = {0, 1, 1, 1, 1, 1},
        .quick = true,
    },
    {
        .name = "ways",
        .what = "as leaf, with every way to set an entry and every bad one",
        .owners = "haaaab..",
        .types = "d41dd4..",
        .least = 60000,
        .tries = TRY_VARIANTS | TRY_CONTENTS,
        .slots = {0, 2, 1, 1, 1, 1},
    },
    {
        .name = "pairs",
        .what = "as both, with three frames each",
        .owners = "haaabbb.",
        .types = "d4dd4dd.",
        .least = 600000,
        .tries = TRY_BOTH | TRY_SCHEDULE | MERGE_VIEWS,
        .slots = {0, 1, 1, 1, 1, 1},
    },
    {
        .name = "towers",
        .what = "as tower, with six frames",
        .owners = "haaaaaab",
        .types = "d4321dd4",
        .links = {{1, 0, 2, true}, {2, 0, 3, true}, {3, 0, 4, true}, {4, 0, 5, true}},
        .least = 400000,
        .tries = MERGE_VIEWS,
        .slots = {0, 1, 1, 1, 1, 1},
    },
    {
        .name = "wide",
        .what = "as tower, with two entries in each table",
        .owners = "haaaaab.",
        .types = "d4321d4.",
        .links = {{1, 0, 2, true}, {2, 0, 3, true}, {3, 0, 4, true}, {4, 0, 5, true}},
        .least = 200000,
        .tries = MERGE_VIEWS | TRY_CONTENTS,
        .slots = {0, 2, 2, 2, 2, 1},
    },
    {
        .name = "all",
        .what =
            "as tower, with both roots, processors that run a domain or not, and level-1 tables of two entries",
        .owners = "haaaaab.",
        .types = "d4321d4.",
        .links = {{1, 0, 2, true}, {2, 0, 3, true}, {3, 0, 4, true}, {4, 0, 5, true}},
        .least = 700000,
        .tries = MERGE_VIEWS | TRY_USER_ROOTS | TRY_SCHEDULE,
        .slots = {0, 2, 1, 1, 1, 1},
    },
    {
        .name = "vast",
        .what = "as wide, with six frames",
        .owners = "haaaaaab",
        .types = "d4321dd4",
        .links = {{1, 0, 2, true}, {2, 0, 3, true}, {3, 0, 4, true}, {4, 0, 5, true}},
        .least = 4000000,
        .tries = MERGE_VIEWS,
        .slots = {0, 2, 2, 2, 2, 1},
    },
};
const unsigned config_count = sizeof(configs) / sizeof(configs[0]);

uint16_t config_owner(unsigned frame)
{
    switch (config->owners[frame]) {
    case 'a':
        return OWNER_DOMAIN;
    case 'b':
        return OWNER_DOMAIN + 1;
    case 'h':
        return OWNER_HYPERVISOR;
    default:
        return OWNER_NONE;
    }
}

enum frame_type config_type(unsigned frame)
{
    switch (config->types[frame]) {
    case 's':
        return FRAME_SHARED;
    case 'f':
        return FRAME_FIXED;
    case '1':
    case '2':
    case '3':
    case '4':
        return (enum frame_type)(config->types[frame] - '0');
    default:
        return FRAME_DATA;
    }
}

unsigned config_root(unsigned domain)
{
    for (unsigned frame = 0; frame < MACHINE_FRAMES; frame++) {
        if (config_owner(frame) == OWNER_DOMAIN + domain && config_type(frame) == FRAME_LEVEL4) {
            return frame;
        }
    }
    return 0;
}
