// SPDX-License-Identifier: MIT
/*
 * bench: boots the image in QEMU with one tick of the TSC for each instruction, reads the lines that the
 * guests' bench prints, shows them as a table beside tools/budgets.def, and writes them as JSON.
 *
 * It exits with 0 only if every operation was measured, repeatably, within its budget, on the image that was
 * asked for. tools/README.md says what the figures mean.
 */
#include "abi/call.h"

#include <errno.h>
#include <getopt.h>
#include <jansson.h>
#include <libgen.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define DEADLINE_SECONDS 120
#define ANY              (-1L)
#define NONE             (-2L)
#define ABSENT           (-1L)

enum mode { HYPERCALL, TRAP, MODES };

static const char *const mode_names[MODES] = {"hypercall", "trap"};

/* What one line of the guest says; ABSENT where it does not. */
struct figures {
    long ticks;
    long median;
    long samples;
    long calls;
    long traps;
    long emulated;
    long root_loads;
    long msr_writes;
    long locked;
};

struct operation {
    const char *name;
    long budget[MODES];
    bool measured[MODES];
    struct figures figures[MODES];
};

#define PV_BENCH(op, hypercall, trap) {.name = #op, .budget = {hypercall, trap}},
static struct operation operations[] = {
#include "tools/budgets.def"
};
#undef PV_BENCH
#define OPERATIONS (sizeof operations / sizeof *operations)

struct options {
    const char *image;
    const char *emulator;
    const char *json;
};

/* What the run said besides the rows. */
struct run {
    char greeting[256]; /* the hypervisor's first line */
    long start;         /* instructions from its entry to the first guest's first, or ABSENT */
    size_t done;        /* guests that finished their bench */
    size_t rows;
    pid_t pid;
};

static struct run run = {.start = ABSENT};

static _Noreturn __attribute__((format(printf, 1, 2))) void fail(const char *format, ...)
{
    va_list arguments;

    if (run.pid > 0)
        kill(run.pid, SIGKILL);
    fputs("bench: ", stderr);
    va_start(arguments, format);
    vfprintf(stderr, format, arguments);
    va_end(arguments);
    fputc('\n', stderr);
    exit(1);
}

static struct operation *operation_find(const char *name)
{
    for (size_t i = 0; i < OPERATIONS; i++) {
        if (strcmp(operations[i].name, name) == 0)
            return &operations[i];
    }
    return NULL;
}

/* The number after `key=` in a line, or ABSENT. */
static long value_of(const char *line, const char *key)
{
    char field[32];
    char *end;
    const char *found;

    snprintf(field, sizeof field, " %s=", key);
    found = strstr(line, field);
    if (found == NULL)
        return ABSENT;
    errno = 0;
    long value = strtol(found + strlen(field), &end, 10);
    if (errno != 0 || end == found + strlen(field) || (*end != ' ' && *end != '\0') || value < 0)
        fail("a figure cannot be read: %s in: %s", key, line);
    return value;
}

static void row_read(const char *line, const char *fields)
{
    char domain[32];
    char name[64];
    struct operation *operation;
    int mode = 0;

    if (sscanf(line, "[%31[^]]]", domain) != 1 || sscanf(fields, " op=%63s", name) != 1)
        fail("not a row: %s", line);
    while (mode < MODES && strcmp(mode_names[mode], domain) != 0)
        mode++;
    operation = operation_find(name);
    if (mode == MODES || operation == NULL)
        fail("an unknown domain or operation: %s", line);
    if (operation->measured[mode])
        fail("measured twice: %s", line);
    operation->measured[mode] = true;
    operation->figures[mode] = (struct figures){
        .ticks = value_of(fields, "ticks"),
        .median = value_of(fields, "median"),
        .samples = value_of(fields, "samples"),
        .calls = value_of(fields, "calls"),
        .traps = value_of(fields, "traps"),
        .emulated = value_of(fields, "emulated"),
        .root_loads = value_of(fields, "root_loads"),
        .msr_writes = value_of(fields, "msr_writes"),
        .locked = value_of(fields, "locked"),
    };
    run.rows++;
}

static void line_read(const char *line)
{
    const char *at;

    if ((at = strstr(line, "(pv) Paravane")) != NULL && run.greeting[0] == '\0')
        snprintf(run.greeting, sizeof run.greeting, "%s", at + strlen("(pv) "));
    else if (sscanf(line, "(pv) started in %ld ticks", &run.start) == 1)
        return;
    else if (strstr(line, "(pv) panic") != NULL || strstr(line, "refused") != NULL)
        fail("the hypervisor said: %s", line);
    else if (strstr(line, "ended:") != NULL && strstr(line, "exit, reason 0") == NULL)
        fail("a guest ended early: %s", line);
    else if ((at = strstr(line, " bench: op=")) != NULL)
        row_read(line, at + strlen(" bench:"));
    else if (strstr(line, " bench: done") != NULL)
        run.done++;
}

/* A line of the serial port as far as it has come. */
struct reader {
    char line[512];
    size_t length;
    bool returned; /* a carriage return came: what follows, but for a line feed, writes over the line */
    enum { TEXT, ESCAPE, SEQUENCE } state;
};

/* Whether this character belongs to an escape sequence. */
static bool escape_takes(struct reader *reader, char character)
{
    bool inside = reader->state != TEXT || character == '\x1b';

    if (character == '\x1b')
        reader->state = ESCAPE;
    else if (reader->state == ESCAPE)
        reader->state = character == '[' ? SEQUENCE : TEXT;
    else if (character >= 0x40 && character <= 0x7e)
        reader->state = TEXT;
    return inside;
}

static void character_read(struct reader *reader, char character)
{
    if (escape_takes(reader, character))
        return;
    if (character == '\n') {
        line_read(reader->line);
        reader->length = 0;
    } else if (character != '\r' && reader->length + 1 < sizeof reader->line) {
        if (reader->returned)
            reader->length = 0;
        reader->line[reader->length++] = character;
    }
    reader->returned = character == '\r';
    reader->line[reader->length] = '\0';
}

static void emulator_exec(const struct options *options, int output)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    dup2(output, STDOUT_FILENO);
    execlp(options->emulator, options->emulator, "-accel", "tcg", "-icount", "shift=0", "-cpu", "max", "-m",
           "256", "-nic", "none", "-boot", "d", "-cdrom", options->image, "-smbios", "type=1,serial=bench",
           "-display", "none", "-monitor", "none", "-serial", "stdio", "-no-reboot", (char *)NULL);
    fprintf(stderr, "bench: %s: %s\n", options->emulator, strerror(errno));
    _exit(127);
}

static void progress(long seconds)
{
    if (isatty(STDERR_FILENO))
        fprintf(stderr, "\rmeasuring: %zu rows, %ld s \x1b[K", run.rows, seconds);
}

/* Ends the emulator, whose guests wait at their prompts; one that ended before they had finished says why. */
static void emulator_end(const struct options *options)
{
    bool finished = run.done == MODES;
    int status;

    if (finished)
        kill(run.pid, SIGKILL);
    waitpid(run.pid, &status, 0);
    run.pid = 0;
    if (!finished && (!WIFEXITED(status) || WEXITSTATUS(status) != 0))
        fail("%s ended with %s %d", options->emulator, WIFEXITED(status) ? "status" : "signal",
             WIFEXITED(status) ? WEXITSTATUS(status) : WTERMSIG(status));
}

/* Boots the image and reads it until every guest has finished. */
static void image_run(const struct options *options)
{
    int ends[2];
    time_t start = time(NULL);
    struct pollfd output = {.events = POLLIN};
    struct reader reader = {.length = 0};

    if (pipe(ends) != 0 || (run.pid = fork()) < 0)
        fail("%s", strerror(errno));
    if (run.pid == 0)
        emulator_exec(options, ends[1]);
    close(ends[1]);
    output.fd = ends[0];
    while (run.done < MODES) {
        char bytes[4096];
        progress(time(NULL) - start);
        if (time(NULL) - start > DEADLINE_SECONDS)
            fail("not finished after %d s, with %zu rows measured", DEADLINE_SECONDS, run.rows);
        if (poll(&output, 1, 1000) == 0)
            continue;
        ssize_t count = read(ends[0], bytes, sizeof bytes);
        if (count <= 0)
            break;
        for (ssize_t i = 0; i < count; i++)
            character_read(&reader, bytes[i]);
    }
    if (isatty(STDERR_FILENO))
        fputs("\r\x1b[K", stderr);
    close(ends[0]);
    emulator_end(options);
}

/* The hypervisor's ELF beside the image has the text of the identity that it prints: then it is the one that
 * was built. */
static void identity_check(const char *image)
{
    static char hypervisor[1 << 22];
    char folder[PATH_MAX];
    char path[PATH_MAX + 16];
    char identity[128];

    if (run.greeting[0] == '\0')
        fail("the hypervisor did not say its name");
    if (sscanf(run.greeting, "%*[^,], build %127[0-9a-f]", identity) != 1)
        fail("no identity in the hypervisor's first line: %s", run.greeting);
    snprintf(folder, sizeof folder, "%s", image);
    snprintf(path, sizeof path, "%s/hv.elf", dirname(folder));
    FILE *file = fopen(path, "r");
    if (file == NULL)
        fail("%s, with which the image is compared: %s", path, strerror(errno));
    size_t size = fread(hypervisor, 1, sizeof hypervisor, file);
    fclose(file);
    if (memmem(hypervisor, size, identity, strlen(identity)) == NULL)
        fail("%s was not made from %s: it says it is %s", image, path, run.greeting);
}

/* A figure of which the minimum and the median are far apart was disturbed: it is not a count. */
static bool figures_agree(const struct figures *figures)
{
    return figures->ticks >= 0 && figures->median >= figures->ticks &&
           figures->median <= figures->ticks + figures->ticks / 4 + 4 && figures->samples > 0;
}

static int operation_check(const struct operation *operation, int mode)
{
    const struct figures *figures = &operation->figures[mode];
    long budget = operation->budget[mode];

    if (!operation->measured[mode]) {
        if (budget != NONE)
            fprintf(stderr, "bench: %s was not measured in mode=%s\n", operation->name, mode_names[mode]);
        return budget != NONE;
    }
    if (!figures_agree(figures)) {
        fprintf(stderr, "bench: %s in mode=%s is no count: minimum %ld, median %ld of %ld samples\n",
                operation->name, mode_names[mode], figures->ticks, figures->median, figures->samples);
        return 1;
    }
    if (budget >= 0 && figures->ticks > budget) {
        fprintf(stderr, "bench: %s in mode=%s takes %ld instructions, %ld allowed\n", operation->name,
                mode_names[mode], figures->ticks, budget);
        return 1;
    }
    return 0;
}

static int results_check(void)
{
    int broken = 0;

    for (size_t i = 0; i < OPERATIONS; i++) {
        for (int mode = 0; mode < MODES; mode++)
            broken += operation_check(&operations[i], mode);
    }
    if (run.done != MODES) {
        fprintf(stderr, "bench: %zu of %d guests finished\n", run.done, MODES);
        broken++;
    }
    return broken;
}

/* Ring crossings: into the hypervisor and out again, for each call and each trap. */
static long crossings(const struct figures *figures)
{
    return figures->calls == ABSENT || figures->traps == ABSENT ? ABSENT
                                                                : 2 * (figures->calls + figures->traps);
}

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

static void row_print(const struct operation *operation, int mode)
{
    const struct figures *figures = &operation->figures[mode];

    printf("%-18s %-10s %12s %9s %6s %6s %7s %7s", operation->name, mode_names[mode], number(figures->ticks),
           number(crossings(figures)), number(figures->root_loads), number(figures->msr_writes),
           number(figures->locked), number(operation->budget[mode]));
    if (mode == TRAP && operation->measured[HYPERCALL] && operation->figures[HYPERCALL].ticks > 0)
        printf(" %14.2f", (double)figures->ticks / (double)operation->figures[HYPERCALL].ticks);
    putchar('\n');
}

static void table_print(void)
{
    puts("operation          mode       instructions crossings  roots   MSRs  locked  budget trap/hypercall");
    for (size_t i = 0; i < OPERATIONS; i++) {
        for (int mode = 0; mode < MODES; mode++) {
            if (operations[i].measured[mode])
                row_print(&operations[i], mode);
        }
    }
    if (run.start != ABSENT)
        printf("The hypervisor took %ld instructions from its entry to the first guest's first.\n",
               run.start);
    puts("Instruction counts of QEMU's software emulation, not time; tools/README.md says what they mean.");
}

/* A number, or null where it is not known. */
static json_t *figure(long value)
{
    return value < 0 ? json_null() : json_integer(value);
}

static json_t *row_json(const struct operation *operation, int mode)
{
    const struct figures *figures = &operation->figures[mode];

    return json_pack("{s:s s:s s:o s:o s:o s:o s:o s:o s:o s:o s:o s:o s:o}", "op", operation->name, "mode",
                     mode_names[mode], "instructions", figure(figures->ticks), "median",
                     figure(figures->median), "samples", figure(figures->samples), "ring_crossings",
                     figure(crossings(figures)), "calls", figure(figures->calls), "traps",
                     figure(figures->traps), "emulated", figure(figures->emulated), "root_loads",
                     figure(figures->root_loads), "msr_writes", figure(figures->msr_writes), "locked",
                     figure(figures->locked), "budget", figure(operation->budget[mode]));
}

/* The first line of what a program prints for --version. */
static const char *version_of(const char *program)
{
    static char line[256];
    char command[PATH_MAX];

    snprintf(command, sizeof command, "'%s' --version", program);
    FILE *output = popen(command, "r");
    if (output == NULL || fgets(line, sizeof line, output) == NULL)
        fail("%s does not tell its version", program);
    pclose(output);
    line[strcspn(line, "\n")] = '\0';
    return line;
}

static void json_write(const struct options *options)
{
    json_t *rows = json_array();
    char version[32];

    snprintf(version, sizeof version, "%d.%d", PV_VERSION_MAJOR, PV_VERSION_MINOR);
    for (size_t i = 0; i < OPERATIONS; i++) {
        for (int mode = 0; mode < MODES; mode++) {
            if (operations[i].measured[mode])
                json_array_append_new(rows, row_json(&operations[i], mode));
        }
    }
    json_t *report =
        json_pack("{s:i s:{s:s s:s s:s s:s s:s s:s} s:o s:o}", "format", 1, "where", "emulator",
                  version_of(options->emulator), "arguments", "-accel tcg -icount shift=0 -cpu max",
                  "hypervisor", run.greeting, "abi", version, "tick", "one instruction", "counts",
                  "instruction counts, not time", "start_instructions", figure(run.start), "rows", rows);
    if (report == NULL || json_dump_file(report, options->json, JSON_INDENT(2)) != 0)
        fail("%s cannot be written", options->json);
    json_decref(report);
}

static _Noreturn void help_print(FILE *stream, int status)
{
    fputs("usage: bench [--iso FILE] [--qemu PROGRAM] [--json FILE]\n"
          "Measures the operations of tools/budgets.def, in instructions, in every mode.\n"
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

    if (access(options.image, R_OK) != 0)
        fail("%s: %s; `make iso` builds the image", options.image, strerror(errno));
    /* Yesterday's figures must not be taken for today's when something fails on the way. */
    if (remove(options.json) != 0 && errno != ENOENT)
        fail("%s: %s", options.json, strerror(errno));
    const char *version = version_of(options.emulator);
    printf("Measuring %s in %s\n", options.image, version);
    fflush(stdout);
    image_run(&options);
    identity_check(options.image);
    table_print();
    int broken = results_check();
    json_write(&options);
    return broken != 0;
}
