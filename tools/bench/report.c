// SPDX-License-Identifier: MIT
/*
 * The table and the JSON file of all operations that were measured.
 */
#include "tools/bench/report.h"

#include "abi/call.h"
#include "tools/bench/fail.h"
#include "tools/bench/growth.h"
#include "tools/bench/operation.h"

#include <jansson.h>
#include <stdio.h>

#define FORMAT 1

/* A number as text, for as long as it takes to print one line; a dash where it is not known. */
static const char *number(long value)
{
    static char texts[8][24];
    static unsigned int next;
    char *text = texts[next++ % 8];

    if (value < 0)
        return "-";
    snprintf(text, sizeof texts[0], "%ld", value);
    return text;
}

/* A count of a sample as text, for the operation done once. */
static const char *count(const struct figures *figures, long value)
{
    static char texts[8][24];
    static unsigned int next;
    char *text = texts[next++ % 8];

    if (value < 0 || value % figures->batch == 0)
        return number(value < 0 ? value : value / figures->batch);
    snprintf(text, sizeof texts[0], "%.2f", (double)value / (double)figures->batch);
    return text;
}

/* How many times what it takes in another mode; negative where there is nothing to compare. */
static double ratio(const struct operation *operation, int mode, int other)
{
    long base = operation->figures[other].ticks;

    if (mode == other || mode == MODE_NATIVE || !operation->measured[other] || base <= 0)
        return -1;
    return (double)operation->figures[mode].ticks / (double)base;
}

/* A ratio as text, or a dash. */
static const char *ratio_text(const struct operation *operation, int mode, int other)
{
    static char texts[4][24];
    static unsigned int next;
    char *text = texts[next++ % 4];
    double value = ratio(operation, mode, other);

    if (value < 0)
        return "-";
    snprintf(text, sizeof texts[0], "%.2f", value);
    return text;
}

/* How many instructions more than on the bare machine, as text; a dash where that is not known. */
static const char *over_text(const struct operation *operation, int mode)
{
    static char text[24];

    if (ratio(operation, mode, MODE_NATIVE) < 0)
        return "-";
    snprintf(text, sizeof text, "%ld",
             operation->figures[mode].ticks - operation->figures[MODE_NATIVE].ticks);
    return text;
}

static void row_print(const struct operation *operation, int mode)
{
    const struct figures *figures = &operation->figures[mode];

    printf("%-22s %-10s %12s %9s %6s %6s %7s %7s", operation->name, mode_names[mode], number(figures->ticks),
           count(figures, figures_crossings(figures)), count(figures, figures->root_loads),
           count(figures, figures->msr_writes), count(figures, figures->locked),
           number(operation_allowed(operation, mode)));
    printf(" %9s %9s %12s\n", over_text(operation, mode), ratio_text(operation, mode, MODE_NATIVE),
           ratio_text(operation, mode, MODE_HYPERCALL));
}

void report_print(const struct report *report)
{
    puts(
        "operation              mode       instructions crossings  roots   MSRs  locked  allowed   -native   /native   /hypercall");
    for (size_t i = 0; i < operation_count; i++) {
        for (int mode = 0; mode < MODES; mode++) {
            if (operations[i].measured[mode])
                row_print(&operations[i], mode);
        }
    }
    if (report->start != ABSENT)
        printf("The hypervisor took %ld instructions from its entry until the guests ran.\n", report->start);
    puts("Instruction counts of QEMU's software emulation, not time; tools/README.md says what they mean.");
}

/* A number, or null where it is not known. */
static json_t *figure(long value)
{
    return value < 0 ? json_null() : json_integer(value);
}

/* A count of a sample, for the operation done once: not always a whole number. */
static json_t *count_json(const struct figures *figures, long value)
{
    if (value < 0 || value % figures->batch == 0)
        return figure(value < 0 ? value : value / figures->batch);
    return json_real((double)value / (double)figures->batch);
}

static json_t *ratio_json(const struct operation *operation, int mode, int other)
{
    double value = ratio(operation, mode, other);

    return value < 0 ? json_null() : json_real(value);
}

static json_t *row_json(const struct operation *operation, int mode)
{
    const struct figures *figures = &operation->figures[mode];

    return json_pack(
        "{s:s s:s s:o s:o s:o s:o s:o s:o s:o s:o s:o s:o s:o s:o s:o s:o}", "op", operation->name, "mode",
        mode_names[mode], "instructions", figure(figures->ticks), "median", figure(figures->median),
        "samples", figure(figures->samples), "batch", figure(figures->batch), "ring_crossings",
        count_json(figures, figures_crossings(figures)), "calls", count_json(figures, figures->calls),
        "traps", count_json(figures, figures->traps), "emulated", count_json(figures, figures->emulated),
        "root_loads", count_json(figures, figures->root_loads), "msr_writes",
        count_json(figures, figures->msr_writes), "locked", count_json(figures, figures->locked), "budget",
        figure(operation_allowed(operation, mode)), "ratio_to_native",
        ratio_json(operation, mode, MODE_NATIVE), "ratio_to_hypercall",
        ratio_json(operation, mode, MODE_HYPERCALL));
}

static json_t *rows_json(void)
{
    json_t *rows = json_array();

    for (size_t i = 0; i < operation_count; i++) {
        for (int mode = 0; mode < MODES; mode++) {
            if (operations[i].measured[mode])
                json_array_append_new(rows, row_json(&operations[i], mode));
        }
    }
    return rows;
}

void report_write(const struct report *report, const char *path)
{
    char version[32];

    snprintf(version, sizeof version, "%d.%d", PV_VERSION_MAJOR, PV_VERSION_MINOR);
    json_t *where = json_pack("{s:s s:s s:s s:s s:s s:s}", "emulator", report->emulator, "arguments",
                              "-accel tcg -icount shift=0 -cpu max", "hypervisor", report->greeting, "abi",
                              version, "tick", "one instruction", "counts", "instruction counts, not time");
    json_t *all = json_pack("{s:i s:o s:o s:o s:o}", "format", FORMAT, "where", where, "start_instructions",
                            figure(report->start), "rows", rows_json(), "growth", growth_json());
    if (all == NULL || json_dump_file(all, path, JSON_INDENT(2)) != 0)
        fail("%s cannot be written", path);
    json_decref(all);
}
