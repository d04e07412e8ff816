// SPDX-License-Identifier: MIT
/*
 * Renaming. Each frame gets a signature of what it is and of what leads where around it; the frames of an
 * owner are numbered in the order of their signatures. Both orders of the processors are tried; the smaller
 * result is taken.
 */
#include "canonical.h"

#include <string.h>

#define ROUNDS 3

bool canonical_keeps_names;

static inline uint64_t mix(uint64_t a, uint64_t b)
{
    uint64_t x = (a ^ (b + 0x9e3779b97f4a7c15ull)) * 0xff51afd7ed558ccdull;

    return x ^ x >> 32;
}

static void processors_swap(struct state *state)
{
    const unsigned width = MMU_LOADS * STATE_FRAME_BITS;
    const uint64_t mask = (1ull << width) - 1;
    uint64_t loads = 0, runs = state->loads >> STATE_RUNS;

    for (unsigned frame = 0; frame < MACHINE_FRAMES; frame++) {
        uint32_t seen = state->frames[frame] >> STATE_SEEN & 0xff;

        state->frames[frame] &= ~(0xffu << STATE_SEEN);
        state->frames[frame] |= (seen >> 4 | (seen & 0xf) << 4) << STATE_SEEN;
    }
    for (unsigned i = 0; i < MODEL_DOMAINS * MODEL_PROCESSORS; i++) {
        loads |= (state->loads >> i * width & mask) << (i ^ 1) * width;
    }
    state->loads = loads | (runs >> 2 | (runs & 3) << 2) << STATE_RUNS;
}

static void signatures_start(const struct state *state, uint64_t *signatures)
{
    for (unsigned frame = 0; frame < MACHINE_FRAMES; frame++) {
        signatures[frame] = mix(state->frames[frame] & ((1u << STATE_ENTRIES) - 1), 1);
    }
    for (unsigned shift = 0; shift < STATE_RUNS; shift += STATE_FRAME_BITS) {
        signatures[state->loads >> shift & (MACHINE_FRAMES - 1)] += mix(shift, 2);
    }
}

/* Each frame's signature takes in those of the frames that it leads to and of those that lead to it. */
static void signatures_refine(const struct state *state, uint64_t *signatures)
{
    uint64_t refined[MACHINE_FRAMES];

    memcpy(refined, signatures, sizeof(refined));
    for (unsigned frame = 0; frame < MACHINE_FRAMES; frame++) {
        uint32_t entries = state->frames[frame] >> STATE_ENTRIES;

        for (; entries != 0; entries >>= STATE_ENTRY_BITS) {
            uint32_t entry = entries & STATE_ENTRY;

            if (entry != 0) {
                refined[frame] += mix(signatures[entry >> 2], entry & 3);
                refined[entry >> 2] += mix(signatures[frame], 4 + (entry & 3));
            }
        }
    }
    for (unsigned frame = 0; frame < MACHINE_FRAMES; frame++) {
        signatures[frame] = mix(refined[frame], 5);
    }
}

/* The number of a frame among those of its owner, by signature, on the first of their numbers that is left.
 */
static void frames_name(const uint64_t *signatures, uint8_t *names)
{
    uint8_t order[MACHINE_FRAMES] = {0};

    for (unsigned frame = 0; frame < MACHINE_FRAMES; frame++) {
        unsigned at = frame;

        while (at > 0 && config->owners[order[at - 1]] == config->owners[frame] &&
               signatures[order[at - 1]] > signatures[frame]) {
            order[at] = order[at - 1];
            at--;
        }
        order[at] = (uint8_t)frame;
    }
    for (unsigned frame = 0; frame < MACHINE_FRAMES; frame++) {
        names[order[frame]] = (uint8_t)frame;
    }
}

/* Renames the entries of a frame, the greatest first. */
static uint32_t entries_rename(uint32_t word, const uint8_t *names, uint8_t *slots)
{
    uint32_t entries[MODEL_SLOTS], renamed = 0;

    for (unsigned slot = 0; slot < MODEL_SLOTS; slot++) {
        uint32_t entry = state_entry(word, slot);

        entries[slot] = entry != 0 ? (entry & 3) | (uint32_t)names[entry >> 2] << 2 : 0;
    }
    for (unsigned slot = 0; slot < MODEL_SLOTS; slot++) {
        unsigned at = 0;

        for (unsigned other = 0; other < MODEL_SLOTS; other++) {
            at += entries[other] > entries[slot] || (other < slot && entries[other] == entries[slot]);
        }
        renamed |= entries[slot] << (STATE_ENTRIES + at * STATE_ENTRY_BITS);
        slots[slot] = (uint8_t)at;
    }
    return renamed;
}

static void rename_all(const struct state *state, struct state *renamed, struct naming *naming)
{
    uint64_t signatures[MACHINE_FRAMES];

    signatures_start(state, signatures);
    for (unsigned round = 0; round < ROUNDS; round++) {
        signatures_refine(state, signatures);
    }
    frames_name(signatures, naming->frame);
    for (unsigned frame = 0; frame < MACHINE_FRAMES; frame++) {
        uint32_t word = state->frames[frame];

        renamed->frames[naming->frame[frame]] =
            (word & ((1u << STATE_ENTRIES) - 1)) | entries_rename(word, naming->frame, naming->slot[frame]);
    }
    renamed->loads = state->loads >> STATE_RUNS << STATE_RUNS;
    for (unsigned shift = 0; shift < STATE_RUNS; shift += STATE_FRAME_BITS) {
        renamed->loads |= (uint64_t)naming->frame[state->loads >> shift & (MACHINE_FRAMES - 1)] << shift;
    }
}

static void names_keep(struct naming *naming)
{
    for (unsigned frame = 0; frame < MACHINE_FRAMES; frame++) {
        naming->frame[frame] = (uint8_t)frame;
        for (unsigned slot = 0; slot < MODEL_SLOTS; slot++) {
            naming->slot[frame][slot] = (uint8_t)slot;
        }
    }
    for (unsigned i = 0; i < MODEL_PROCESSORS; i++) {
        naming->processor[i] = (uint8_t)i;
    }
}

void state_canonical(const struct state *state, struct state *canonical, struct naming *naming)
{
    struct state swapped = *state, other;
    struct naming names = {.processor = {0, 1}}, other_names = {.processor = {1, 0}};

    if (canonical_keeps_names) {
        *canonical = *state;
        names_keep(naming != NULL ? naming : &names);
        return;
    }
    rename_all(state, canonical, &names);
    processors_swap(&swapped);
    rename_all(&swapped, &other, &other_names);
    if (memcmp(&other, canonical, sizeof(other)) < 0) {
        *canonical = other;
        names = other_names;
    }
    if (naming != NULL) {
        *naming = names;
    }
}
