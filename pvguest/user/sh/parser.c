// SPDX-License-Identifier: MIT
/*
 * The shell's grammar, by recursive descent: a function for each rule. After an error every token is the end
 * of the text, so that no rule has to look for errors but where it would wait for a token.
 */
#include "parser.h"

#include "arena.h"
#include "rules.h"
#include "shell.h"

// Ten levels of `( ( (` are usual, and a hundred are not.
#define DEPTH_LIMIT 200

static unsigned depth;

void parse_fail(struct parser *parser)
{
    const struct lexer *lexer = &parser->lexer;

    if (!parser->failed && lexer->kind != TOKEN_END) {
        shell.line = lexer->line - (lexer->kind == TOKEN_NEWLINE);
        if (lexer->kind == TOKEN_NEWLINE)
            shell_error("syntax error: unexpected end of line");
        else
            shell_error("syntax error near `%.*s'", (int)lexer->length, lexer->start);
        parser->wrong = true;
    }
    parser->failed = true;
    parser->lexer.kind = TOKEN_END;
    parser->lexer.next = "";
}

bool parse_expect(struct parser *parser, enum token_kind kind)
{
    if (parser->lexer.kind != kind) {
        parse_fail(parser);
        return false;
    }
    lexer_next(&parser->lexer);
    return true;
}

bool parse_expect_word(struct parser *parser, const char *word)
{
    if (!lexer_at(&parser->lexer, word)) {
        parse_fail(parser);
        return false;
    }
    lexer_next(&parser->lexer);
    return true;
}

void parse_newlines(struct parser *parser)
{
    while (parser->lexer.kind == TOKEN_NEWLINE)
        lexer_next(&parser->lexer);
}

struct node *parse_node(struct parser *parser, enum node_kind kind)
{
    struct node *node = arena_get(sizeof *node);

    node->kind = kind;
    node->line = parser->lexer.line;
    node->text = parser->lexer.start;
    return node;
}

struct word *parse_word(struct parser *parser)
{
    struct word *word = arena_get(sizeof *word);

    word->text = arena_text(parser->lexer.start, parser->lexer.length);
    lexer_next(&parser->lexer);
    return word;
}

struct node *parse_command(struct parser *parser)
{
    struct node *node = NULL;

    if (++depth > DEPTH_LIMIT) {
        parse_fail(parser);
        parser->wrong = true;
    } else {
        node = parse_compound(parser);
    }
    depth--;
    if (node != NULL)
        parse_redirections(parser, node);
    else
        node = parse_simple(parser);
    node->length = (size_t)(parser->lexer.before - node->text);
    return node;
}

static struct node *pipeline_parse(struct parser *parser)
{
    struct node *outer = NULL;
    struct node *pipe = parse_node(parser, NODE_PIPE);

    if (lexer_at(&parser->lexer, "!")) {
        outer = parse_node(parser, NODE_NOT);
        lexer_next(&parser->lexer);
    }
    struct node **end = &pipe->body;

    for (;;) {
        *end = parse_command(parser);
        end = &(*end)->next;
        if (parser->lexer.kind != TOKEN_PIPE)
            break;
        lexer_next(&parser->lexer);
        parse_newlines(parser);
    }
    struct node *node = pipe->body->next != NULL ? pipe : pipe->body;

    node->length = (size_t)(parser->lexer.before - node->text);
    if (outer == NULL)
        return node;
    outer->body = node;
    return outer;
}

static struct node *and_or_parse(struct parser *parser)
{
    struct node *left = pipeline_parse(parser);

    while (parser->lexer.kind == TOKEN_AND || parser->lexer.kind == TOKEN_OR) {
        struct node *node = parse_node(parser, parser->lexer.kind == TOKEN_AND ? NODE_AND : NODE_OR);

        lexer_next(&parser->lexer);
        parse_newlines(parser);
        node->text = left->text;
        node->body = left;
        node->other = pipeline_parse(parser);
        node->length = (size_t)(parser->lexer.before - node->text);
        left = node;
    }
    return left;
}

static bool at_list_end(const struct lexer *lexer)
{
    static const char *const words[] = {"then", "else", "elif", "fi", "do", "done", "esac", "}"};

    if (lexer->kind != TOKEN_WORD && lexer->kind != TOKEN_NUMBER && lexer->kind != TOKEN_OPEN &&
        lexer->kind < TOKEN_LESS)
        return true;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (lexer_at(lexer, words[i]))
            return true;
    }
    return false;
}

struct node *parse_list(struct parser *parser, bool lines)
{
    struct lexer *lexer = &parser->lexer;
    struct node *list = NULL;
    struct node **end = &list;

    for (;;) {
        if (lines)
            parse_newlines(parser);
        if (at_list_end(lexer))
            return list;
        struct node *node = and_or_parse(parser);

        if (lexer->kind == TOKEN_AMPERSAND) {
            struct node *inner = node;

            node = parse_node(parser, NODE_BACKGROUND);
            node->body = inner;
            node->text = inner->text;
            node->length = inner->length;
        }
        *end = node;
        end = &node->next;
        if (lexer->kind == TOKEN_SEMICOLON || lexer->kind == TOKEN_AMPERSAND)
            lexer_next(lexer);
        else if (!lines || lexer->kind != TOKEN_NEWLINE)
            return list;
    }
}

struct node *parse_body(struct parser *parser)
{
    struct node *list = parse_list(parser, true);

    if (list == NULL)
        parse_fail(parser);
    return list;
}

void parser_start(struct parser *parser, const char *text, unsigned line)
{
    *parser = (struct parser){0};
    lexer_start(&parser->lexer, text, line);
}

enum parse_result parser_next(struct parser *parser, struct node **list)
{
    struct lexer *lexer = &parser->lexer;

    *list = NULL;
    depth = 0;
    if (lexer->kind == TOKEN_END && !lexer->unfinished)
        return PARSE_END;
    *list = parse_list(parser, false);
    if (lexer->kind != TOKEN_NEWLINE && lexer->kind != TOKEN_END)
        parse_fail(parser);
    if (parser->wrong)
        return PARSE_WRONG;
    if (parser->failed || lexer->unfinished || lexer->here != NULL)
        return PARSE_UNFINISHED;
    if (lexer->kind == TOKEN_NEWLINE)
        lexer_next(lexer);
    return PARSE_DONE;
}
