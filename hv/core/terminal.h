// SPDX-License-Identifier: MIT
/*
 * The one terminal that everybody shares: whole lines, and at the bottom the unfinished line of whoever has
 * the keyboard, with a panel of lines above it that stay where they are, if there is one. Both are taken away
 * while another line comes in and drawn again below it, so that no line is ever torn by another's.
 */
#ifndef PV_CORE_TERMINAL_H
#define PV_CORE_TERMINAL_H

#include <stdbool.h>
#include <stddef.h>

/* The longest line, with its prefix, in bytes; a longer one is broken. */
#define TERMINAL_LINE 512

/* The longest panel, in bytes and in lines, so that it fits the smallest screen. */
#define TERMINAL_PANEL      2048
#define TERMINAL_PANEL_ROWS 20

/** Something that shows text: a serial port, a screen. */
typedef void terminal_sink(const char *text, size_t length);

/** Adds a place where everything is shown; at most four. */
void terminal_sink_add(terminal_sink *sink);

/** Takes away every place where things are shown. */
void terminal_sinks_remove(void);

/** Shows a line: prefix, text, end of line. */
void terminal_line(const char *prefix, const char *text, size_t length);

/**
 * Shows an unfinished line at the bottom in place of the last one; an empty prefix and text for none.
 * @back  how many characters before its end the cursor stands
 */
void terminal_prompt(const char *prefix, const char *text, size_t length, size_t back);

/**
 * Shows lines above the bottom line, in place of those that the last panel had; none takes it away.
 * @text    lines, each with its newline, that fit the terminal's width; what is beyond TERMINAL_PANEL or
 *          TERMINAL_PANEL_ROWS is not shown
 */
void terminal_panel(const char *text, size_t length);

/** Takes the terminal away from a processor that was stopped while it showed something, and forgets
 * the panel. */
void terminal_seize(void);

#endif
