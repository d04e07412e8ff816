// SPDX-License-Identifier: MIT
// The lines that were typed, in a ring.
#include "history.h"

#include <stdlib.h>
#include <string.h>

#include "arena.h"

#define HISTORY_LIMIT 200

static char *lines[HISTORY_LIMIT];
static size_t added; // ever

size_t history_count(void)
{
    return added < HISTORY_LIMIT ? added : HISTORY_LIMIT;
}

const char *history_get(size_t number)
{
    size_t first = added - history_count();

    return lines[(first + number) % HISTORY_LIMIT];
}

void history_add(const char *line)
{
    size_t count = history_count();

    if (line[strspn(line, " \t")] == '\0' || (count > 0 && strcmp(history_get(count - 1), line) == 0))
        return;
    char *copy = memory_text(line);

    free(lines[added % HISTORY_LIMIT]);
    lines[added % HISTORY_LIMIT] = copy;
    added++;
}
