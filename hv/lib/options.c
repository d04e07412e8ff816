// SPDX-License-Identifier: MIT
// The reader of command lines. A `struct word` is one word of the line, not terminated; messages show it as
// it was written, cut to a length that leaves room for what is expected instead.
#include "lib/options.h"

#include "lib/print.h"
#include "lib/string.h"

#include <stdarg.h>

#define SHOWN_MAX 40 // characters of a wrong word that a message repeats

struct word {
    const char *text;
    size_t length;
};

static bool is_blank(char byte)
{
    return byte == ' ' || byte == '\t';
}

static const char *blanks_skip(const char *line)
{
    while (is_blank(*line))
        line++;
    return line;
}

static struct word word_read(const char *line)
{
    struct word word = {.text = line};

    while (line[word.length] != '\0' && !is_blank(line[word.length]))
        word.length++;
    return word;
}

static bool word_equals(struct word word, const char *text)
{
    return strlen(text) == word.length && memcmp(text, word.text, word.length) == 0;
}

// Splits `name=value`; without '=' the value is empty.
static struct word word_split(struct word word, struct word *value)
{
    struct word name = {.text = word.text};

    while (name.length < word.length && word.text[name.length] != '=')
        name.length++;
    *value = (struct word){.text = word.text + word.length};
    if (name.length < word.length) {
        value->text = name.text + name.length + 1;
        value->length = word.length - name.length - 1;
    }
    return name;
}

static int shown(struct word word)
{
    return word.length < SHOWN_MAX ? (int)word.length : SHOWN_MAX;
}

// What became of a value.
enum outcome { GOOD, MALFORMED, OUT_OF_RANGE };

// Reads decimal digits from the front of the value and takes them off it.
static enum outcome digits_read(struct word *value, uint64_t *number)
{
    enum outcome outcome = MALFORMED;

    for (*number = 0; value->length != 0 && *value->text >= '0' && *value->text <= '9';
         value->text++, value->length--) {
        unsigned int digit = (unsigned int)(*value->text - '0');

        if (outcome == MALFORMED)
            outcome = GOOD;
        if (__builtin_mul_overflow(*number, 10u, number) || __builtin_add_overflow(*number, digit, number))
            outcome = OUT_OF_RANGE;
    }
    return outcome;
}

// Reads an optional unit of a size and takes it off the value; gives the power of two.
static unsigned int unit_read(struct word *value)
{
    const char *unit = value->length != 0 ? strchr("KMGT", *value->text) : NULL;

    if (unit == NULL || *unit == '\0')
        return 0;
    value->text++;
    value->length--;
    switch (*unit) {
    case 'K':
        return 10;
    case 'M':
        return 20;
    case 'G':
        return 30;
    default:
        return 40;
    }
}

static enum outcome number_read(const struct option *option, struct word value, uint64_t *number)
{
    enum outcome outcome = digits_read(&value, number);
    unsigned int shift = option->kind == OPTION_SIZE && outcome != MALFORMED ? unit_read(&value) : 0;

    if (value.length != 0)
        return MALFORMED;
    if (outcome != GOOD)
        return outcome;
    if (*number > UINT64_MAX >> shift)
        return OUT_OF_RANGE;
    *number <<= shift;
    return *number >= option->minimum && *number <= option->maximum ? GOOD : OUT_OF_RANGE;
}

static enum outcome choice_read(const struct option *option, struct word value, uint32_t *index)
{
    for (*index = 0; option->choices[*index] != NULL; ++*index) {
        if (word_equals(value, option->choices[*index]))
            return GOOD;
    }
    return MALFORMED;
}

// Reads the value into the option's field, which is left alone unless the outcome is GOOD.
static enum outcome value_read(const struct option *option, struct word value, char *field)
{
    enum outcome outcome;
    uint64_t number;
    uint32_t index;

    switch (option->kind) {
    case OPTION_TEXT:
        if (value.length == 0 || value.length >= option->size)
            return OUT_OF_RANGE;
        memcpy(field, value.text, value.length);
        field[value.length] = '\0';
        return GOOD;
    case OPTION_CHOICE:
        outcome = choice_read(option, value, &index);
        if (outcome == GOOD)
            memcpy(field, &index, sizeof(index));
        return outcome;
    default:
        outcome = number_read(option, value, &number);
        if (outcome == GOOD)
            memcpy(field, &number, sizeof(number));
        return outcome;
    }
}

// The message being written.
struct message {
    char *text;
    size_t size;
    size_t length;
};

static void message_add(struct message *message, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static void message_add(struct message *message, const char *format, ...)
{
    va_list arguments;
    size_t room = message->size - message->length;

    va_start(arguments, format);
    size_t added = (size_t)print_vformat(message->text + message->length, room, format, arguments);
    va_end(arguments);
    message->length += added < room ? added : room - 1;
}

// A size in the largest unit that shows it exactly.
static void message_add_size(struct message *message, uint64_t size)
{
    static const char *const units[] = {"", "K", "M", "G", "T"};
    unsigned int unit = 0;

    for (; unit < 4 && size != 0 && size % 1024 == 0; unit++)
        size /= 1024;
    message_add(message, "%llu%s", (unsigned long long)size, units[unit]);
}

static void message_add_choices(struct message *message, const char *const *choices)
{
    for (size_t i = 0; choices[i] != NULL; i++) {
        const char *before = i == 0 ? "" : choices[i + 1] != NULL ? ", " : " or ";

        message_add(message, "%s%s", before, choices[i]);
    }
}

static void message_add_expected(struct message *message, const struct option *option, enum outcome outcome)
{
    message_add(message, ": expected ");
    switch (option->kind) {
    case OPTION_TEXT:
        message_add(message, "1 to %zu characters", option->size - 1);
        break;
    case OPTION_NUMBER:
        message_add(message, "a number from %llu to %llu", (unsigned long long)option->minimum,
                    (unsigned long long)option->maximum);
        break;
    case OPTION_SIZE:
        if (outcome == MALFORMED) {
            message_add(message, "a size such as 64M");
            break;
        }
        message_add_size(message, option->minimum);
        message_add(message, " to ");
        message_add_size(message, option->maximum);
        break;
    case OPTION_CHOICE:
        message_add_choices(message, option->choices);
        break;
    }
}

static const struct option *option_find(const struct option *table, size_t count, struct word name)
{
    for (size_t i = 0; i < count; i++) {
        if (word_equals(name, table[i].name))
            return &table[i];
    }
    return NULL;
}

// The reading of one line.
struct reading {
    const struct option *table;
    size_t count;
    uint64_t seen; // bit i: row i of the table was given
    char *out;
    struct message message;
};

// Reads one `name=value`; false with a message.
static bool option_read(struct reading *reading, struct word word)
{
    struct word value;
    struct word name = word_split(word, &value);
    const struct option *option = option_find(reading->table, reading->count, name);

    if (option == NULL) {
        message_add(&reading->message, "unknown option '%.*s'", shown(name), name.text);
        return false;
    }
    uint64_t bit = 1ull << (option - reading->table);

    if ((reading->seen & bit) != 0) {
        message_add(&reading->message, "%.*s: %s is given twice", shown(word), word.text, option->name);
        return false;
    }
    reading->seen |= bit;
    enum outcome outcome = value_read(option, value, reading->out + option->offset);

    if (outcome == GOOD)
        return true;
    message_add(&reading->message, "%.*s", shown(word), word.text);
    message_add_expected(&reading->message, option, outcome);
    return false;
}

bool options_read(const char *line, const struct option *table, size_t count, void *out, const char **rest,
                  char *error, size_t error_size)
{
    struct reading reading = {
        .table = table, .count = count, .out = out, .message = {.text = error, .size = error_size}};
    struct word word;

    if (rest != NULL)
        *rest = "";
    for (line = blanks_skip(line); *line != '\0'; line = blanks_skip(line + word.length)) {
        word = word_read(line);
        if (word_equals(word, "--") && rest != NULL) {
            *rest = blanks_skip(line + word.length);
            return true;
        }
        if (!option_read(&reading, word))
            return false;
    }
    return true;
}
