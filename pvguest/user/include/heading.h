// SPDX-License-Identifier: MIT
// The line above each of several files that head and tail print parts of.
#ifndef PV_USER_HEADING_H
#define PV_USER_HEADING_H

// How many lines of a file are shown when nobody says.
enum { HEADING_LINES = 10 };

// Takes the names of all files: a single one, or none, gets no heading.
void headings_start(char **files);

// Prints "==> NAME <==" and an empty line in front of all but the first, if there are several files.
void heading_print(const char *name);

#endif
