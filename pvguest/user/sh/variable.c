// SPDX-License-Identifier: MIT
// The shell's variables and functions: two lists in the order of names.
#include "variable.h"

#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "quote.h"
#include "shell.h"

static struct variable *variables;
static struct variable *functions;

// Where in a list the name is, or would be.
static struct variable **place_find(struct variable **list, const char *name)
{
    while (*list != NULL && strcmp((*list)->name, name) < 0)
        list = &(*list)->next;
    return list;
}

static struct variable *entry_find(struct variable **list, const char *name)
{
    struct variable *found = *place_find(list, name);

    return found != NULL && strcmp(found->name, name) == 0 ? found : NULL;
}

static struct variable *entry_make(struct variable **list, const char *name)
{
    struct variable *entry = entry_find(list, name);

    if (entry != NULL)
        return entry;
    struct variable **place = place_find(list, name);

    entry = memory_get(sizeof *entry);
    *entry = (struct variable){.next = *place, .name = memory_text(name)};
    *place = entry;
    return entry;
}

static void entry_value_set(struct variable *entry, const char *value)
{
    char *copy = memory_text(value);

    free(entry->value);
    entry->value = copy;
}

static void entry_remove(struct variable **list, const char *name)
{
    struct variable **place = place_find(list, name);
    struct variable *entry = *place;

    if (entry == NULL || strcmp(entry->name, name) != 0)
        return;
    *place = entry->next;
    free(entry->name);
    free(entry->value);
    free(entry);
}

static bool name_valid(const char *name)
{
    const char *end = quote_skip_name(name);

    if (end != name && *end == '\0')
        return true;
    shell_error("%s: not a valid name", name);
    return false;
}

void variables_import(char **environment)
{
    for (; *environment != NULL; environment++) {
        const char *end = quote_skip_name(*environment);

        if (end != *environment && *end == '=')
            variable_assign(arena_text(*environment, (size_t)(end - *environment)), end + 1, true);
    }
}

char **variables_export(void)
{
    size_t count = 0;

    for (const struct variable *v = variables; v != NULL; v = v->next)
        count++;
    char **environment = arena_get((count + 1) * sizeof *environment);
    char **next = environment;

    for (const struct variable *v = variables; v != NULL; v = v->next) {
        if (!v->exported || v->value == NULL)
            continue;
        struct text text = {0};

        text_append(&text, v->name, strlen(v->name));
        text_add(&text, '=');
        text_append(&text, v->value, strlen(v->value));
        *next++ = text.bytes;
    }
    return environment;
}

const char *variable_get(const char *name)
{
    const struct variable *found = entry_find(&variables, name);

    return found != NULL ? found->value : NULL;
}

bool variable_assign(const char *name, const char *value, bool exported)
{
    if (!name_valid(name))
        return false;
    struct variable *entry = entry_make(&variables, name);

    entry_value_set(entry, value);
    entry->exported |= exported;
    return true;
}

bool variable_set(const char *name, const char *value)
{
    return variable_assign(name, value, false);
}

bool variable_export(const char *name)
{
    if (!name_valid(name))
        return false;
    entry_make(&variables, name)->exported = true;
    return true;
}

void variable_unset(const char *name)
{
    entry_remove(&variables, name);
}

const struct variable *variables_all(void)
{
    return variables;
}

void function_define(const char *name, const char *text, unsigned length)
{
    entry_value_set(entry_make(&functions, name), arena_text(text, length));
}

const char *function_get(const char *name)
{
    const struct variable *found = entry_find(&functions, name);

    return found != NULL ? found->value : NULL;
}

void function_unset(const char *name)
{
    entry_remove(&functions, name);
}

const struct variable *functions_all(void)
{
    return functions;
}
