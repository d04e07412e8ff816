// SPDX-License-Identifier: MIT
// Tokens of the shell's language (IEEE Std 1003.1-2017, XCU section 2.3). Words keep their quotes.
#ifndef PV_USER_SH_LEXER_H
#define PV_USER_SH_LEXER_H

#include <stdbool.h>
#include <stddef.h>

enum token_kind {
    TOKEN_END, // of the text, also in the middle of a word: then `unfinished` is set
    TOKEN_NEWLINE,
    TOKEN_WORD,
    TOKEN_NUMBER, // digits directly in front of a redirection
    TOKEN_PIPE,
    TOKEN_AND,
    TOKEN_OR,
    TOKEN_SEMICOLON,
    TOKEN_CASE_END,
    TOKEN_AMPERSAND,
    TOKEN_OPEN,
    TOKEN_CLOSE,
    TOKEN_LESS,
    TOKEN_GREATER,
    TOKEN_APPEND,
    TOKEN_LESS_AND,
    TOKEN_GREATER_AND,
    TOKEN_HERE,
    TOKEN_HERE_TABS
};

struct here;

struct lexer {
    const char *next; // what was not read yet
    unsigned line;    // of that
    bool unfinished;
    struct here *here; // documents whose text begins behind the next newline

    // The current token.
    enum token_kind kind;
    const char *start;
    size_t length;
    const char *before; // where the token before it ended
};

// Begins with a text that stays there as long as the lexer, and reads the first token.
void lexer_start(struct lexer *lexer, const char *text, unsigned line);

// Reads the next token.
void lexer_next(struct lexer *lexer);

// Whether the current token is this word, unquoted.
bool lexer_at(const struct lexer *lexer, const char *word);

// Has the text of a here-document read behind the line's end: *text is set then, without the tabs that lines
// begin with if `tabs` is set. `end` is the line that ends it.
void lexer_here(struct lexer *lexer, const char **text, const char *end, bool tabs);

#endif
