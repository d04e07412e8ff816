// SPDX-License-Identifier: MIT
/*
 * Arithmetic $((...)) (IEEE Std 1003.1-2017, XCU section 2.6.4) with 64-bit numbers that wrap around: the
 * operators of C but ++ and --, on numbers and variables. Precedence climbing over a table.
 */
#include <ctype.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "field.h"
#include "quote.h"
#include "shell.h"
#include "variable.h"

enum operation {
    OR,
    AND,
    BIT_OR,
    BIT_XOR,
    BIT_AND,
    EQ,
    NE,
    LE,
    GE,
    SHL,
    SHR,
    LT,
    GT,
    ADD,
    SUB,
    MUL,
    DIV,
    MOD
};

// The longest that fits comes first.
static const struct binary {
    const char *text;
    enum operation operation;
    int precedence;
} binaries[] = {
    {"||", OR, 1},  {"&&", AND, 2}, {"==", EQ, 6},    {"!=", NE, 6},     {"<=", LE, 7},     {">=", GE, 7},
    {"<<", SHL, 8}, {">>", SHR, 8}, {"|", BIT_OR, 3}, {"^", BIT_XOR, 4}, {"&", BIT_AND, 5}, {"<", LT, 7},
    {">", GT, 7},   {"+", ADD, 9},  {"-", SUB, 9},    {"*", MUL, 10},    {"/", DIV, 10},    {"%", MOD, 10},
};

struct reader {
    const char *next;
    const char *text;
};

static int64_t expression_read(struct reader *reader, int precedence);

static _Noreturn void reader_fail(const struct reader *reader, const char *what)
{
    shell_error("%s: %s", reader->text, what);
    shell_abort(STATUS_ERROR);
}

static void blanks_skip(struct reader *reader)
{
    reader->next += strspn(reader->next, " \t\n");
}

static int64_t variable_number(const char *name)
{
    const char *value = variable_get(name);

    return value != NULL ? strtoll(value, NULL, 0) : 0;
}

static void variable_number_set(const char *name, int64_t number)
{
    char text[24];

    snprintf(text, sizeof text, "%lld", (long long)number);
    variable_set(name, text);
}

static int64_t divided(const struct reader *reader, enum operation operation, int64_t a, int64_t b)
{
    if (b == 0)
        reader_fail(reader, "division by zero");
    if (b == -1)
        return operation == DIV ? (int64_t)(0 - (uint64_t)a) : 0;
    return operation == DIV ? a / b : a % b;
}

// Unsigned arithmetic, which wraps around where signed may not.
static int64_t operation_do(const struct reader *reader, enum operation operation, int64_t a, int64_t b)
{
    uint64_t x = (uint64_t)a;
    uint64_t y = (uint64_t)b;

    switch (operation) {
    case OR:
        return a != 0 || b != 0;
    case AND:
        return a != 0 && b != 0;
    case BIT_OR:
        return a | b;
    case BIT_XOR:
        return a ^ b;
    case BIT_AND:
        return a & b;
    case EQ:
        return a == b;
    case NE:
        return a != b;
    case LE:
        return a <= b;
    case GE:
        return a >= b;
    case LT:
        return a < b;
    case GT:
        return a > b;
    case SHL:
        return (int64_t)(x << (y & 63));
    case SHR:
        return a >> (y & 63);
    case ADD:
        return (int64_t)(x + y);
    case SUB:
        return (int64_t)(x - y);
    case MUL:
        return (int64_t)(x * y);
    default:
        return divided(reader, operation, a, b);
    }
}

// A variable; with `=` or an operator and `=` behind it, an assignment.
static int64_t name_read(struct reader *reader)
{
    const char *end = quote_skip_name(reader->next);
    const char *name = arena_text(reader->next, (size_t)(end - reader->next));

    reader->next = end;
    blanks_skip(reader);
    const char *p = reader->next;

    if (p[0] == '=' && p[1] != '=') {
        reader->next = p + 1;
        int64_t value = expression_read(reader, 0);

        variable_number_set(name, value);
        return value;
    }
    for (size_t i = 0; i < sizeof binaries / sizeof *binaries; i++) {
        size_t length = strlen(binaries[i].text);

        if (binaries[i].precedence < 8 || strncmp(p, binaries[i].text, length) != 0 || p[length] != '=')
            continue;
        reader->next = p + length + 1;
        int64_t value =
            operation_do(reader, binaries[i].operation, variable_number(name), expression_read(reader, 0));

        variable_number_set(name, value);
        return value;
    }
    return variable_number(name);
}

static int64_t parentheses_read(struct reader *reader)
{
    reader->next++;
    int64_t value = expression_read(reader, 0);

    if (*reader->next != ')')
        reader_fail(reader, "`)' expected");
    reader->next++;
    return value;
}

static int64_t operand_read(struct reader *reader)
{
    blanks_skip(reader);
    char c = *reader->next;

    if (isdigit((unsigned char)c)) {
        char *end;
        int64_t value = strtoll(reader->next, &end, 0);

        reader->next = end;
        return value;
    }
    if (quote_name_start(c))
        return name_read(reader);
    if (c == '(')
        return parentheses_read(reader);
    if (c == '\0' || strchr("+-!~", c) == NULL)
        reader_fail(reader, "a number expected");
    reader->next++;
    int64_t value = operand_read(reader);

    if (c == '-')
        return (int64_t)(0 - (uint64_t)value);
    if (c == '!')
        return value == 0;
    return c == '~' ? ~value : value;
}

static const struct binary *binary_find(struct reader *reader)
{
    blanks_skip(reader);
    for (size_t i = 0; i < sizeof binaries / sizeof *binaries; i++) {
        if (strncmp(reader->next, binaries[i].text, strlen(binaries[i].text)) == 0)
            return &binaries[i];
    }
    return NULL;
}

// What binds more strongly than `precedence`; 0 takes a condition with `?` and `:` too.
static int64_t expression_read(struct reader *reader, int precedence)
{
    int64_t value = operand_read(reader);
    const struct binary *binary;

    while ((binary = binary_find(reader)) != NULL && binary->precedence > precedence) {
        reader->next += strlen(binary->text);
        value = operation_do(reader, binary->operation, value, expression_read(reader, binary->precedence));
    }
    if (precedence == 0 && *reader->next == '?') {
        reader->next++;
        int64_t yes = expression_read(reader, 0);

        if (*reader->next != ':')
            reader_fail(reader, "`:' expected");
        reader->next++;
        int64_t no = expression_read(reader, 0);

        return value != 0 ? yes : no;
    }
    return value;
}

const char *arithmetic_text(const char *text)
{
    const char *expanded = expand_quoted(text);
    struct reader reader = {.next = expanded, .text = expanded};
    char number[24];
    int64_t value = 0;

    blanks_skip(&reader);
    if (*reader.next != '\0')
        value = expression_read(&reader, 0);
    if (*reader.next != '\0')
        reader_fail(&reader, "an operator expected");
    int length = snprintf(number, sizeof number, "%lld", (long long)value);

    return arena_text(number, (size_t)length);
}
