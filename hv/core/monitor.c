// SPDX-License-Identifier: MIT
/*
 * Commands of the hypervisor's own console, as a table.
 */
#include "core/monitor.h"

#include "core/domain.h"
#include "core/log.h"
#include "core/terminal.h"
#include "core/top.h"
#include "lib/string.h"
#include "x86/clock.h"
#include "x86/power.h"

#define PROMPT "(pv) > "

struct command {
    const char *name, *arguments, *help;
    void (*run)(const char *argument);
};

static struct {
    char line[80];
    size_t length;
} typed;

static void help(const char *argument);

static void list(const char *argument)
{
    static const char *const states[] = {"down", "runnable", "blocked", "ended"};

    (void)argument;
    log_info("  id  name              state     mode       weight  memory");
    for (struct domain *d = domain_after(0); d != NULL; d = domain_after(d->number)) {
        log_info("%s %2u  %-16s  %-8s  %-9s  %6lu  %lu MiB", d == console_focus() ? "*" : " ", d->number,
                 d->name, states[d->vcpus[0]->state], d->mode->name, d->weight, d->memory >> 20);
    }
    log_info("%lu frames free, up for %lu s", frame_free_count(), clock_now() / 1000000000);
}

/* A guest by its name, or else by its number. */
static struct domain *domain_find(const char *text)
{
    struct domain *domain = domain_named(text);
    unsigned number = 0;

    for (; *text >= '0' && *text <= '9' && number <= DOMAIN_LIMIT; text++) {
        number = number * 10 + (unsigned)(*text - '0');
    }
    return domain != NULL || *text != '\0' ? domain : domain_at(number);
}

static void top(const char *argument)
{
    (void)argument;
    top_show();
}

static void stop(const char *argument)
{
    struct domain *domain = domain_find(argument);

    if (domain == NULL) {
        log_info("stop: there is no guest '%s'", argument);
        return;
    }
    domain_end(domain, true, "stopped from the console");
}

static void reboot(const char *argument)
{
    (void)argument;
    power_reset();
}

static void poweroff(const char *argument)
{
    (void)argument;
    power_off();
}

static const struct command commands[] = {
    {"help", "", "this list", help},
    {"list", "", "the guests; the one that has had the keyboard is marked", list},
    {"top", "", "what virtual CPUs spend their time with, refreshed in place", top},
    {"stop", " NAME|ID", "end a guest", stop},
    {"reboot", "", "reset the machine", reboot},
    {"poweroff", "", "turn the machine off", poweroff},
};
#define COMMANDS (sizeof(commands) / sizeof(commands[0]))

static void help(const char *argument)
{
    (void)argument;
    for (unsigned i = 0; i < COMMANDS; i++) {
        log_info("  %s%-*s %s", commands[i].name, 14 - (int)strlen(commands[i].name), commands[i].arguments,
                 commands[i].help);
    }
    log_info("  Ctrl-] and a digit or n moves the keyboard to a guest");
}

static void line_run(char *line)
{
    char *argument = strchr(line, ' ');

    if (argument != NULL) {
        *argument++ = '\0';
    } else {
        argument = line + strlen(line);
    }
    for (unsigned i = 0; i < COMMANDS; i++) {
        if (strcmp(line, commands[i].name) == 0) {
            commands[i].run(argument);
            return;
        }
    }
    if (line[0] != '\0') {
        log_info("unknown command '%s'; try help", line);
    }
}

void monitor_prompt(void)
{
    terminal_prompt(PROMPT, typed.line, typed.length, 0);
}

void monitor_key(uint8_t byte)
{
    if (top_hide()) {
        /* it was for that */
    } else if (byte == '\r' || byte == '\n') {
        terminal_line(PROMPT, typed.line, typed.length);
        typed.line[typed.length] = '\0';
        typed.length = 0;
        line_run(typed.line);
    } else if ((byte == '\b' || byte == 0x7f) && typed.length != 0) {
        typed.length--;
    } else if (byte >= ' ' && byte < 0x7f && typed.length + 1 < sizeof(typed.line)) {
        typed.line[typed.length++] = (char)byte;
    }
    if (console_focus() == NULL) {
        monitor_prompt();
    }
}
