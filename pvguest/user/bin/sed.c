// SPDX-License-Identifier: MIT
// sed: edits the lines of the files that pass by. Commands, each with up to two addresses (a number, $ or
// /PATTERN/) in front: p prints, d deletes, q ends, = prints the line's number, s/PATTERN/TEXT/ replaces the
// first match, with g all of them, with p it prints then; ! behind the addresses takes the other lines.
// Commands are separated by ; or newlines.
#include "program.h"

#include <stdlib.h>
#include <string.h>

#include "escape.h"
#include "line.h"
#include "pattern.h"

enum { COMMANDS_MOST = 64 };

struct address {
    uint64_t number; // of the line
    char *pattern;
    char kind; // 0 none, # a number, $ the last line, / a pattern
};

struct command {
    char *pattern; // of s
    char *text;
    struct address first;
    struct address last; // of a range
    bool inside;         // the range
    bool inverted;       // !
    char name;
    bool all;
    bool print;
};

static bool quiet;
static const char *script;

static const struct program_option options[] = {{'n', .flag = &quiet}, {'e', .text = &script}, {0}};

static struct command commands[COMMANDS_MOST];
static size_t count;

// The line to work on, and the one after it: whether a line is the last is known only when there is no other.
static struct line line;
static struct line next;
static uint64_t number;
static bool last;
static bool ended;

static _Noreturn void script_wrong(const char *reason)
{
    program_complain(script, reason);
    exit(1);
}

// Takes the text up to the delimiter, or the script's end if that is allowed. A delimiter with a backslash is
// a part of it. Moves *at behind the delimiter.
static char *part_take(const char **at, char delimiter)
{
    char *part = program_allocate(strlen(*at) + 1, 1);
    size_t length = 0;

    for (; **at != delimiter; ++*at) {
        if (!**at)
            script_wrong("a delimiter is missing");
        if ((*at)[0] == '\\' && (*at)[1] == delimiter)
            ++*at;
        else if ((*at)[0] == '\\' && (*at)[1])
            part[length++] = *(*at)++;
        part[length++] = **at;
    }
    ++*at;
    return part;
}

static char *pattern_take(const char **at, char delimiter)
{
    char *pattern = part_take(at, delimiter);
    const char *wrong = pattern_wrong(pattern);

    if (wrong)
        script_wrong(wrong);
    return pattern;
}

static struct address address_take(const char **at)
{
    struct address address = {.kind = 0};

    if (**at >= '0' && **at <= '9') {
        char *end = NULL;

        address = (struct address){.kind = '#', .number = strtoull(*at, &end, 10)};
        *at = end;
    } else if (**at == '$') {
        address.kind = *(*at)++;
    } else if (**at == '/') {
        address.kind = *(*at)++;
        address.pattern = pattern_take(at, '/');
    }
    return address;
}

static void substitution_take(const char **at, struct command *command)
{
    char delimiter = *(*at)++;

    if (!delimiter || delimiter == '\n' || delimiter == '\\')
        script_wrong("a delimiter is missing");
    command->pattern = pattern_take(at, delimiter);
    command->text = part_take(at, delimiter);
    for (; **at == 'g' || **at == 'p'; ++*at) {
        command->all = command->all || **at == 'g';
        command->print = command->print || **at == 'p';
    }
}

static void command_take(const char **at, struct command *command)
{
    command->first = address_take(at);
    if (command->first.kind && **at == ',') {
        ++*at;
        command->last = address_take(at);
        if (!command->last.kind)
            script_wrong("an address is missing");
    }
    *at += strspn(*at, " ");
    if (**at == '!') {
        command->inverted = true;
        ++*at;
    }
    command->name = **at;
    if (!command->name || !strchr("pdqs=", command->name))
        script_wrong("unknown command");
    ++*at;
    if (command->name == 's')
        substitution_take(at, command);
}

static void script_read(void)
{
    const char *at = script + strspn(script, " ;\n");

    while (*at) {
        if (count == COMMANDS_MOST)
            script_wrong("too many commands");
        command_take(&at, &commands[count++]);
        at += strspn(at, " ");
        if (*at && *at != ';' && *at != '\n')
            script_wrong("something stands behind a command");
        at += strspn(at, " ;\n");
    }
}

static bool address_matches(const struct address *address)
{
    if (address->kind == '#')
        return number == address->number;
    if (address->kind == '$')
        return last;
    return pattern_find(address->pattern, line.text, 0, false, NULL);
}

// Whether the command is for this line; keeps account of whether its range has begun.
static bool command_applies(struct command *command)
{
    bool applies = true;

    if (command->inside) {
        command->inside =
            command->last.kind == '#' ? number < command->last.number : !address_matches(&command->last);
    } else if (command->first.kind) {
        applies = address_matches(&command->first);
        command->inside =
            applies && command->last.kind && !(command->last.kind == '#' && number >= command->last.number);
    }
    return applies != command->inverted;
}

// Adds the replacement of a match: & is the match, \n a newline.
static void replacement_add(struct line *result, const char *text, const struct match *match)
{
    while (*text) {
        if (*text == '&') {
            line_append(result, line.text + match->start, match->length);
            text++;
        } else {
            char byte = 0;

            text += text[0] == '\\' && text[1] == '&';
            byte = (char)escape_read(&text);
            line_append(result, &byte, 1);
        }
    }
}

// Replaces matches in the line. Returns whether there was one.
static bool substitute(const struct command *command)
{
    struct line result = {0};
    struct match match = {0};
    size_t from = 0;
    bool found = false;

    while ((command->all || !found) && pattern_find(command->pattern, line.text, from, false, &match)) {
        found = true;
        line_append(&result, line.text + from, match.start - from);
        replacement_add(&result, command->text, &match);
        from = match.start + match.length;
        if (from == line.length)
            break;
        if (!match.length)
            line_append(&result, line.text + from++, 1);
    }
    if (found) {
        line_append(&result, line.text + from, line.length - from);
        line_free(&line);
        line = result;
    }
    return found;
}

// Does all commands with the line.
static void line_edit(void)
{
    bool deleted = false;

    for (size_t i = 0; i < count && !deleted && !ended; i++) {
        struct command *command = &commands[i];

        if (!command_applies(command))
            continue;
        if (command->name == 'd')
            deleted = true;
        else if (command->name == 'q')
            ended = true;
        else if (command->name == '=')
            printf("%lu\n", number);
        else if (command->name == 'p' || (substitute(command) && command->print))
            puts(line.text);
    }
    if (!deleted && !quiet)
        puts(line.text);
}

static void line_next(bool is_last)
{
    number++;
    last = is_last;
    line_edit();
}

// Works on every line as soon as the one after it has been read.
static void file_edit(FILE *file, const char *name)
{
    (void)name;
    while (!ended && line_read(&next, file)) {
        struct line swapped;

        if (line.text)
            line_next(false);
        swapped = line;
        line = next;
        next = swapped;
    }
}

int main(int argc, char **argv)
{
    (void)argc;
    argv = program_begin(argv, "[-n] SCRIPT [FILE...]", options);
    if (!script)
        script = *argv++;
    if (!script)
        program_usage();
    script_read();
    program_each_file(argv, file_edit);
    if (line.text && !ended)
        line_next(true);
    return program_end();
}
