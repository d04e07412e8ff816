// SPDX-License-Identifier: MIT
// mandelbrot: draws the Mandelbrot set, or a part of it, in characters; with -c in colours. For the same
// options the picture is the same on every machine: doubles are rounded alike everywhere.
#include "program.h"

#include <stdlib.h>

enum { ESCAPE = 4, COLOURS = 216, FIRST_COLOUR = 16, MOST = 10000 };

static uint64_t width = 79;
static uint64_t height = 23;
static uint64_t iterations = 200;
static const char *centre_x = "-0.6";
static const char *centre_y = "0";
static const char *zoom = "1";
static bool colours;

static const struct program_option options[] = {{'w', .number = &width},      {'h', .number = &height},
                                                {'i', .number = &iterations}, {'x', .text = &centre_x},
                                                {'y', .text = &centre_y},     {'z', .text = &zoom},
                                                {'c', .flag = &colours},      {0}};

static double real_read(const char *text)
{
    char *end = NULL;
    double value = strtod(text, &end);

    if (end == text || *end)
        program_usage();
    return value;
}

// After how many steps of z = z^2 + c the point is known to lie outside; `iterations` if it never was.
static uint64_t point_steps(double x, double y)
{
    double re = 0;
    double im = 0;
    uint64_t step = 0;

    for (; step < iterations && re * re + im * im <= ESCAPE; step++) {
        double next = re * re - im * im + x;

        im = 2 * re * im + y;
        re = next;
    }
    return step;
}

static void point_print(uint64_t steps)
{
    static const char shades[] = " .,:;-~=+*oxX%&@#";
    uint64_t shade = 0;

    if (colours) {
        printf("\033[48;5;%lum ", steps == iterations ? 0 : FIRST_COLOUR + 7 * steps % COLOURS);
        return;
    }
    // Each shade stands for more steps than the one before.
    for (uint64_t limit = 2; limit < steps && shades[shade + 2]; limit += 1 + limit / 3)
        shade++;
    putchar(steps == iterations ? shades[sizeof shades - 2] : shades[shade]);
}

// A character is about twice as high as it is wide.
static void picture_print(double x, double y, double scale)
{
    double step_x = 3.2 / scale / (double)width;
    double step_y = 2.4 / scale / (double)height;

    for (uint64_t row = 0; row < height; row++) {
        for (uint64_t column = 0; column < width; column++)
            point_print(point_steps(x + ((double)column - (double)width / 2) * step_x,
                                    y + ((double)height / 2 - (double)row) * step_y));
        puts(colours ? "\033[0m" : "");
    }
}

int main(int argc, char **argv)
{
    double scale = 0;

    (void)argc;
    if (*program_begin(argv, "[-c] [-w WIDTH] [-h HEIGHT] [-i ITERATIONS] [-x X] [-y Y] [-z ZOOM]", options))
        program_usage();
    scale = real_read(zoom);
    if (!width || !height || !iterations || width > MOST || height > MOST || !(scale > 0))
        program_usage();
    picture_print(real_read(centre_x), real_read(centre_y), scale);
    return program_end();
}
