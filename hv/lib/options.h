// SPDX-License-Identifier: MIT
// Command lines of the form `name=value name=value -- anything`, read by a table into a structure. Nothing is
// ignored: an option that is unknown, repeated, malformed or out of range is an error that names it and says
// what is allowed.
#ifndef PV_LIB_OPTIONS_H
#define PV_LIB_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum option_kind {
    OPTION_TEXT,   // char[size], terminated; at least one character
    OPTION_NUMBER, // uint64_t, written in decimal
    OPTION_SIZE,   // uint64_t in bytes, written in decimal with an optional K, M, G or T (powers of 1024)
    OPTION_CHOICE, // uint32_t, the index of one of a few words
};

#define OPTIONS_MAX 64

struct option {
    const char *name;
    enum option_kind kind;
    size_t offset;              // of the field in the structure
    size_t size;                // TEXT: of the field, in bytes
    uint64_t minimum, maximum;  // NUMBER, SIZE: what is allowed, both included
    const char *const *choices; // CHOICE: ends with NULL
};

// Reads `line` by the `count` (at most OPTIONS_MAX) rows of `table` into the structure at `out`; fields of
// options that are not given keep their values, so defaults go in before. A lone `--` ends the options and
// `*rest` then leads to what follows it, without leading blanks, else to ""; where `rest` is NULL, `--` is an
// error. False after the first error, with a message in `error` (`error_size` bytes, at least 1); fields may
// then have been set.
bool options_read(const char *line, const struct option *table, size_t count, void *out, const char **rest,
                  char *error, size_t error_size);

#endif
