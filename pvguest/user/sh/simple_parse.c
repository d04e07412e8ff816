// SPDX-License-Identifier: MIT
// Simple commands and redirections of the shell's grammar.
#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "rules.h"
#include "quote.h"

// The line that ends a here-document is the word without its quotes.
static const char *here_end(const char *word)
{
    struct text text = {0};

    for (; *word != '\0'; word++) {
        if (strchr("\\'\"", *word) == NULL)
            text_add(&text, *word);
    }
    return text_string(&text);
}

static bool redirection_parse(struct parser *parser, struct redirection ***end)
{
    struct lexer *lexer = &parser->lexer;
    bool numbered = lexer->kind == TOKEN_NUMBER;

    if (!numbered && lexer->kind < TOKEN_LESS)
        return false;
    struct redirection *redirection = arena_get(sizeof *redirection);

    if (numbered) {
        redirection->file = (int)strtol(lexer->start, NULL, 10);
        lexer_next(lexer);
    }
    redirection->kind = lexer->kind;
    if (!numbered)
        redirection->file =
            lexer->kind == TOKEN_GREATER || lexer->kind == TOKEN_APPEND || lexer->kind == TOKEN_GREATER_AND;
    lexer_next(lexer);
    if (lexer->kind != TOKEN_WORD && lexer->kind != TOKEN_NUMBER) {
        parse_fail(parser);
        return true;
    }
    redirection->word = arena_text(lexer->start, lexer->length);
    redirection->here = "";
    if (redirection->kind == TOKEN_HERE || redirection->kind == TOKEN_HERE_TABS)
        lexer_here(lexer, &redirection->here, here_end(redirection->word),
                   redirection->kind == TOKEN_HERE_TABS);
    lexer_next(lexer);
    **end = redirection;
    *end = &redirection->next;
    return true;
}

void parse_redirections(struct parser *parser, struct node *node)
{
    struct redirection **end = &node->redirections;

    while (redirection_parse(parser, &end))
        continue;
}

static bool is_assignment(const struct lexer *lexer)
{
    const char *end = quote_skip_name(lexer->start);

    return end > lexer->start && *end == '=';
}

struct node *parse_simple(struct parser *parser)
{
    struct node *node = parse_node(parser, NODE_SIMPLE);
    struct lexer *lexer = &parser->lexer;
    struct word words = {0}; // only its `next` counts
    struct word assignments = {0};
    struct word *last_word = &words;
    struct word *last_assignment = &assignments;
    struct redirection **redirections = &node->redirections;

    for (;;) {
        if (redirection_parse(parser, &redirections))
            continue;
        if (lexer->kind != TOKEN_WORD)
            break;
        if (last_word == &words && is_assignment(lexer))
            last_assignment = last_assignment->next = parse_word(parser);
        else
            last_word = last_word->next = parse_word(parser);
        node->words = words.next;
        if (lexer->kind == TOKEN_OPEN && last_word == words.next)
            return parse_function(parser, node);
    }
    node->assignments = assignments.next;
    if (node->words == NULL && node->assignments == NULL && node->redirections == NULL)
        parse_fail(parser);
    return node;
}
