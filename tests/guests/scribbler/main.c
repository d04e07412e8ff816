// SPDX-License-Identifier: MIT
/*
 * scribbler: the worst neighbour at a channel of the Unix.
 *
 * What: it writes anything into the words with which the two ends of a stream say how far they are, its own
 * and the other's, and into the rings, and sends all the while; then it ends.
 *
 * Why: memory that two guests share is as hostile as a network. A kernel that takes an index from it without
 * a look, or looks twice, reads and writes what is not in it.
 *
 * How: it begins when the Unix has written something. Mostly its own words follow what the Unix says, so that
 * they could be right, or wrong by little; nobody falls for wild ones for long.
 */
#include "tests/guests/runtime/call.h"
#include "tests/guests/runtime/memory.h"
#include "tests/guests/runtime/test.h"

const char test_name[] = "scribbler";

#define ROUNDS 1000000
#define RING   33000 /* bytes, and a few more */
#define HALVES 32    /* of a word */

/* Words of 64 bits: the Unix is the first end. */
enum { THEIR_WRITTEN, THEIR_READ, THEIR_ENDS = 4, THEIR_REFUSED, OWN = 8, WORDS = 16 };

static uint64_t chance(uint64_t below)
{
    static uint64_t state = 88172645463325252;

    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return state % below;
}

/* Two counts of 32 bits that answer two others. */
static uint64_t ends_value(uint64_t theirs)
{
    uint64_t ends = (theirs >> HALVES) + chance(2), read = theirs - chance(2);

    return ends + (read << HALVES);
}

/* What a word of our own could be. */
static uint64_t likely(const volatile uint64_t *region, uint64_t word)
{
    switch (word) {
    case THEIR_WRITTEN:
        return region[THEIR_READ] + chance(RING);
    case THEIR_READ:
        return region[THEIR_WRITTEN] - chance(RING);
    case THEIR_ENDS:
        return ends_value(region[THEIR_ENDS]);
    case THEIR_REFUSED:
        return chance(8) == 0 ? region[THEIR_ENDS] + 1 : 0;
    default:
        return region[word] + chance(RING) - RING / 2;
    }
}

static void send(const struct pv_share *share)
{
    expect_result(call(PV_CALL_port_send, share->port, 0, 0), 0, "port_send", 0);
    call(PV_CALL_yield, 0, 0, 0);
}

/* Anything, for a moment: what stays wild makes an end of what could be right. */
static void wild(const struct pv_share *share, volatile uint64_t *word)
{
    uint64_t before = *word;

    *word = chance(UINT64_MAX);
    send(share);
    *word = before;
}

static void scribble(const struct pv_share *share, volatile uint64_t *region)
{
    uint64_t word = chance(OWN);

    if (chance(64) != 0)
        region[OWN + word] = likely(region, word);
    else if (chance(2) != 0)
        wild(share, &region[chance(WORDS)]);
    else
        wild(share, &region[chance(share->size / sizeof *region)]);
}

void test_main(void)
{
    const struct pv_share *share = &start_info->shares[0];
    volatile uint64_t *region = (uint64_t *)share->address;

    if (share->name[0] == '\0')
        test_error("there is no share");
    while (region[THEIR_WRITTEN] == 0)
        call(PV_CALL_yield, 0, 0, 0);
    for (unsigned int round = 0; round < ROUNDS; round++) {
        scribble(share, region);
        if (round % 64 == 0)
            send(share);
    }
}
