// SPDX-License-Identifier: MIT
/*
 * Percentiles and histograms.
 */
#include "tools/bench-host/sample.h"

#include <stdlib.h>

static int double_compare(const void *first, const void *second)
{
    double a = *(const double *)first, b = *(const double *)second;

    return (a > b) - (a < b);
}

static int ticks_compare(const void *first, const void *second)
{
    uint64_t a = *(const uint64_t *)first, b = *(const uint64_t *)second;

    return (a > b) - (a < b);
}

/* The least sample that as many hundredths of all are not above. */
static double percentile(const double *sorted, size_t count, unsigned hundredths)
{
    return sorted[((count - 1) * hundredths + 50) / 100];
}

static void histogram_fill(struct distribution *distribution, const double *sorted)
{
    distribution->histogram_start = distribution->least;
    distribution->histogram_step = (distribution->ninety_ninth - distribution->least) / (HISTOGRAM_ROWS - 1);
    for (size_t i = 0; i < distribution->samples; i++) {
        double above = sorted[i] - distribution->least;
        size_t row = HISTOGRAM_ROWS - 1;

        if (above < distribution->histogram_step * (HISTOGRAM_ROWS - 1))
            row = (size_t)(above / distribution->histogram_step);
        distribution->histogram[row]++;
    }
}

struct distribution distribution_of(double *samples, size_t count)
{
    struct distribution distribution = {.samples = count};

    qsort(samples, count, sizeof(*samples), double_compare);
    distribution.least = samples[0];
    distribution.median = percentile(samples, count, 50);
    distribution.ninetieth = percentile(samples, count, 90);
    distribution.ninety_ninth = percentile(samples, count, 99);
    distribution.most = samples[count - 1];
    histogram_fill(&distribution, samples);
    return distribution;
}

uint64_t median_of(uint64_t *ticks, size_t count)
{
    qsort(ticks, count, sizeof(*ticks), ticks_compare);
    return ticks[count / 2];
}
