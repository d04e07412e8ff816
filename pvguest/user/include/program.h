// SPDX-License-Identifier: MIT
// What all the programs of /bin do alike: options, complaints, their status, the files they are given, lines,
// folders.
//
// A program's status is 0, or 1 once it complained, or 2 when it was called wrongly.
#ifndef PV_USER_PROGRAM_H
#define PV_USER_PROGRAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

// An option of one letter. It sets one of these; a table of options ends with letter 0.
// The letter '#' stands for a number in place of a letter, as in `head -5`; it sets `text` or `number`.
struct program_option {
    char letter;
    bool *flag;
    const char **text;
    uint64_t *number;
};

// Begins a program: keeps its name (the last part of argv[0]) and its usage line ("[-n] [FILE...]", after the
// name), and reads the options, which may stand anywhere. "--" ends them, "-" alone is an operand. Returns
// the operands, which have been moved to the front of argv[1] and on, with a null pointer at their end. A
// wrong option, or one without its value, ends the program by program_usage().
char **program_begin(char **argv, const char *usage, const struct program_option *options);

// The same for a program whose operands are another one and its arguments: its own options stand in front of
// them.
char **program_begin_command(char **argv, const char *usage, const struct program_option *options);

// The first half of program_begin(), for a program that reads its options in its own way.
void program_start(const char *path, const char *usage);

// The name that the program was called by.
const char *program_name(void);

// Prints the usage line to the standard error and ends the program with status 2.
_Noreturn void program_usage(void);

// Prints "NAME: WHAT: REASON" to the standard error; the program's status will be 1.
void program_complain(const char *what, const char *reason);

// program_complain() with errno's text as the reason.
void program_error(const char *what);

// program_error(), and ends the program.
_Noreturn void program_fail(const char *what);

// Flushes the standard output. Returns the program's status for main() to return; 1 if the output could not
// be written.
int program_end(void);

// Returns the decimal number in the text, which may end in k, m or g (times 1024, 1024^2, 1024^3); a wrong
// one, or one that does not fit, ends the program by program_usage().
uint64_t program_number(const char *text);

// Memory for `count` things of `size` bytes: zeroed, or with what was in `memory` (NULL: nothing) before.
// There is not enough: the program ends. The caller frees it.
void *program_allocate(size_t count, size_t size);
void *program_reallocate(void *memory, size_t count, size_t size);

// A copy of a text, or the end of the program. The caller frees it.
char *program_copy(const char *text);

// Opens each file for reading ("-" is the standard input, and so is an empty list) and calls the function
// with it and its name. A file that cannot be opened or read is complained about.
void program_each_file(char **files, void (*each)(FILE *file, const char *name));

// Calls the function with each operand; without any the program ends by program_usage().
void program_each_operand(char **operands, void (*each)(const char *operand));

#endif
