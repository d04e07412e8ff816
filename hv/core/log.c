// SPDX-License-Identifier: MIT
/*
 * Formats messages and hands them to the terminal.
 */
#include "core/log.h"

#include <stdarg.h>

#include "core/terminal.h"
#include "lib/print.h"
#include "lib/string.h"

static enum log_level shown = LOG_INFO;

void log_level_set(enum log_level level)
{
    shown = level;
}

/* Names and arguments come from outside: nothing in them may look like another line. */
static void controls_replace(char *text)
{
    for (; *text != '\0'; text++) {
        if (*text < ' ' || *text > '~') {
            *text = '?';
        }
    }
}

void log_print(enum log_level level, const char *format, ...)
{
    char text[TERMINAL_LINE];
    va_list arguments;

    if (level > shown) {
        return;
    }
    va_start(arguments, format);
    print_vformat(text, sizeof(text), format, arguments);
    va_end(arguments);
    controls_replace(text);
    terminal_line(LOG_PREFIX, text, strlen(text));
}
