// SPDX-License-Identifier: MIT
/*
 * Reader of what the machine under measurement says on its serial line.
 */
#ifndef PV_TOOLS_BENCH_READING_H
#define PV_TOOLS_BENCH_READING_H

#include <stdbool.h>
#include <stddef.h>

/* What has been read so far, besides the figures, which go to the table of operations. All zero at first. */
struct reading {
    char greeting[128]; /* the hypervisor's first line, without its prefix */
    long start;         /* what it took to start first, in ticks; 0 before it says so */
    long processors;    /* that it uses; 0 if it does not say, which means one */
    size_t domains;     /* that it has started */
    bool native;        /* what is read comes from the bare machine: nobody says whose a line is */
    size_t done;        /* guests that have finished */
    size_t rows;        /* figures read */
    char line[512];     /* the unfinished line */
    size_t length;
    bool returned; /* a carriage return came: what follows, but for a line feed, writes over the line */
    enum { TEXT, ESCAPE, SEQUENCE } state;
};

/* Takes bytes from the line. Fails on a figure that cannot be read, and on whatever spoils the measurement.
 */
void reading_add(struct reading *reading, const char *bytes, size_t count);

#endif
