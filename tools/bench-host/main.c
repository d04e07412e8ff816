// SPDX-License-Identifier: MIT
/*
 * bench-host: what one validated entry of a page table costs on the processor at hand. It runs the
 * hypervisor's own memory manager, compiled as for the hypervisor, on memory of its own (mm_machine.h), once
 * on tables and frames that stay in the processor's caches and once on more than fit there.
 *
 * It judges no figure; it exits with 0 if all operations did what they should. tools/README.md says what they
 * mean.
 */
#include "tools/bench-host/fail.h"
#include "tools/bench-host/operation.h"
#include "tools/bench-host/processor.h"
#include "tools/bench-host/report.h"

#include <getopt.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#define SETS         2
#define FIGURES_MOST 8

struct options {
    unsigned long megabytes;
    const char *json;
};

void fail(const char *format, ...)
{
    va_list arguments;

    fputs("bench-host: ", stderr);
    va_start(arguments, format);
    vfprintf(stderr, format, arguments);
    va_end(arguments);
    fputc('\n', stderr);
    exit(1);
}

static _Noreturn void help_print(FILE *stream, int status)
{
    fputs("usage: bench-host [--size MEGABYTES] [--json FILE]\n"
          "Measures the time that the memory manager takes to check and change an entry, on this processor.\n"
          "  --size MEGABYTES  tables and frame table of the larger working set, at least 64: the power\n"
          "                    of two that is not above (1024); a quarter as much is needed beside\n"
          "  --json FILE       where the figures go (build/bench-host.json)\n",
          stream);
    exit(status);
}

static unsigned long size_read(const char *word)
{
    char *end;
    unsigned long size = strtoul(word, &end, 10);

    if (*end != '\0' || size < 64 || size > 1 << 20)
        help_print(stderr, 2);
    return size;
}

static struct options options_read(int count, char **words)
{
    static const struct option long_options[] = {{"size", required_argument, NULL, 's'},
                                                 {"json", required_argument, NULL, 'j'},
                                                 {"help", no_argument, NULL, 'h'},
                                                 {NULL, 0, NULL, 0}};
    struct options options = {1024, "build/bench-host.json"};
    int letter;

    while ((letter = getopt_long(count, words, "", long_options, NULL)) != -1) {
        if (letter == 's')
            options.megabytes = size_read(optarg);
        else if (letter == 'j')
            options.json = optarg;
        else
            help_print(letter == 'h' ? stdout : stderr, letter == 'h' ? 0 : 2);
    }
    if (optind != count)
        help_print(stderr, 2);
    return options;
}

/*
 * Half for tables of 4 KiB, half for the frame table with its 16 bytes for each frame, and an operation for
 * each line of 64 bytes of either.
 */
static struct working_set larger_set(unsigned long megabytes)
{
    unsigned bits = 63u - (unsigned)__builtin_clzl(megabytes / 2 << 20);

    return (struct working_set){
        .name = "exceeds", .table_bits = bits - 12, .data_bits = bits - 4, .operation_bits = bits - 6};
}

int main(int count, char **words)
{
    struct options options = options_read(count, words);
    struct figures figures[FIGURES_MOST];
    size_t measured = 0;
    struct working_set sets[SETS] = {
        {.name = "fits", .table_bits = 2, .data_bits = 10, .operation_bits = 9},
        larger_set(options.megabytes),
    };
    struct processor_facts facts = processor_ask();

    report_where(&facts);
    fflush(stdout);
    machine_map(&sets[SETS - 1]);
    for (size_t set = 0; set < SETS; set++) {
        for (size_t i = 0; i < operation_count; i++)
            figures[measured++] = operation_measure(&operations[i], &sets[set], facts.ticks_per_ns);
    }
    report_print(figures, measured);
    report_write(&facts, figures, measured, options.json);
    return 0;
}
