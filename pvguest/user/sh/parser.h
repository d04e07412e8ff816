// SPDX-License-Identifier: MIT
// The shell's grammar (IEEE Std 1003.1-2017, XCU section 2.10): text becomes a tree in the arena.
#ifndef PV_USER_SH_PARSER_H
#define PV_USER_SH_PARSER_H

#include <stdbool.h>
#include <stddef.h>

#include "lexer.h"

// A word as it was written, with its quotes.
struct word {
    struct word *next;
    const char *text;
};

struct redirection {
    struct redirection *next;
    enum token_kind kind;
    int file;         // that is redirected
    const char *word; // what to: a name, a number, the line that ended a here-document
    const char *here; // the document's text
};

struct case_item {
    struct case_item *next;
    struct word *patterns;
    struct node *body;
};

enum node_kind {
    NODE_SIMPLE,     // assignments, words, redirections
    NODE_PIPE,       // the commands of `body`
    NODE_NOT,        // of `body`
    NODE_AND,        // `body`, then `other` if that was well
    NODE_OR,         // ... if not
    NODE_BACKGROUND, // `body`
    NODE_GROUP,      // `body` in braces
    NODE_SUBSHELL,   // `body` in parentheses
    NODE_IF,         // condition, body, other
    NODE_WHILE,      // condition, body
    NODE_UNTIL,
    NODE_FOR,  // name, words, body
    NODE_CASE, // the first of words, items
    NODE_FUNCTION,
    NODE_KINDS
};

struct node {
    struct node *next; // the one after it in a list
    enum node_kind kind;
    unsigned line;
    const char *text; // as it was written
    size_t length;
    struct node *condition;
    struct node *body;
    struct node *other;
    struct word *assignments;
    struct word *words;
    bool has_words; // of NODE_FOR: without `in` it goes over the arguments
    struct redirection *redirections;
    struct case_item *items;
    const char *name;
};

enum parse_result {
    PARSE_DONE,       // a list of commands up to the end of a line, perhaps an empty one
    PARSE_END,        // there was nothing more
    PARSE_UNFINISHED, // the text ends where more has to come
    PARSE_WRONG       // the error was printed
};

struct parser {
    struct lexer lexer;
    bool failed;
    bool wrong;       // failed, and more text would not help
    const char *name; // for messages: the script, or NULL
};

// Begins with a text that has to stay where it is.
void parser_start(struct parser *parser, const char *text, unsigned line);

// Parses the commands up to the end of the line, or further if that is in the middle of one.
enum parse_result parser_next(struct parser *parser, struct node **list);

#endif
