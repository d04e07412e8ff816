// SPDX-License-Identifier: MIT
/*
 * Lines, and the figures in them. The lines come from the guests and are not trusted to be well-formed.
 *
 * A figure is a line of the form `[MODE] bench: op=NAME key=number ...`, where the domain has the mode's
 * name; or of the form `bench: op=...` on the bare machine.
 */
#include "tools/bench/reading.h"

#include "tools/bench/fail.h"
#include "tools/bench/operation.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The number after `key=` in a line, or ABSENT. */
static long value_of(const char *line, const char *key)
{
    char field[32];
    char *end;

    int length = snprintf(field, sizeof field, " %s=", key);
    const char *found = strstr(line, field);
    if (found == NULL)
        return ABSENT;
    found += length;
    errno = 0;
    long value = strtol(found, &end, 10);
    if (errno != 0 || end == found || (*end != ' ' && *end != '\0') || value < 0)
        fail("a figure cannot be read: %s in: %s", key, line);
    return value;
}

static int mode_of(const char *line)
{
    char domain[32];
    int mode = 0;

    if (sscanf(line, "[%31[^]]]", domain) != 1)
        return MODES;
    while (mode < MODES && strcmp(mode_names[mode], domain) != 0)
        mode++;
    return mode;
}

/* What the operation takes when it is done once, out of what all of a batch take. */
static long value_each(const char *fields, const char *key, long batch)
{
    long value = value_of(fields, key);

    return value == ABSENT ? ABSENT : value / batch + (value % batch != 0);
}

/* What a hypervisor counts, and nobody on the bare machine. */
static long count_of(const struct reading *reading, const char *fields, const char *key)
{
    return reading->native ? ABSENT : value_of(fields, key);
}

static void row_read(struct reading *reading, const char *line, const char *fields)
{
    char name[64];
    int mode = reading->native ? MODE_NATIVE : mode_of(line);
    struct operation *operation = sscanf(fields, " op=%63s", name) == 1 ? operation_find(name) : NULL;

    if (mode == MODES || operation == NULL)
        fail("an unknown domain or operation: %s", line);
    if (operation->measured[mode])
        fail("measured twice: %s", line);
    long batch = value_of(fields, "batch");
    if (batch < 1)
        fail("it does not say how often the operation was done: %s", line);
    operation->measured[mode] = true;
    operation->figures[mode] = (struct figures){
        .samples = value_of(fields, "samples"),
        .batch = batch,
        .ticks = value_each(fields, "ticks", batch),
        .median = value_each(fields, "median", batch),
        .calls = count_of(reading, fields, "calls"),
        .traps = count_of(reading, fields, "traps"),
        .emulated = count_of(reading, fields, "emulated"),
        .root_loads = count_of(reading, fields, "root_loads"),
        .msr_writes = value_of(fields, "msr_writes"),
        .locked = value_of(fields, "locked"),
    };
    reading->rows++;
}

/* Whether the hypervisor says something after which the figures mean nothing. */
static bool is_bad_news(const char *line)
{
    return strncmp(line, "panic", strlen("panic")) == 0 ||
           strncmp(line, "cannot run", strlen("cannot run")) == 0 || strstr(line, ": refused: ") != NULL ||
           (strstr(line, ": ended: ") != NULL && strstr(line, ": ended: exit, reason 0") == NULL);
}

/* Reads what the hypervisor tells of the machine, and how long it took to start. */
static void facts_read(struct reading *reading, const char *line)
{
    long number;
    int end = 0;

    if (sscanf(line, "%ld processors%n", &number, &end) == 1 && end > 0 && line[end] == '\0')
        reading->processors = number;
    else if (strstr(line, ": started, ") != NULL)
        reading->domains++;
    else if (reading->start == 0 && sscanf(line, "started in %ld ticks", &number) == 1)
        reading->start = number;
}

/* What the hypervisor says. */
static void own_line_read(struct reading *reading, const char *line)
{
    if (strncmp(line, "Paravane", strlen("Paravane")) == 0)
        snprintf(reading->greeting, sizeof reading->greeting, "%s", line);
    else if (is_bad_news(line))
        fail("the hypervisor said: %s", line);
    else
        facts_read(reading, line);
}

/* What a line of a guest's says after `bench:`, or NULL. */
static const char *bench_of(const struct reading *reading, const char *line)
{
    const char *word = reading->native ? "bench:" : "] bench:";
    const char *found = strstr(line, word);

    if (found == NULL || (reading->native ? found != line : line[0] != '['))
        return NULL;
    return found + strlen(word);
}

/* Lines of the boot loader, or of nobody's, may stand before the hypervisor's first. */
static void line_read(struct reading *reading, const char *line)
{
    const char *own = strstr(line, "(pv) ");
    const char *bench = bench_of(reading, line);

    if (own != NULL && (own == line || reading->greeting[0] == '\0'))
        own_line_read(reading, own + strlen("(pv) "));
    else if (bench != NULL && strcmp(bench, " done") == 0)
        reading->done++;
    else if (bench != NULL && strncmp(bench, " failed: ", strlen(" failed: ")) == 0)
        fail("a guest said: %s", line);
    else if (bench != NULL)
        row_read(reading, line, bench);
}

/* Whether this character belongs to an escape sequence. */
static bool escape_takes(struct reading *reading, char character)
{
    bool inside = reading->state != TEXT || character == '\x1b';

    if (character == '\x1b')
        reading->state = ESCAPE;
    else if (reading->state == ESCAPE)
        reading->state = character == '[' ? SEQUENCE : TEXT;
    else if (character >= 0x40 && character <= 0x7e)
        reading->state = TEXT;
    return inside;
}

static void character_read(struct reading *reading, char character)
{
    if (escape_takes(reading, character))
        return;
    if (character == '\n') {
        line_read(reading, reading->line);
        reading->length = 0;
    } else if (character != '\r' && reading->length + 1 < sizeof reading->line) {
        if (reading->returned)
            reading->length = 0;
        reading->line[reading->length++] = character;
    }
    reading->returned = character == '\r';
    reading->line[reading->length] = '\0';
}

void reading_add(struct reading *reading, const char *bytes, size_t count)
{
    for (size_t i = 0; i < count; i++)
        character_read(reading, bytes[i]);
}
