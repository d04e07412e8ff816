// SPDX-License-Identifier: MIT
// Commands that are a bad neighbour, or find out whether somebody else is one.
#include "command.h"

#include <stdio.h>
#include <string.h>

#include "fpu.h"
#include "monitor.h"
#include "pvops/pvops.h"
#include "timer.h"

void command_spin(int count, char **words)
{
    uint64_t ns = word_seconds(count, words, 1, UINT64_MAX);
    uint64_t start = pvop_time_read();

    printf("spinning with events disabled\n");
    pvop_irq_disable();
    while (pvop_time_read() - start < ns)
        continue;
    pvop_irq_enable();
}

// Work whose result depends on all of it, so that none is optimised away.
static uint64_t work(uint64_t state)
{
    for (int i = 0; i < 1000; i++)
        state = state * 6364136223846793005 + 1442695040888963407;
    return state;
}

void command_busy(int count, char **words)
{
    volatile uint64_t state = 1;
    uint64_t loops = 0;

    timer_arm(word_seconds(count, words, 1, NS_PER_SECOND));
    for (; !timer_expired; loops++)
        state = work(state);
    printf("busy: %lu loops\n", loops);
}

void command_flood(int count, char **words)
{
    uint64_t lines = word_number(count, words, 1, UINT64_MAX);

    for (uint64_t i = 1; i <= lines && i != 0; i++)
        printf("flood %lu: the quick brown fox jumps over the lazy dog\n", i);
}

// Differs from machine to machine, from round to round and from register to register.
static void pattern_fill(uint8_t *pattern, size_t size, uint64_t round)
{
    uint64_t state = round;

    for (const char *c = monitor_boot()->name; *c; c++)
        state = work(state + (uint8_t)*c);
    for (size_t i = 0; i < size; i++) {
        state = work(state);
        pattern[i] = (uint8_t)(state >> 56);
    }
}

// Holds a pattern in the registers until the timer has interrupted that, and compares.
static bool fpu_round(uint64_t round)
{
    struct fpu_registers before, after;

    pattern_fill((uint8_t *)&before, sizeof before, round);
    timer_arm(NS_PER_SECOND / 100);
    fpu_hold(&before, &after, &timer_expired);
    for (int i = 0; i < FPU_REGISTERS; i++) {
        if (memcmp(before.xmm[i], after.xmm[i], sizeof before.xmm[i]) != 0) {
            printf("fpu: round %lu: xmm%d has changed\n", round, i);
            return false;
        }
    }
    return true;
}

void command_fpu(int count, char **words)
{
    uint64_t rounds = word_number(count, words, 1, 100);
    uint64_t good = 0;

    while (good < rounds && fpu_round(good))
        good++;
    printf("fpu: %lu of %lu rounds good\n", good, rounds);
}
