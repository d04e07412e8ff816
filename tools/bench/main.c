// SPDX-License-Identifier: MIT
/*
 * bench: boots the image in QEMU with one tick of the TSC for each instruction, reads the figures that the
 * guests print, shows them as a table beside budgets.def, and writes them as JSON.
 *
 * It exits with 0 only if every operation was measured, repeatably, within its budget, on the image that was
 * asked for. tools/README.md says what the figures mean.
 */
#include "tools/bench/emulator.h"
#include "tools/bench/fail.h"
#include "tools/bench/growth.h"
#include "tools/bench/operation.h"
#include "tools/bench/report.h"

#include <errno.h>
#include <getopt.h>
#include <libgen.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct options {
    const char *image;
    const char *emulator;
    const char *json;
};

/* The image's menu entries that measure. The first is one with a hypervisor, which tells the image's
 * identity. */
static const struct boot {
    const char *entry;
    size_t guests; /* that say when they have finished */
    bool native;
    const char *processors;
} boots[] = {
    {"bench", 2, false, "1"},
    {"nativebench", 1, true, "1"},
    {"pairbench", 1, false, "1"},
    {"pairbench-apart", 1, false, "2"},
    {"systembench-hypercall", 1, false, "1"},
    {"systembench-trap", 1, false, "1"},
    {"systembench-native", 1, true, "1"},
};

void fail(const char *format, ...)
{
    va_list arguments;

    fputs("bench: ", stderr);
    va_start(arguments, format);
    vfprintf(stderr, format, arguments);
    va_end(arguments);
    fputc('\n', stderr);
    exit(1);
}

/* Whether a file contains this text. */
static bool file_contains(const char *path, const char *text)
{
    static char bytes[1 << 22];
    FILE *file = fopen(path, "r");

    if (file == NULL)
        fail("%s, with which the image is compared: %s", path, strerror(errno));
    size_t size = fread(bytes, 1, sizeof bytes, file);
    fclose(file);
    return memmem(bytes, size, text, strlen(text)) != NULL;
}

/*
 * The hypervisor prints an identity, and the ELF file that was just built contains it, or the image is an old
 * one.
 */
static void identity_check(const struct reading *reading, const char *image)
{
    char folder[PATH_MAX];
    char path[PATH_MAX + 16];
    char identity[128];

    if (sscanf(reading->greeting, "%*[^,], build %127[0-9a-f]", identity) != 1)
        fail("the hypervisor does not say which build it is: %s", reading->greeting);
    snprintf(folder, sizeof folder, "%s", image);
    snprintf(path, sizeof path, "%s/hv.elf", dirname(folder));
    if (!file_contains(path, identity))
        fail("%s was not made from %s: it calls itself %s", image, path, reading->greeting);
}

static _Noreturn void help_print(FILE *stream, int status)
{
    fputs("usage: bench [--iso FILE] [--qemu PROGRAM] [--json FILE]\n"
          "Measures the operations of tools/bench/budgets.def, in instructions, in every mode.\n"
          "  --iso FILE       image to boot, beside the hv.elf that it was made from (build/paravane.iso)\n"
          "  --qemu PROGRAM   emulator (qemu-system-x86_64)\n"
          "  --json FILE      where the figures go (build/bench.json)\n"
          "Exits with 1 if a budget is broken, an operation is missing, or something else went wrong.\n",
          stream);
    exit(status);
}

static struct options options_read(int count, char **words)
{
    static const struct option long_options[] = {{"iso", required_argument, NULL, 'i'},
                                                 {"qemu", required_argument, NULL, 'q'},
                                                 {"json", required_argument, NULL, 'j'},
                                                 {"help", no_argument, NULL, 'h'},
                                                 {NULL, 0, NULL, 0}};
    struct options options = {"build/paravane.iso", "qemu-system-x86_64", "build/bench.json"};
    int letter;

    while ((letter = getopt_long(count, words, "", long_options, NULL)) != -1) {
        if (letter == 'i')
            options.image = optarg;
        else if (letter == 'q')
            options.emulator = optarg;
        else if (letter == 'j')
            options.json = optarg;
        else
            help_print(letter == 'h' ? stdout : stderr, letter == 'h' ? 0 : 2);
    }
    if (optind != count)
        help_print(stderr, 2);
    return options;
}

int main(int count, char **words)
{
    struct options options = options_read(count, words);
    struct reading reading = {.rows = 0};

    if (access(options.image, R_OK) != 0)
        fail("%s: %s; `make iso` builds the image", options.image, strerror(errno));
    /* Yesterday's figures must not be taken for today's when something fails on the way. */
    if (remove(options.json) != 0 && errno != ENOENT)
        fail("%s: %s", options.json, strerror(errno));
    const char *version = emulator_version(options.emulator);
    printf("Measuring %s in %s\n", options.image, version);
    fflush(stdout);
    for (size_t i = 0; i < sizeof boots / sizeof *boots; i++) {
        reading.native = boots[i].native;
        struct machine machine = {options.emulator, options.image, boots[i].entry, boots[i].processors,
                                  "256"};
        emulator_run(&machine, boots[i].guests, &reading);
        identity_check(&reading, options.image);
    }
    growth_measure(options.emulator, options.image);

    struct report report = {version, reading.greeting, reading.start > 0 ? reading.start : ABSENT};
    report_print(&report);
    growth_print();
    report_write(&report, options.json);
    return operations_check() + growth_check() != 0;
}
