// SPDX-License-Identifier: MIT
/*
 * Consoles of domains, and the escape key that moves the keyboard between them.
 */
#include "core/console.h"

#include "core/domain.h"
#include "core/log.h"
#include "core/monitor.h"
#include "core/terminal.h"
#include "lib/print.h"

#define ESCAPE_KEY 0x1d /* Ctrl-] */

static struct {
    struct domain *focus;
    bool escaped; /* the last key was the escape key */
} keyboard;

void console_open(struct console *console, const char *name)
{
    print_format(console->prefix, sizeof(console->prefix), "[%s] ", name);
}

static void line_end(struct console *console)
{
    terminal_line(console->prefix, console->line.text, console->line.length);
    line_clear(&console->line);
}

/* Blanks behind the cursor, which rubbing out leaves, are not worth drawing. */
static void prompt_show(const struct console *console)
{
    const struct line *line = &console->line;
    size_t length = line->length;

    while (length > line->cursor && line->text[length - 1] == ' ') {
        length--;
    }
    terminal_prompt(length != 0 ? console->prefix : "", line->text, length, length - line->cursor);
}

static void byte_write(struct console *console, char byte)
{
    if (line_put(&console->line, byte)) {
        line_end(console);
        if (byte != '\n') {
            line_put(&console->line, byte);
        }
    }
}

size_t console_write(struct domain *domain, const char *bytes, size_t length)
{
    size_t taken = 0;

    domains_hold();
    while (taken < length) {
        byte_write(&domain->console, bytes[taken++]);
        if (bytes[taken - 1] == '\n') {
            break;
        }
    }
    if (keyboard.focus == domain) {
        prompt_show(&domain->console);
    }
    domains_release();
    return taken;
}

void console_flush(struct domain *domain)
{
    if (domain->console.line.length != 0) {
        line_end(&domain->console);
    }
}

size_t console_peek(const struct domain *domain, uint8_t *bytes, size_t length)
{
    const struct console *console = &domain->console;
    size_t waiting = __atomic_load_n(&console->input_end, __ATOMIC_ACQUIRE) - console->input_first;

    length = length < waiting ? length : waiting;
    for (size_t i = 0; i < length; i++) {
        bytes[i] = console->input[(console->input_first + i) % CONSOLE_INPUT];
    }
    return length;
}

void console_take(struct domain *domain, size_t length)
{
    __atomic_store_n(&domain->console.input_first, domain->console.input_first + (uint32_t)length,
                     __ATOMIC_RELEASE);
}

/* What is typed faster than the guest reads it is lost, as on a serial port. */
static void input_put(struct domain *domain, uint8_t byte)
{
    struct console *console = &domain->console;

    if (console->input_end - __atomic_load_n(&console->input_first, __ATOMIC_ACQUIRE) < CONSOLE_INPUT) {
        console->input[console->input_end % CONSOLE_INPUT] = byte;
        __atomic_store_n(&console->input_end, console->input_end + 1, __ATOMIC_RELEASE);
    }
    domain->mode->event(domain->vcpus[0], PV_EVENT_CONSOLE);
}

struct domain *console_focus(void)
{
    return keyboard.focus;
}

void console_focus_set(struct domain *domain)
{
    keyboard.focus = domain;
    if (domain != NULL) {
        prompt_show(&domain->console);
    } else {
        monitor_prompt();
    }
}

bool console_focus_forget(const struct domain *domain)
{
    if (keyboard.focus != domain) {
        return false;
    }
    keyboard.focus = domain_after(0);
    return true;
}

static void focus_announce(struct domain *domain)
{
    terminal_prompt("", "", 0, 0);
    log_info("the keyboard is with %s", domain != NULL ? domain->name : "the hypervisor");
    console_focus_set(domain);
}

static void focus_next(void)
{
    struct domain *next = domain_after(keyboard.focus != NULL ? keyboard.focus->number : 0);

    focus_announce(next);
}

static void help_print(void)
{
    log_info("Ctrl-] 1..9: keyboard to a guest   Ctrl-] n: to the next   Ctrl-] 0: to the hypervisor");
    log_info("Ctrl-] Ctrl-]: sends Ctrl-] itself   Ctrl-] ?: this help");
}

/* The key after the escape key. */
static void key_escaped(uint8_t byte)
{
    struct domain *domain = byte >= '1' && byte <= '9' ? domain_at(byte - '0') : NULL;

    if (domain != NULL || byte == '0') {
        focus_announce(domain);
    } else if (byte == 'n') {
        focus_next();
    } else if (byte == ESCAPE_KEY && keyboard.focus != NULL) {
        input_put(keyboard.focus, byte);
    } else if (byte >= '1' && byte <= '9') {
        log_info("there is no guest %c", byte);
    } else {
        help_print();
    }
}

static void key_take(uint8_t byte)
{
    if (keyboard.escaped) {
        keyboard.escaped = false;
        key_escaped(byte);
    } else if (byte == ESCAPE_KEY) {
        keyboard.escaped = true;
    } else if (keyboard.focus != NULL) {
        input_put(keyboard.focus, byte);
    } else {
        monitor_key(byte);
    }
}

void console_key(uint8_t byte)
{
    domains_hold();
    key_take(byte);
    domains_release();
}
