// SPDX-License-Identifier: MIT
// The rules of the grammar that are in compound.c and simple_parse.c, and those of parser.c that they are
// made of.
#ifndef PV_USER_SH_RULES_H
#define PV_USER_SH_RULES_H

#include "parser.h"

// A compound command, or NULL if the current token begins none. Its redirections are left.
struct node *parse_compound(struct parser *parser);

// Assignments, words and redirections; or a function, if parentheses follow the first word.
struct node *parse_simple(struct parser *parser);

// Redirections, as many as there are.
void parse_redirections(struct parser *parser, struct node *node);

// A function, whose name the simple command `node` holds and whose parentheses come next. Its body is kept as
// text.
struct node *parse_function(struct parser *parser, struct node *node);

// Notes that the current token does not fit: it is printed, unless it is the end of the text.
void parse_fail(struct parser *parser);

// Passes over one token, or one reserved word, or fails; whether it was there.
bool parse_expect(struct parser *parser, enum token_kind kind);
bool parse_expect_word(struct parser *parser, const char *word);
void parse_newlines(struct parser *parser);

// A node that begins with the current token.
struct node *parse_node(struct parser *parser, enum node_kind kind);

// The current token as a word.
struct word *parse_word(struct parser *parser) __attribute__((returns_nonnull));

// One command of a pipeline, with its redirections.
struct node *parse_command(struct parser *parser);

// A list of commands up to something that ends one; over several lines if `lines` is set.
struct node *parse_list(struct parser *parser, bool lines);

// A list over several lines that must not be empty.
struct node *parse_body(struct parser *parser);

#endif
