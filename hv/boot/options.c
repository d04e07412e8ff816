// SPDX-License-Identifier: MIT
/*
 * The options, as tables.
 */
#include "boot/options.h"

#include "abi/start.h"
#include "core/log.h"
#include "core/scheduler.h"
#include "lib/options.h"

#define MEMORY_DEFAULT (32ull << 20)
#define MEMORY_MINIMUM (1ull << 20)
#define MEMORY_MAXIMUM (1ull << 40)

static const char *const console_words[] = {"both", "serial", "screen", NULL};
static const char *const level_words[] = {"error", "warning", "info", "debug", NULL};
static const char *const exit_words[] = {"poweroff", "reboot", "halt", NULL};
static const char *const mode_words[] = {"hypercall", "trap", NULL};

static const struct option boot_table[] = {
    {.name = "console",
     .kind = OPTION_CHOICE,
     .offset = offsetof(struct boot_options, console),
     .choices = console_words},
    {.name = "loglevel",
     .kind = OPTION_CHOICE,
     .offset = offsetof(struct boot_options, log_level),
     .choices = level_words},
    {.name = "onexit",
     .kind = OPTION_CHOICE,
     .offset = offsetof(struct boot_options, on_exit),
     .choices = exit_words},
};

static const struct option module_table[] = {
    {.name = "name",
     .kind = OPTION_TEXT,
     .offset = offsetof(struct module_options, name),
     .size = DOMAIN_NAME},
    {.name = "mem",
     .kind = OPTION_SIZE,
     .offset = offsetof(struct module_options, memory),
     .minimum = MEMORY_MINIMUM,
     .maximum = MEMORY_MAXIMUM},
    {.name = "weight",
     .kind = OPTION_NUMBER,
     .offset = offsetof(struct module_options, weight),
     .minimum = 1,
     .maximum = WEIGHT_LIMIT},
    {.name = "vcpus",
     .kind = OPTION_NUMBER,
     .offset = offsetof(struct module_options, vcpus),
     .minimum = 1,
     .maximum = DOMAIN_VCPUS},
    {.name = "cap",
     .kind = OPTION_NUMBER,
     .offset = offsetof(struct module_options, cap),
     .minimum = 1,
     .maximum = 100},
    {.name = "cpus",
     .kind = OPTION_TEXT,
     .offset = offsetof(struct module_options, processors),
     .size = sizeof(((struct module_options *)0)->processors)},
    {.name = "share",
     .kind = OPTION_TEXT,
     .offset = offsetof(struct module_options, share),
     .size = sizeof(((struct module_options *)0)->share)},
    {.name = "mode",
     .kind = OPTION_CHOICE,
     .offset = offsetof(struct module_options, mode),
     .choices = mode_words},
};

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

bool boot_options_read(const char *line, struct boot_options *options, char *error, size_t error_size)
{
    *options =
        (struct boot_options){.console = CONSOLE_BOTH, .log_level = LOG_INFO, .on_exit = ON_EXIT_POWEROFF};
    return options_read(line, boot_table, COUNT(boot_table), options, NULL, error, error_size);
}

bool module_options_read(const char *line, struct module_options *options, char *error, size_t error_size)
{
    *options = (struct module_options){.memory = MEMORY_DEFAULT,
                                       .vcpus = 1,
                                       .weight = WEIGHT_DEFAULT,
                                       .mode = PV_MODE_HYPERCALL,
                                       .arguments = ""};
    return options_read(line, module_table, COUNT(module_table), options, &options->arguments, error,
                        error_size);
}

/* A decimal number at the front of a text; false if there is none below a limit. */
static bool number_take(const char **text, uint32_t limit, uint32_t *number)
{
    const char *start = *text;

    for (*number = 0; **text >= '0' && **text <= '9' && *number < limit; ++*text) {
        *number = *number * 10 + (uint32_t)(**text - '0');
    }
    return *text != start && *number < limit;
}

bool processors_option_read(const char *text, uint32_t count, uint64_t *set)
{
    uint32_t first, last;

    for (*set = 0;; text++) {
        if (!number_take(&text, PROCESSOR_LIMIT, &first)) {
            return false;
        }
        last = first;
        if (*text == '-' && (text++, !number_take(&text, PROCESSOR_LIMIT, &last) || last < first)) {
            return false;
        }
        *set |= UINT64_MAX >> (63 - (last - first)) << first;
        if (*text != ',') {
            break;
        }
    }
    *set &= UINT64_MAX >> (64 - count);
    return *text == '\0' && *set != 0;
}
