// SPDX-License-Identifier: MIT
/*
 * What a terminal on the serial line shows: finished lines, and the line that is still being written.
 */
#ifndef PV_TESTS_BOOT_TRANSCRIPT_H
#define PV_TESTS_BOOT_TRANSCRIPT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* Longer lines are cut here, so that a machine that writes without end cannot fill memory with one line. */
#define TRANSCRIPT_WIDTH 1024

/* All zero is an empty transcript. */
struct transcript {
    char **lines; /* finished lines, without their end */
    size_t count;
    size_t room;
    char current[TRANSCRIPT_WIDTH]; /* the unfinished line, always terminated */
    size_t column;                  /* where the next character goes */
    size_t width;                   /* characters in current */
    size_t controls;                /* control characters and escape sequences that have no effect here */
    int escape;                     /* how far into an escape sequence: 0 none, 1 after ESC, 2 after ESC [ */
};

/*
 * Adds bytes as a terminal takes them: a carriage return goes back to the first column, ESC [ K erases from
 * the column to the end of the line, a backspace goes one column back, a line feed ends the line. Other
 * control characters and escape sequences are counted and dropped.
 */
void transcript_add(struct transcript *transcript, const char *bytes, size_t length);

/* The first finished line at or after index `from` that the pattern matches, or NULL. */
const char *transcript_find(const struct transcript *transcript, size_t from, const char *pattern);

/* How many finished lines at or after index `from` the pattern matches. */
size_t transcript_count(const struct transcript *transcript, size_t from, const char *pattern);

/* Writes every line, the unfinished one too, to a stream, each after a mark that tells it from other output.
 */
void transcript_dump(const struct transcript *transcript, FILE *stream);

/* Frees what the transcript holds; it is empty afterwards. */
void transcript_clear(struct transcript *transcript);

/*
 * Whether the parts of a pattern, between its `*`, occur in the text in this order. A pattern need not cover
 * the text, but with a leading `^` the first part has to stand at its beginning.
 */
bool pattern_matches(const char *pattern, const char *text);

#endif
