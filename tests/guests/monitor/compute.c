// SPDX-License-Identifier: MIT
// Commands that compute: work for the processor, the floating-point unit and malloc.
#include "command.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

void command_float(int count, char **words)
{
    double pi = 0;

    (void)count;
    (void)words;
    // Machin's formula: pi / 4 = 4 atan(1/5) - atan(1/239), each arctangent by its series.
    for (int i = 0; i < 12; i++) {
        double term = 4 / pow(5, 2 * i + 1) - 1 / pow(239, 2 * i + 1);

        pi += (i % 2 ? -4 : 4) * term / (2 * i + 1);
    }
    printf("pi      = %.12f\n", pi);
    printf("sqrt(2) = %.12f\n", sqrt(2));
    printf("e       = %.12f\n", exp(1));
    printf("1/3     = %g, 2^100 = %g\n", 1.0 / 3, ldexp(1, 100));
}

static uint64_t primes_count(uint8_t *composite, uint64_t limit)
{
    uint64_t primes = 0;

    for (uint64_t i = 2; i <= limit; i++) {
        if (composite[i])
            continue;
        primes++;
        for (uint64_t j = 2 * i; j <= limit; j += i)
            composite[j] = 1;
    }
    return primes;
}

void command_sieve(int count, char **words)
{
    uint64_t limit = word_number(count, words, 1, 1000000);
    uint8_t *composite = limit < SIZE_MAX ? calloc(limit + 1, 1) : NULL;

    if (!composite) {
        printf("sieve: no memory for %lu numbers\n", limit);
        return;
    }
    printf("%lu primes up to %lu\n", primes_count(composite, limit), limit);
    free(composite);
}

// How many steps of z = z^2 + c it takes until |z| > 2, at most `limit`.
static int mandel_steps(double cx, double cy, int limit)
{
    double x = 0;
    double y = 0;
    int steps = 0;

    while (steps < limit && x * x + y * y <= 4) {
        double next = x * x - y * y + cx;

        y = 2 * x * y + cy;
        x = next;
        steps++;
    }
    return steps;
}

void command_mandel(int count, char **words)
{
    // By the number of steps, two for each shade; the last is for points of the set itself.
    static const char shades[] = " .,:;-=+*%#@";
    enum { COLUMNS = 72, ROWS = 24, SHADES = sizeof shades - 1, STEPS = 1000 };

    (void)count;
    (void)words;
    for (int row = 0; row < ROWS; row++) {
        for (int column = 0; column < COLUMNS; column++) {
            int steps = mandel_steps(column * 3.0 / COLUMNS - 2.2, row * 2.4 / ROWS - 1.2, STEPS);

            putchar(shades[steps / 2 < SHADES - 1 ? steps / 2 : SHADES - 1]);
        }
        putchar('\n');
    }
}
