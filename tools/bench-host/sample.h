// SPDX-License-Identifier: MIT
/*
 * Many timings of the same thing, as a distribution.
 */
#ifndef PV_TOOLS_BENCH_HOST_SAMPLE_H
#define PV_TOOLS_BENCH_HOST_SAMPLE_H

#include <stddef.h>
#include <stdint.h>

#define HISTOGRAM_ROWS 16

/* In nanoseconds for each entry. */
struct distribution {
    size_t samples;
    double least, median, ninetieth, ninety_ninth, most;
    double histogram_start; /* where the first row begins */
    double histogram_step;  /* how wide each is; the last one has everything beyond, too */
    size_t histogram[HISTOGRAM_ROWS];
};

/*
 * Sorts samples and says how they are distributed. The histogram reaches to the 99th percentile.
 * samples  nanoseconds for each entry; at least one
 */
struct distribution distribution_of(double *samples, size_t count);

/* The median of ticks, which are sorted. */
uint64_t median_of(uint64_t *ticks, size_t count);

#endif
