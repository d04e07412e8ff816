// SPDX-License-Identifier: MIT
// life: Conway's Game of Life on a torus, from a random start or (-g) with Gosper's glider gun. On a terminal
// it runs; otherwise only the last generation is printed.
#include "program.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "duration.h"

enum { SIDE_MOST = 1000, DEFAULT_GENERATIONS = 200, PAUSE = 100 * NS_PER_MS };

static uint64_t width = 78;
static uint64_t height = 22;
static uint64_t generations = DEFAULT_GENERATIONS;
static uint64_t seed = 1;
static bool gun;

static const struct program_option options[] = {{'w', .number = &width},       {'h', .number = &height},
                                                {'n', .number = &generations}, {'s', .number = &seed},
                                                {'g', .flag = &gun},           {0}};

// Gosper's gun (1970): it sends out a glider every 30 generations.
static const char *const gun_rows[] = {
    "........................#",
    "......................#.#",
    "............##......##............##",
    "...........#...#....##............##",
    "##........#.....#...##",
    "##........#...#.##....#.#",
    "..........#.....#.......#",
    "...........#...#",
    "............##",
};

static void world_start(bool *world)
{
    for (size_t i = 0; !gun && i < width * height; i++) {
        seed = seed * 6364136223846793005U + 1442695040888963407U;
        world[i] = seed >> 62 == 0;
    }
    for (size_t row = 0; gun && row < sizeof gun_rows / sizeof *gun_rows; row++) {
        for (size_t column = 0; gun_rows[row][column]; column++)
            world[(row % height) * width + column % width] = gun_rows[row][column] == '#';
    }
}

static unsigned neighbours(const bool *world, size_t row, size_t column)
{
    unsigned sum = 0;

    for (size_t i = 0; i < 9; i++) {
        size_t y = (row + height + i / 3 - 1) % height;
        size_t x = (column + width + i % 3 - 1) % width;

        sum += i != 4 && world[y * width + x];
    }
    return sum;
}

static void world_step(bool *next, const bool *world)
{
    for (size_t row = 0; row < height; row++) {
        for (size_t column = 0; column < width; column++) {
            unsigned around = neighbours(world, row, column);

            next[row * width + column] = around == 3 || (around == 2 && world[row * width + column]);
        }
    }
}

static void world_print(const bool *world, uint64_t generation)
{
    uint64_t living = 0;

    for (size_t row = 0; row < height; row++) {
        for (size_t column = 0; column < width; column++) {
            living += world[row * width + column];
            putchar(world[row * width + column] ? '#' : ' ');
        }
        putchar('\n');
    }
    printf("generation %lu, %lu alive\n", generation, living);
}

int main(int argc, char **argv)
{
    bool *world = NULL;
    bool *next = NULL;
    bool animated = isatty(STDOUT_FILENO);

    (void)argc;
    if (*program_begin(argv, "[-g] [-w WIDTH] [-h HEIGHT] [-n GENERATIONS] [-s SEED]", options))
        program_usage();
    if (!width || !height || width > SIDE_MOST || height > SIDE_MOST)
        program_usage();
    world = program_allocate(width * height, sizeof(bool));
    next = program_allocate(width * height, sizeof(bool));
    world_start(world);
    for (uint64_t generation = 0; generation < generations; generation++) {
        if (animated) {
            fputs(generation ? "\033[H" : "\033[H\033[2J", stdout);
            world_print(world, generation);
            fflush(stdout);
            duration_sleep(PAUSE);
        }
        world_step(next, world);
        memcpy(world, next, width * height * sizeof *world);
    }
    fputs(animated ? "\033[H" : "", stdout);
    world_print(world, generations);
    free(world);
    free(next);
    return program_end();
}
