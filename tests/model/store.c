// SPDX-License-Identifier: MIT
/*
 * Arrays in reserved address space, and a hash table of numbers with open addressing: a place is 0 or a
 * number + 1.
 */
#include "store.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#define PLACES_FIRST (1u << 16)

static struct {
    struct state *states;
    uint32_t *parents;
    uint32_t *places;
    uint32_t count, mask;
} store;

static void *reserve(size_t size)
{
    void *memory =
        mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

    if (memory == MAP_FAILED) {
        perror("model: memory");
        exit(2);
    }
    return memory;
}

static void places_open(uint32_t count)
{
    free(store.places);
    store.places = calloc(count, sizeof(*store.places));
    if (store.places == NULL) {
        perror("model: memory");
        exit(2);
    }
    store.mask = count - 1;
}

void store_open(void)
{
    const size_t states = STORE_LIMIT * sizeof(struct state), parents = STORE_LIMIT * sizeof(uint32_t);

    if (store.states != NULL) {
        munmap(store.states, states);
        munmap(store.parents, parents);
    }
    store.states = reserve(states);
    store.parents = reserve(parents);
    store.count = 0;
    places_open(PLACES_FIRST);
}

static uint64_t state_hash(const struct state *state)
{
    const uint64_t factor = 0x9e3779b97f4a7c15ull;
    uint64_t hash = state->loads * factor;

    for (unsigned i = 0; i < MACHINE_FRAMES; i += 2) {
        uint64_t pair = (uint64_t)state->frames[i + 1] << 32 | state->frames[i];

        hash = (hash ^ hash >> 29 ^ pair) * factor;
    }
    return hash ^ hash >> 32;
}

/* The place of a state, or the one where it belongs. */
static uint32_t *place_of(const struct state *state)
{
    uint32_t at = (uint32_t)state_hash(state) & store.mask;

    while (store.places[at] != 0 && memcmp(&store.states[store.places[at] - 1], state, sizeof(*state)) != 0) {
        at = (at + 1) & store.mask;
    }
    return &store.places[at];
}

static void places_double(void)
{
    places_open((store.mask + 1) * 2);
    for (uint32_t i = 0; i < store.count; i++) {
        *place_of(&store.states[i]) = i + 1;
    }
}

bool store_add(const struct state *state, uint32_t parent)
{
    uint32_t *place = place_of(state);

    if (*place != 0) {
        return false;
    }
    if (store.count == STORE_LIMIT) {
        fprintf(stderr, "model: more states than there is room for\n");
        exit(2);
    }
    store.states[store.count] = *state;
    store.parents[store.count] = parent;
    *place = ++store.count;
    if (store.count > store.mask / 4 * 3) {
        places_double();
    }
    return true;
}

uint32_t store_count(void)
{
    return store.count;
}

const struct state *store_state(uint32_t number)
{
    return &store.states[number];
}

uint32_t store_parent(uint32_t number)
{
    return store.parents[number];
}
