// SPDX-License-Identifier: MIT
// Fields: how what was expanded becomes the arguments of a command.
#include "field.h"

#include <glob.h>
#include <string.h>

#include "shell.h"

void fields_add(struct fields *fields, const char *text)
{
    if (fields->count + 1 >= fields->room) {
        size_t room = fields->room * 2 + 8;
        char **list = arena_get(room * sizeof *list);

        if (fields->count > 0)
            memcpy(list, fields->list, fields->count * sizeof *list);
        fields->list = list;
        fields->room = room;
    }
    fields->list[fields->count++] = (char *)text;
    fields->list[fields->count] = NULL;
}

char *field_plain(const char *field)
{
    struct text plain = {0};

    for (; *field != '\0'; field++) {
        if (*field == '\\' && field[1] != '\0')
            field++;
        text_add(&plain, *field);
    }
    return plain.bytes != NULL ? plain.bytes : arena_text("", 0);
}

static bool has_magic(const char *field)
{
    for (; *field != '\0'; field++) {
        if (*field == '\\' && field[1] != '\0')
            field++;
        else if (strchr("*?[", *field) != NULL)
            return true;
    }
    return false;
}

// Adds the files whose names the field matches; whether there were any.
static bool files_add(struct fields *fields, const char *field)
{
    glob_t found;

    if (!has_magic(field))
        return false;
    int result = glob(field, 0, NULL, &found);
    int count = result == 0 ? found.gl_pathc : 0;

    for (int i = 0; i < count; i++)
        fields_add(fields, arena_text(found.gl_pathv[i], strlen(found.gl_pathv[i])));
    globfree(&found);
    return count > 0;
}

void field_add(struct expansion *expansion, char c, bool quoted)
{
    expansion->exists = true;
    if (quoted)
        text_add(&expansion->field, '\\');
    text_add(&expansion->field, c);
}

void field_end(struct expansion *expansion)
{
    const char *field = text_string(&expansion->field);

    if (!expansion->exists)
        return;
    if (!files_add(expansion->fields, field))
        fields_add(expansion->fields, field_plain(field));
    expansion->field = (struct text){0};
    expansion->exists = false;
}

// Blanks that separate do so in any number; every other separator ends a field, even an empty one.
static void separator_add(struct expansion *expansion, char c)
{
    if (strchr(" \t\n", c) == NULL)
        expansion->exists = true;
    field_end(expansion);
}

void field_add_value(struct expansion *expansion, const char *value, bool quoted)
{
    for (; *value != '\0'; value++) {
        if (!quoted && expansion->fields != NULL && strchr(expansion->separators, *value) != NULL)
            separator_add(expansion, *value);
        else
            field_add(expansion, *value, quoted || *value == '\\');
    }
}
