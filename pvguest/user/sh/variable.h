// SPDX-License-Identifier: MIT
// The shell's variables and functions, by name.
#ifndef PV_USER_SH_VARIABLE_H
#define PV_USER_SH_VARIABLE_H

#include <stdbool.h>

struct variable {
    struct variable *next; // in the order of their names
    char *name;
    char *value; // NULL: only marked for export, not set
    bool exported;
};

// Takes over the environment that the shell was given.
void variables_import(char **environment);

// The environment for a program, in the arena: the variables that are exported.
char **variables_export(void);

// The value, or NULL when it is not set.
const char *variable_get(const char *name);

// Sets a value. A name that is none is an error and changes nothing.
bool variable_set(const char *name, const char *value);

// Sets from the text NAME=VALUE.
bool variable_assign(const char *name, const char *value, bool exported);

// Marks for export, set or not.
bool variable_export(const char *name);
void variable_unset(const char *name);

// All of them; what is not set has no value.
const struct variable *variables_all(void);

// Functions are kept as the text of their bodies.
void function_define(const char *name, const char *text, unsigned length);
const char *function_get(const char *name);
void function_unset(const char *name);
const struct variable *functions_all(void);

#endif
