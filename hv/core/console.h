// SPDX-License-Identifier: MIT
/*
 * The console of a domain: what it printed since its last newline, and what was typed for it. The keyboard
 * belongs to one domain at a time, or to the hypervisor's own console.
 */
#ifndef PV_CORE_CONSOLE_H
#define PV_CORE_CONSOLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/line.h"
#include "mm/machine.h"

struct domain;

#define CONSOLE_INPUT 256

struct console {
    char prefix[40]; /* "[name] " */
    struct line line;
    struct lock reader;              /* who takes input; it comes under the lock of the list */
    uint32_t input_first, input_end; /* count up; their difference is what waits */
    uint8_t input[CONSOLE_INPUT];
};

/*
 * Functions that say so want the list of domains held (core/domain.h), which guards every console and who has
 * the keyboard.
 */

/** Prepares a domain's console. */
void console_open(struct console *console, const char *name);

/**
 * Prints what a domain wrote, up to the end of a line, so that the work is bounded; returns how many bytes it
 * took. Only whole lines appear, but for the domain that has the keyboard.
 */
size_t console_write(struct domain *domain, const char *bytes, size_t length);

/**
 * Copies up to `length` bytes that were typed for a domain, and leaves them there; returns how many. Until
 * console_take the caller holds `reader`.
 */
size_t console_peek(const struct domain *domain, uint8_t *bytes, size_t length);

/** Takes away bytes that console_peek gave. */
void console_take(struct domain *domain, size_t length);

/** Shows what a domain printed last, although no newline followed. The list is held. */
void console_flush(struct domain *domain);

/** A byte came from the keyboard or the serial port. */
void console_key(uint8_t byte);

/** Gives the keyboard to a domain, or to the hypervisor's own console for NULL. The list is held. */
void console_focus_set(struct domain *domain);

/** The domain that has the keyboard; NULL for the hypervisor's own console. The list is held. */
struct domain *console_focus(void);

/**
 * Takes the keyboard from a domain that is not on the list any more, and shows nothing yet. Returns whether
 * it had it. The list is held.
 */
bool console_focus_forget(const struct domain *domain);

#endif
