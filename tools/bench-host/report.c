// SPDX-License-Identifier: MIT
/*
 * The figures as text and as JSON.
 */
#include "tools/bench-host/report.h"

#include "tools/bench-host/fail.h"

#include <jansson.h>
#include <stdio.h>

#define FORMAT    1
#define BAR_WIDTH 60

void report_where(const struct processor_facts *facts)
{
    printf("%s%s, %.0f MHz, time-stamp counter %.0f MHz; caches:",
           facts->name[0] != '\0' ? facts->name : "a processor without a name",
           facts->virtual_machine ? " (virtual machine)" : "", facts->clock_mhz, facts->ticks_per_ns * 1000);
    for (unsigned level = 1; level <= 3; level++)
        printf(" L%u %lu KiB", level, (unsigned long)facts->cache_bytes[level] / 1024);
    printf("\nSamples of %d entries each; nanoseconds for one entry, an empty loop subtracted.\n\n", BLOCK);
}

static void row_print(const struct figures *figures)
{
    const struct distribution *of = &figures->distribution;

    printf("%-12s %-8s %9lu %8zu %7.2f %7.2f %7.2f %7.2f %9.2f %7.2f\n", figures->operation, figures->set,
           (unsigned long)figures->bytes / 1024, of->samples, of->least, of->median, of->ninetieth,
           of->ninety_ninth, of->most, figures->empty_ns);
}

static void histogram_print(const struct figures *figures)
{
    const struct distribution *of = &figures->distribution;
    size_t most = 1;

    printf("\n%s, %s\n", figures->operation, figures->set);
    for (unsigned row = 0; row < HISTOGRAM_ROWS; row++)
        most = of->histogram[row] > most ? of->histogram[row] : most;
    for (unsigned row = 0; row < HISTOGRAM_ROWS; row++) {
        int width = (int)((of->histogram[row] * BAR_WIDTH + most - 1) / most);

        printf("%9.2f%s %7zu |%.*s\n", of->histogram_start + row * of->histogram_step,
               row + 1 == HISTOGRAM_ROWS ? "+" : " ", of->histogram[row], width,
               "############################################################");
    }
}

void report_print(const struct figures *figures, size_t count)
{
    puts("operation    set            KiB  samples     min  median     p90     p99       max   empty");
    for (size_t i = 0; i < count; i++)
        row_print(&figures[i]);
    for (size_t i = 0; i < count; i++)
        histogram_print(&figures[i]);
}

static json_t *histogram_json(const struct distribution *of)
{
    json_t *rows = json_array();

    for (unsigned row = 0; row < HISTOGRAM_ROWS; row++)
        json_array_append_new(rows, json_integer((json_int_t)of->histogram[row]));
    return json_pack("{s:f s:f s:o}", "start_ns", of->histogram_start, "step_ns", of->histogram_step, "rows",
                     rows);
}

static json_t *row_json(const struct figures *figures)
{
    const struct distribution *of = &figures->distribution;

    return json_pack("{s:s s:s s:I s:i s:I s:f s:f s:f s:f s:f s:f s:o}", "op", figures->operation,
                     "working_set", figures->set, "bytes", (json_int_t)figures->bytes, "block", BLOCK,
                     "samples", (json_int_t)of->samples, "min_ns", of->least, "median_ns", of->median,
                     "p90_ns", of->ninetieth, "p99_ns", of->ninety_ninth, "max_ns", of->most, "empty_ns",
                     figures->empty_ns, "histogram", histogram_json(of));
}

void report_write(const struct processor_facts *facts, const struct figures *figures, size_t count,
                  const char *path)
{
    json_t *rows = json_array(), *caches = json_array();

    for (unsigned level = 1; level <= 3; level++)
        json_array_append_new(caches, json_integer((json_int_t)facts->cache_bytes[level]));
    for (size_t i = 0; i < count; i++)
        json_array_append_new(rows, row_json(&figures[i]));
    json_t *where =
        json_pack("{s:s s:b s:f s:f s:o s:s}", "processor", facts->name, "virtual_machine",
                  facts->virtual_machine, "clock_mhz", facts->clock_mhz, "counter_mhz",
                  facts->ticks_per_ns * 1000, "cache_bytes", caches, "unit", "nanoseconds for one entry");
    json_t *all = json_pack("{s:i s:o s:o}", "format", FORMAT, "where", where, "rows", rows);
    if (all == NULL || json_dump_file(all, path, JSON_INDENT(2) | JSON_REAL_PRECISION(6)) != 0)
        fail("%s cannot be written", path);
    json_decref(all);
}
