// SPDX-License-Identifier: MIT
// The lines that were typed, oldest first. When there are too many the oldest go.
#ifndef PV_USER_SH_HISTORY_H
#define PV_USER_SH_HISTORY_H

#include <stddef.h>

// Adds a line, unless it is empty or the same as the last one.
void history_add(const char *line);

size_t history_count(void);

// The line of a number below history_count(); it stays until the next history_add().
const char *history_get(size_t number);

#endif
