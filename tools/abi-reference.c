// SPDX-License-Identifier: MIT
/*
 * abi-reference: the reference of calls, errors, events and features in Markdown, made from abi/calls.def and
 * its siblings, so that it cannot say anything else than the hypervisor does.
 *
 * Without an argument it prints the reference. With a FILE it prints that file, with what stands between its
 * two marker lines replaced by the reference; the file itself is not touched.
 */
#include "abi/call.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MARKER_BEGIN "<!-- reference: begin"
#define MARKER_END   "<!-- reference: end"

struct call {
    int number;
    int since; /* minor version */
    const char *name;
    size_t count;
    const char *arguments; /* as in the table: "(address, length)" */
    const char *errors;    /* names with blanks between them, or "none" */
    const char *sentence;
};

/* A line of the other tables. */
struct entry {
    int number;
    const char *name;
    const char *sentence;
};

#define PV_CALL(number, name, count, arguments, since, errors, sentence)                                     \
    {number, since, #name, count, #arguments, errors, sentence},
static const struct call calls[] = {
#include "abi/calls.def"
};

#define PV_ERROR(number, name, sentence) {number, #name, sentence},
static const struct entry errors[] = {
#include "abi/errors.def"
};

#define PV_EVENT(number, name, sentence) {number, #name, sentence},
static const struct entry events[] = {
#include "abi/events.def"
};

#define PV_FEATURE(number, name, sentence) {number, #name, sentence},
static const struct entry features[] = {
#include "abi/features.def"
};

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

static const char *const registers[] = {"rdi", "rsi", "rdx", "r10", "r8", "r9"};

static _Noreturn void fail(const char *what, const char *why)
{
    fprintf(stderr, "abi-reference: %s: %s\n", what, why);
    exit(1);
}

static bool starts_with(const char *line, const char *beginning)
{
    return strncmp(line, beginning, strlen(beginning)) == 0;
}

/* `address` in rdi, `length` in rsi. */
static void arguments_print(const struct call *call)
{
    const char *name = call->arguments;

    if (call->count > COUNT(registers))
        fail(call->name, "it has more arguments than there are registers");
    for (size_t i = 0; i < call->count; i++) {
        name += strspn(name, "(, ");
        size_t length = strcspn(name, ",) ");
        if (length == 0)
            fail(call->name, "it names fewer arguments than it counts");
        printf("%s`%.*s` in %s", i != 0 ? ", " : "", (int)length, name, registers[i]);
        name += length;
    }
    name += strspn(name, "() ");
    if (*name != '\0')
        fail(call->name, "it names more arguments than it counts");
}

static bool error_exists(const char *name, size_t length)
{
    for (size_t i = 0; i < COUNT(errors); i++) {
        if (strlen(errors[i].name) == length && memcmp(errors[i].name, name, length) == 0)
            return true;
    }
    return false;
}

static void call_errors_print(const struct call *call)
{
    const char *name = call->errors;

    if (strcmp(name, "none") == 0)
        return;
    while (*name != '\0') {
        size_t length = strcspn(name, " ");
        if (!error_exists(name, length))
            fail(call->name, "it has an error that abi/errors.def does not");
        printf("%s`%.*s`", name != call->errors ? ", " : "", (int)length, name);
        name += length;
        name += strspn(name, " ");
    }
}

static void calls_print(void)
{
    puts("### Calls\n");
    puts("| number | call | arguments | since | errors | what it does |\n|---|---|---|---|---|---|");
    for (size_t i = 0; i < COUNT(calls); i++) {
        printf("| %d | `%s` | ", calls[i].number, calls[i].name);
        arguments_print(&calls[i]);
        printf(" | %d.%d | ", PV_VERSION_MAJOR, calls[i].since);
        call_errors_print(&calls[i]);
        printf(" | %s |\n", calls[i].sentence);
    }
}

static void entries_print(const char *title, const char *column, const char *prefix,
                          const struct entry *entries, size_t count)
{
    printf("\n### %s\n\n| %s | name | meaning |\n|---|---|---|\n", title, column);
    for (size_t i = 0; i < count; i++)
        printf("| %d | `%s%s` | %s |\n", entries[i].number, prefix, entries[i].name, entries[i].sentence);
}

static void reference_print(void)
{
    calls_print();
    entries_print("Errors", "number", "PV_E_", errors, COUNT(errors));
    entries_print("Events", "bit", "PV_EVENT_", events, COUNT(events));
    entries_print("Features", "bit", "PV_FEATURE_", features, COUNT(features));
}

/* Prints a document with its part between the markers made anew. */
static void document_print(const char *path)
{
    FILE *file = fopen(path, "r");
    char *line = NULL;
    size_t room = 0;
    unsigned begins = 0, ends = 0;

    if (file == NULL)
        fail(path, strerror(errno));
    while (getline(&line, &room, file) >= 0) {
        ends += starts_with(line, MARKER_END) ? 1 : 0;
        if (ends > begins)
            break;
        if (begins == ends)
            fputs(line, stdout);
        if (starts_with(line, MARKER_BEGIN)) {
            begins++;
            puts("");
            reference_print();
            puts("");
        }
    }
    free(line);
    fclose(file);
    if (begins != 1 || ends != 1)
        fail(path,
             "it needs one line that begins with `" MARKER_BEGIN "`, and then one with `" MARKER_END "`");
}

int main(int count, char **words)
{
    if (count > 2 || (count == 2 && words[1][0] == '-')) {
        fputs("usage: abi-reference [FILE]\n", stderr);
        return 2;
    }
    if (count == 2)
        document_print(words[1]);
    else
        reference_print();
    return fflush(stdout) == 0 ? 0 : 1;
}
