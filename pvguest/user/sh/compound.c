// SPDX-License-Identifier: MIT
// The compound commands of the shell's grammar.
#include "rules.h"

#include "arena.h"

// Behind `if` or `elif`.
static void if_rest(struct parser *parser, struct node *node)
{
    node->condition = parse_body(parser);
    parse_expect_word(parser, "then");
    node->body = parse_body(parser);
    if (lexer_at(&parser->lexer, "elif")) {
        node->other = parse_node(parser, NODE_IF);
        lexer_next(&parser->lexer);
        if_rest(parser, node->other);
        return;
    }
    if (lexer_at(&parser->lexer, "else")) {
        lexer_next(&parser->lexer);
        node->other = parse_body(parser);
    }
    parse_expect_word(parser, "fi");
}

static void do_group(struct parser *parser, struct node *node)
{
    parse_expect_word(parser, "do");
    node->body = parse_body(parser);
    parse_expect_word(parser, "done");
}

static void loop_rest(struct parser *parser, struct node *node)
{
    node->condition = parse_body(parser);
    do_group(parser, node);
}

static struct word *words_parse(struct parser *parser)
{
    struct word *words = NULL;
    struct word **end = &words;

    while (parser->lexer.kind == TOKEN_WORD) {
        *end = parse_word(parser);
        end = &(*end)->next;
    }
    return words;
}

static void for_rest(struct parser *parser, struct node *node)
{
    if (parser->lexer.kind != TOKEN_WORD) {
        parse_fail(parser);
        return;
    }
    node->name = parse_word(parser)->text;
    parse_newlines(parser);
    if (lexer_at(&parser->lexer, "in")) {
        lexer_next(&parser->lexer);
        node->has_words = true;
        node->words = words_parse(parser);
    }
    if (parser->lexer.kind == TOKEN_SEMICOLON)
        lexer_next(&parser->lexer);
    parse_newlines(parser);
    do_group(parser, node);
}

static struct word *patterns_parse(struct parser *parser)
{
    struct word *patterns = NULL;
    struct word **end = &patterns;

    if (parser->lexer.kind == TOKEN_OPEN)
        lexer_next(&parser->lexer);
    for (;;) {
        if (parser->lexer.kind != TOKEN_WORD) {
            parse_fail(parser);
            return NULL;
        }
        *end = parse_word(parser);
        end = &(*end)->next;
        if (parser->lexer.kind != TOKEN_PIPE)
            break;
        lexer_next(&parser->lexer);
    }
    parse_expect(parser, TOKEN_CLOSE);
    return patterns;
}

static void case_rest(struct parser *parser, struct node *node)
{
    struct case_item **end = &node->items;

    if (parser->lexer.kind != TOKEN_WORD) {
        parse_fail(parser);
        return;
    }
    node->words = parse_word(parser);
    parse_newlines(parser);
    parse_expect_word(parser, "in");
    parse_newlines(parser);
    while (!lexer_at(&parser->lexer, "esac") && !parser->failed) {
        struct case_item *item = arena_get(sizeof *item);

        item->patterns = patterns_parse(parser);
        item->body = parse_list(parser, true);
        *end = item;
        end = &item->next;
        if (parser->lexer.kind != TOKEN_CASE_END)
            break;
        lexer_next(&parser->lexer);
        parse_newlines(parser);
    }
    parse_expect_word(parser, "esac");
}

static void group_rest(struct parser *parser, struct node *node)
{
    node->body = parse_body(parser);
    parse_expect_word(parser, "}");
}

static const struct {
    const char *word;
    enum node_kind kind;
    void (*rest)(struct parser *, struct node *);
} compounds[] = {
    {"if", NODE_IF, if_rest},    {"while", NODE_WHILE, loop_rest}, {"until", NODE_UNTIL, loop_rest},
    {"for", NODE_FOR, for_rest}, {"case", NODE_CASE, case_rest},   {"{", NODE_GROUP, group_rest},
};

struct node *parse_compound(struct parser *parser)
{
    struct node *node;

    if (parser->lexer.kind == TOKEN_OPEN) {
        node = parse_node(parser, NODE_SUBSHELL);
        lexer_next(&parser->lexer);
        node->body = parse_body(parser);
        parse_expect(parser, TOKEN_CLOSE);
        return node;
    }
    for (size_t i = 0; i < sizeof compounds / sizeof *compounds; i++) {
        if (lexer_at(&parser->lexer, compounds[i].word)) {
            node = parse_node(parser, compounds[i].kind);
            lexer_next(&parser->lexer);
            compounds[i].rest(parser, node);
            return node;
        }
    }
    return NULL;
}

struct node *parse_function(struct parser *parser, struct node *node)
{
    node->kind = NODE_FUNCTION;
    node->name = node->words->text;
    lexer_next(&parser->lexer);
    parse_expect(parser, TOKEN_CLOSE);
    parse_newlines(parser);
    node->body = parse_command(parser);
    return node;
}
