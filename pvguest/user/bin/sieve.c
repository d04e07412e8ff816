// SPDX-License-Identifier: MIT
// sieve: finds the primes up to a number by Eratosthenes' sieve: one bit for each odd number. Counts them, or
// with -p prints them. What the sieve says about some of the numbers is checked by dividing.
#include "program.h"

#include <stdlib.h>

enum { BITS = 8, CHECKS = 1000, DEFAULT_LIMIT = 1000000 };

static bool print;

static const struct program_option options[] = {{'p', .flag = &print}, {0}};

static unsigned char *composite; // bit i is for 2 i + 1

static bool is_marked(uint64_t odd)
{
    return composite[odd / 2 / BITS] >> odd / 2 % BITS & 1;
}

static bool is_prime(uint64_t number)
{
    return number == 2 || (number > 2 && number % 2 && !is_marked(number));
}

static void sieve(uint64_t limit)
{
    for (uint64_t odd = 3; odd <= limit / odd; odd += 2) {
        if (is_marked(odd))
            continue;
        for (uint64_t multiple = odd * odd; multiple <= limit; multiple += 2 * odd)
            composite[multiple / 2 / BITS] |= (unsigned char)(1U << multiple / 2 % BITS);
    }
}

static bool divides_none(uint64_t number)
{
    for (uint64_t divisor = 2; divisor <= number / divisor; divisor++) {
        if (number % divisor == 0)
            return false;
    }
    return number > 1;
}

// Looks at numbers evenly spread up to the limit.
static bool check(uint64_t limit)
{
    uint64_t step = limit / CHECKS + 1;

    for (uint64_t number = limit; number > step; number -= step) {
        if (is_prime(number) != divides_none(number))
            return false;
    }
    return true;
}

static void result_print(uint64_t limit)
{
    uint64_t count = 0;
    uint64_t largest = 0;

    for (uint64_t number = 2; number <= limit; number++) {
        if (!is_prime(number))
            continue;
        count++;
        largest = number;
        if (print)
            printf("%lu\n", number);
    }
    if (!print)
        printf("%lu primes up to %lu, the largest is %lu\n", count, limit, largest);
}

int main(int argc, char **argv)
{
    uint64_t limit = DEFAULT_LIMIT;

    (void)argc;
    argv = program_begin(argv, "[-p] [LIMIT]", options);
    if (argv[0])
        limit = program_number(argv[0]);
    if (limit < 2 || (argv[0] && argv[1]))
        program_usage();
    composite = program_allocate(limit / 2 / BITS + 1, 1);
    sieve(limit);
    if (check(limit))
        result_print(limit);
    else
        program_complain("sieve", "wrong: it does not agree with division");
    return program_end();
}
