// SPDX-License-Identifier: MIT
// matrix: multiplies two random matrices of doubles and checks the product in another way (Freivalds, 1977):
// for random vectors v of ones and zeros, A (B v) has to be (A B) v. All numbers are small multiples of 1/8,
// so that no sum is ever rounded and a single wrong bit shows.
#include "program.h"

#include <stdlib.h>

#include "duration.h"
#include "kernel/interface.h"

enum { DEFAULT_SIZE = 128, SIZE_MOST = 2048, CHECKS = 20, EIGHTHS = 64 };

static uint64_t seed = 1;
static bool timed;

static const struct program_option options[] = {{'s', .number = &seed}, {'t', .flag = &timed}, {0}};

static uint64_t size;

// Knuth's linear congruential generator (MMIX); its high bits are good enough here.
static unsigned random_below(unsigned limit)
{
    seed = seed * 6364136223846793005U + 1442695040888963407U;
    return (unsigned)(seed >> 33) % limit;
}

static double *matrix_random(void)
{
    double *matrix = program_allocate(size * size, sizeof *matrix);

    for (size_t i = 0; i < size * size; i++)
        matrix[i] = ((double)random_below(2 * EIGHTHS) - EIGHTHS) / 8;
    return matrix;
}

// The rows of b are gone through in order, which is kind to the caches.
static void matrix_multiply(double *product, const double *a, const double *b)
{
    for (size_t row = 0; row < size; row++) {
        for (size_t k = 0; k < size; k++) {
            double factor = a[row * size + k];

            for (size_t column = 0; column < size; column++)
                product[row * size + column] += factor * b[k * size + column];
        }
    }
}

static void vector_multiply(double *result, const double *matrix, const double *vector)
{
    for (size_t row = 0; row < size; row++) {
        double sum = 0;

        for (size_t column = 0; column < size; column++)
            sum += matrix[row * size + column] * vector[column];
        result[row] = sum;
    }
}

// A wrong product passes one check with a probability of at most one half.
static bool product_check(const double *product, const double *a, const double *b)
{
    double *vector = program_allocate(size, sizeof *vector);
    double *half = program_allocate(size, sizeof *half);
    double *one_way = program_allocate(size, sizeof *one_way);
    double *other_way = program_allocate(size, sizeof *other_way);
    bool good = true;

    for (int check = 0; check < CHECKS && good; check++) {
        for (size_t i = 0; i < size; i++)
            vector[i] = random_below(2);
        vector_multiply(half, b, vector);
        vector_multiply(one_way, a, half);
        vector_multiply(other_way, product, vector);
        for (size_t i = 0; i < size; i++)
            good = good && one_way[i] == other_way[i];
    }
    free(vector);
    free(half);
    free(one_way);
    free(other_way);
    return good;
}

static void rate_print(uint64_t nanoseconds)
{
    double operations = 2.0 * (double)size * (double)size * (double)size;

    printf("%.1f million operations a second\n", operations * 1000 / (double)(nanoseconds + 1));
}

int main(int argc, char **argv)
{
    double *a = NULL;
    double *b = NULL;
    double *product = NULL;
    uint64_t start = 0;
    bool good = false;

    (void)argc;
    argv = program_begin(argv, "[-t] [-s SEED] [SIZE]", options);
    size = argv[0] ? program_number(argv[0]) : DEFAULT_SIZE;
    if (!size || size > SIZE_MOST || (argv[0] && argv[1]))
        program_usage();
    a = matrix_random();
    b = matrix_random();
    product = program_allocate(size * size, sizeof *product);
    start = duration_clock(CLOCK_SINCE_START);
    matrix_multiply(product, a, b);
    start = duration_clock(CLOCK_SINCE_START) - start;
    good = product_check(product, a, b);
    printf("%lu x %lu: %s\n", size, size, good ? "ok" : "wrong");
    if (timed)
        rate_print(start);
    free(a);
    free(b);
    free(product);
    return program_end() || !good;
}
