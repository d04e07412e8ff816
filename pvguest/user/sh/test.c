// SPDX-License-Identifier: MIT
/*
 * test and [ (IEEE Std 1003.1-2017, XCU test), with -a, -o, ! and parentheses at any length. By recursive
 * descent over the words; a word that stands where an operator could is one only if what it needs follows.
 */
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "builtin.h"
#include "shell.h"

struct expression {
    char **next;
    char **end;
    const char *wrong; // what does not fit, or NULL
};

static bool or_test(struct expression *expression);

static size_t words_left(const struct expression *expression)
{
    return (size_t)(expression->end - expression->next);
}

static bool word_is(const struct expression *expression, const char *word)
{
    return words_left(expression) > 0 && strcmp(*expression->next, word) == 0;
}

static bool file_test(char letter, const char *path)
{
    struct stat status;

    if (stat(path, &status) < 0)
        return false;
    switch (letter) {
    case 'd':
        return S_ISDIR(status.st_mode);
    case 'f':
        return S_ISREG(status.st_mode);
    case 'c':
        return S_ISCHR(status.st_mode);
    case 's':
        return status.st_size > 0;
    case 'r':
        return access(path, R_OK) == 0;
    case 'w':
        return access(path, W_OK) == 0;
    case 'x':
        return access(path, X_OK) == 0;
    default:
        return true;
    }
}

static bool unary_test(char letter, const char *word)
{
    if (letter == 'n' || letter == 'z')
        return (*word == '\0') == (letter == 'z');
    if (letter == 't')
        return isatty((int)strtol(word, NULL, 10));
    return file_test(letter, word);
}

static int64_t number_read(struct expression *expression, const char *word)
{
    char *end;
    int64_t number = strtoll(word, &end, 10);

    if (end == word || *end != '\0')
        expression->wrong = word;
    return number;
}

static bool newer(const char *a, const char *b)
{
    struct stat first;
    struct stat second;

    return stat(a, &first) == 0 && (stat(b, &second) < 0 || first.st_mtime > second.st_mtime);
}

enum comparison { SAME, DIFFERENT, BEFORE, AFTER, NEWER, EQ, NE, LT, LE, GT, GE, NO_COMPARISON };
static const char *const comparisons[NO_COMPARISON] = {
    [SAME] = "=", [DIFFERENT] = "!=", [BEFORE] = "<", [AFTER] = ">", [NEWER] = "-nt", [EQ] = "-eq",
    [NE] = "-ne", [LT] = "-lt",       [LE] = "-le",   [GT] = "-gt",  [GE] = "-ge",
};

static enum comparison comparison_find(const char *word)
{
    int i = 0;

    while (i < NO_COMPARISON && strcmp(comparisons[i], word) != 0)
        i++;
    return (enum comparison)i;
}

static bool numbers_compare(enum comparison comparison, int64_t a, int64_t b)
{
    switch (comparison) {
    case EQ:
        return a == b;
    case NE:
        return a != b;
    case LT:
        return a < b;
    case LE:
        return a <= b;
    case GT:
        return a > b;
    default:
        return a >= b;
    }
}

static bool binary_test(struct expression *expression, const char *a, enum comparison comparison,
                        const char *b)
{
    switch (comparison) {
    case SAME:
        return strcmp(a, b) == 0;
    case DIFFERENT:
        return strcmp(a, b) != 0;
    case BEFORE:
        return strcmp(a, b) < 0;
    case AFTER:
        return strcmp(a, b) > 0;
    case NEWER:
        return newer(a, b);
    default:
        return numbers_compare(comparison, number_read(expression, a), number_read(expression, b));
    }
}

static bool primary_test(struct expression *expression)
{
    char **words = expression->next;
    size_t left = words_left(expression);

    if (left >= 3 && comparison_find(words[1]) != NO_COMPARISON) {
        expression->next += 3;
        return binary_test(expression, words[0], comparison_find(words[1]), words[2]);
    }
    if (left >= 2 && words[0][0] == '-' && words[0][1] != '\0' &&
        strchr("cdefnrstwxz", words[0][1]) != NULL && words[0][2] == '\0') {
        expression->next += 2;
        return unary_test(words[0][1], words[1]);
    }
    if (left == 0) {
        expression->wrong = "a word is missing";
        return false;
    }
    expression->next++;
    return *words[0] != '\0';
}

static bool not_test(struct expression *expression)
{
    size_t left = words_left(expression);

    if (left >= 2 && word_is(expression, "!") && comparison_find(expression->next[1]) == NO_COMPARISON) {
        expression->next++;
        return !not_test(expression);
    }
    if (left >= 3 && word_is(expression, "(") && comparison_find(expression->next[1]) == NO_COMPARISON) {
        expression->next++;
        bool result = or_test(expression);

        if (!word_is(expression, ")"))
            expression->wrong = "`)' is missing";
        else
            expression->next++;
        return result;
    }
    return primary_test(expression);
}

static bool and_test(struct expression *expression)
{
    bool result = not_test(expression);

    while (word_is(expression, "-a")) {
        expression->next++;
        bool right = not_test(expression);

        result = result && right;
    }
    return result;
}

static bool or_test(struct expression *expression)
{
    bool result = and_test(expression);

    while (word_is(expression, "-o")) {
        expression->next++;
        bool right = and_test(expression);

        result = result || right;
    }
    return result;
}

int builtin_test(int argc, char **argv)
{
    bool bracket = strcmp(argv[0], "[") == 0;
    struct expression expression = {.next = argv + 1, .end = argv + argc - bracket};

    if (bracket && (argc < 2 || strcmp(argv[argc - 1], "]") != 0)) {
        shell_error("[: `]' is missing");
        return STATUS_USAGE;
    }
    if (words_left(&expression) == 0)
        return STATUS_ERROR;
    bool result = or_test(&expression);

    if (expression.wrong == NULL && words_left(&expression) > 0)
        expression.wrong = *expression.next;
    if (expression.wrong != NULL) {
        shell_error("%s: does not fit: %s", argv[0], expression.wrong);
        return STATUS_USAGE;
    }
    return result ? STATUS_OK : STATUS_ERROR;
}
