// SPDX-License-Identifier: MIT
// Tokens of the shell's language.
#include "lexer.h"

#include <ctype.h>
#include <string.h>

#include "arena.h"
#include "quote.h"

struct here {
    struct here *next;
    const char **text;
    const char *end;
    bool tabs;
};

// The longest that fits comes first.
static const struct {
    const char *text;
    enum token_kind kind;
} operators[] = {
    {"<<-", TOKEN_HERE_TABS}, {"&&", TOKEN_AND},  {"||", TOKEN_OR},       {";;", TOKEN_CASE_END},
    {">>", TOKEN_APPEND},     {"<<", TOKEN_HERE}, {"<&", TOKEN_LESS_AND}, {">&", TOKEN_GREATER_AND},
    {"\n", TOKEN_NEWLINE},    {"|", TOKEN_PIPE},  {";", TOKEN_SEMICOLON}, {"&", TOKEN_AMPERSAND},
    {"(", TOKEN_OPEN},        {")", TOKEN_CLOSE}, {"<", TOKEN_LESS},      {">", TOKEN_GREATER},
};

void lexer_start(struct lexer *lexer, const char *text, unsigned line)
{
    *lexer = (struct lexer){.next = text, .line = line, .start = text};
    lexer_next(lexer);
}

static void blanks_skip(struct lexer *lexer)
{
    for (;;) {
        if (*lexer->next == ' ' || *lexer->next == '\t') {
            lexer->next++;
        } else if (lexer->next[0] == '\\' && lexer->next[1] == '\n') {
            lexer->next += 2;
            lexer->line++;
        } else if (*lexer->next == '#') {
            lexer->next += strcspn(lexer->next, "\n");
        } else {
            return;
        }
    }
}

void lexer_here(struct lexer *lexer, const char **text, const char *end, bool tabs)
{
    struct here **link = &lexer->here;
    struct here *here = arena_get(sizeof *here);

    while (*link != NULL)
        link = &(*link)->next;
    *here = (struct here){.text = text, .end = end, .tabs = tabs};
    *link = here;
}

// Reads lines until the one that ends the document. The end of the text ends it too, unfinished.
static void here_read(struct lexer *lexer, const struct here *here)
{
    struct text text = {0};

    for (;;) {
        if (*lexer->next == '\0') {
            lexer->unfinished = true;
            return;
        }
        const char *line = here->tabs ? lexer->next + strspn(lexer->next, "\t") : lexer->next;
        size_t length = strcspn(line, "\n");

        lexer->next = line + length + (line[length] == '\n');
        lexer->line++;
        if (length == strlen(here->end) && memcmp(line, here->end, length) == 0)
            break;
        text_append(&text, line, length);
        text_add(&text, '\n');
    }
    *here->text = text_string(&text);
}

static bool operator_read(struct lexer *lexer)
{
    for (size_t i = 0; i < sizeof operators / sizeof *operators; i++) {
        size_t length = strlen(operators[i].text);

        if (strncmp(lexer->next, operators[i].text, length) == 0) {
            lexer->kind = operators[i].kind;
            lexer->next += length;
            return true;
        }
    }
    return false;
}

static void newline_read(struct lexer *lexer)
{
    lexer->line++;
    for (; lexer->here != NULL && !lexer->unfinished; lexer->here = lexer->here->next)
        here_read(lexer, lexer->here);
}

static void word_read(struct lexer *lexer)
{
    const char *p = lexer->next;
    bool digits = true;

    while (p != NULL && *p != '\0' && strchr(" \t\n|&;()<>", *p) == NULL) {
        digits &= isdigit((unsigned char)*p) != 0;
        p = quote_skip(p);
    }
    if (p == NULL) {
        lexer->kind = TOKEN_END;
        lexer->unfinished = true;
        return;
    }
    for (const char *c = lexer->next; c < p; c++)
        lexer->line += *c == '\n';
    lexer->next = p;
    lexer->kind = digits && (*p == '<' || *p == '>') ? TOKEN_NUMBER : TOKEN_WORD;
}

void lexer_next(struct lexer *lexer)
{
    lexer->before = lexer->start + lexer->length;
    blanks_skip(lexer);
    lexer->start = lexer->next;
    if (*lexer->next == '\0' || lexer->unfinished)
        lexer->kind = TOKEN_END;
    else if (!operator_read(lexer))
        word_read(lexer);
    lexer->length = lexer->kind == TOKEN_END ? 0 : (size_t)(lexer->next - lexer->start);
    if (lexer->kind == TOKEN_NEWLINE)
        newline_read(lexer);
}

bool lexer_at(const struct lexer *lexer, const char *word)
{
    return lexer->kind == TOKEN_WORD && strlen(word) == lexer->length &&
           memcmp(lexer->start, word, lexer->length) == 0;
}
