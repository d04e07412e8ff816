// SPDX-License-Identifier: MIT
/*
 * The terminal's side of a serial line, as far as lines are concerned. Everything that comes is whatever the
 * machine sent: no byte of it is trusted to be well-formed.
 */
#include "tests/boot/transcript.h"

#include <stdlib.h>
#include <string.h>

enum { ESCAPE_NONE, ESCAPE_STARTED, ESCAPE_SEQUENCE };

static void transcript_end_line(struct transcript *transcript)
{
    if (transcript->count == transcript->room) {
        transcript->room = transcript->room ? 2 * transcript->room : 64;
        transcript->lines = realloc(transcript->lines, transcript->room * sizeof *transcript->lines);
        if (transcript->lines == NULL)
            abort();
    }
    transcript->lines[transcript->count++] = strdup(transcript->current);
    transcript->column = 0;
    transcript->width = 0;
    transcript->current[0] = '\0';
}

static void transcript_put(struct transcript *transcript, char character)
{
    if (transcript->column + 1 >= TRANSCRIPT_WIDTH)
        return;
    transcript->current[transcript->column++] = character;
    if (transcript->column > transcript->width) {
        transcript->width = transcript->column;
        transcript->current[transcript->width] = '\0';
    }
}

static void transcript_erase(struct transcript *transcript)
{
    transcript->width = transcript->column;
    transcript->current[transcript->width] = '\0';
}

static void transcript_escape(struct transcript *transcript, char character)
{
    if (transcript->escape == ESCAPE_STARTED && character == '[') {
        transcript->escape = ESCAPE_SEQUENCE;
        return;
    }
    if (transcript->escape == ESCAPE_SEQUENCE && (character < 0x40 || character > 0x7e))
        return;
    if (transcript->escape == ESCAPE_SEQUENCE && character == 'K')
        transcript_erase(transcript);
    else
        transcript->controls++;
    transcript->escape = ESCAPE_NONE;
}

static void transcript_control(struct transcript *transcript, char character)
{
    switch (character) {
    case '\x1b':
        transcript->escape = ESCAPE_STARTED;
        break;
    case '\n':
        transcript_end_line(transcript);
        break;
    case '\r':
        transcript->column = 0;
        break;
    case '\b':
        transcript->column -= transcript->column > 0;
        break;
    default:
        transcript->controls++;
    }
}

/* Control characters of ASCII, and those of eight bits. */
static bool is_control(unsigned char character)
{
    return character < ' ' || (character >= 0x7f && character < 0xa0);
}

void transcript_add(struct transcript *transcript, const char *bytes, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        if (transcript->escape != ESCAPE_NONE)
            transcript_escape(transcript, bytes[i]);
        else if (is_control((unsigned char)bytes[i]))
            transcript_control(transcript, bytes[i]);
        else
            transcript_put(transcript, bytes[i]);
    }
}

bool pattern_matches(const char *pattern, const char *text)
{
    bool anchored = pattern[0] == '^';

    for (pattern += anchored; *pattern != '\0'; anchored = false) {
        size_t length = strcspn(pattern, "*");
        char part[TRANSCRIPT_WIDTH];
        snprintf(part, sizeof part, "%.*s", (int)length, pattern);
        const char *found = strstr(text, part);
        if (found == NULL || (anchored && found != text))
            return false;
        text = found + length;
        pattern += length + (pattern[length] == '*');
    }
    return true;
}

const char *transcript_find(const struct transcript *transcript, size_t from, const char *pattern)
{
    for (size_t i = from; i < transcript->count; i++) {
        if (pattern_matches(pattern, transcript->lines[i]))
            return transcript->lines[i];
    }
    return NULL;
}

size_t transcript_count(const struct transcript *transcript, size_t from, const char *pattern)
{
    size_t count = 0;

    for (size_t i = from; i < transcript->count; i++)
        count += pattern_matches(pattern, transcript->lines[i]);
    return count;
}

void transcript_dump(const struct transcript *transcript, FILE *stream)
{
    for (size_t i = 0; i < transcript->count; i++)
        fprintf(stream, "    | %s\n", transcript->lines[i]);
    if (transcript->width > 0)
        fprintf(stream, "    > %s\n", transcript->current);
}

void transcript_clear(struct transcript *transcript)
{
    for (size_t i = 0; i < transcript->count; i++)
        free(transcript->lines[i]);
    free(transcript->lines);
    memset(transcript, 0, sizeof *transcript);
}
