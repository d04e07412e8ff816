// SPDX-License-Identifier: MIT
// more: shows text by the screen. Keys: space next page, Enter next line, b page back, / searches, g start, G
// end, q ends.
//
// All the text is kept in memory, so that one can go back. Keys come from the terminal even when the text
// comes from a pipe; what is typed is neither shown nor a signal meanwhile, and the mode from before is set
// again at the end.
#include "program.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "line.h"
#include "pattern.h"
#include "tty.h"

enum { CONTROL_C = 3, SEARCH_ROOM = 64, DELETE = 127 };

static struct lines lines;
static int keyboard;
static char search[SEARCH_ROOM];

static void file_take(FILE *file, const char *name)
{
    (void)name;
    lines_read(&lines, file);
}

// How many rows of the screen a line takes.
static size_t line_rows(size_t i, size_t columns)
{
    return lines.line[i].length ? (lines.line[i].length + columns - 1) / columns : 1;
}

// Prints as many lines from `top` as fit. Returns the first that does not.
static size_t page_print(size_t top)
{
    struct tty_size size = tty_size(STDOUT_FILENO);
    size_t rows = 0;
    size_t i = top;

    fputs("\033[H\033[2J", stdout);
    for (; i < lines.count; i++) {
        rows += line_rows(i, size.columns);
        if (rows >= size.rows && i > top)
            break;
        puts(lines.line[i].text);
    }
    return i;
}

// The line from which a page ends in front of `end`.
static size_t page_before(size_t end)
{
    struct tty_size size = tty_size(STDOUT_FILENO);
    size_t rows = 0;
    size_t i = end;

    while (i > 0) {
        rows += line_rows(i - 1, size.columns);
        if (rows >= size.rows)
            break;
        i--;
    }
    return i < end || !end ? i : end - 1;
}

// Returns the next key; q when there will be none.
static char key_read(void)
{
    char key = 'q';

    fflush(stdout);
    if (read(keyboard, &key, 1) != 1)
        key = 'q';
    return key;
}

// Asks for a pattern; an empty one is the one from before. Returns the next line that it matches, or `from`.
static size_t line_search(size_t from)
{
    char text[SEARCH_ROOM] = "";
    size_t length = 0;

    fputs("\r\033[K/", stdout);
    for (char key = key_read(); key != '\r' && key != '\n' && key != CONTROL_C; key = key_read()) {
        if ((key == '\b' || key == DELETE) && length)
            text[--length] = 0;
        else if (key >= ' ' && key != DELETE && length < sizeof text - 1)
            text[length++] = key;
        printf("\r\033[K/%.*s", (int)length, text);
    }
    text[length] = 0;
    if (*text)
        memcpy(search, text, length + 1);
    for (size_t i = from + 1; *search && !pattern_wrong(search) && i < lines.count; i++) {
        if (pattern_find(search, lines.line[i].text, 0, false, NULL))
            return i;
    }
    return from;
}

// Shows pages until the end is passed or q is typed.
static void pages_show(void)
{
    size_t top = 0;

    for (;;) {
        size_t next = page_print(top);
        char key = 0;

        printf("\033[7m-- more -- %lu %%\033[0m", (uint64_t)(lines.count ? 100 * next / lines.count : 100));
        key = key_read();
        fputs("\r\033[K", stdout);
        if (key == 'q' || key == CONTROL_C || (key == ' ' && next == lines.count))
            return;
        if (key == ' ')
            top = next;
        else if (key == 'b')
            top = page_before(top);
        else if (key == '/' || key == 'n')
            top = line_search(top);
        else if (key == 'g')
            top = 0;
        else if (key == 'G')
            top = page_before(lines.count);
        else if ((key == '\r' || key == '\n') && next < lines.count)
            top++;
    }
}

int main(int argc, char **argv)
{
    uint32_t mode = 0;

    (void)argc;
    argv = program_begin(argv, "[FILE...]", NULL);
    program_each_file(argv, file_take);
    keyboard = open("/dev/console", O_RDONLY);
    if (!isatty(STDOUT_FILENO) || keyboard < 0 || tty_mode_get(keyboard, &mode)) {
        for (size_t i = 0; i < lines.count; i++)
            puts(lines.line[i].text);
        return program_end();
    }
    tty_mode_set(keyboard, 0);
    pages_show();
    tty_mode_set(keyboard, mode);
    return program_end();
}
