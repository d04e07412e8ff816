// SPDX-License-Identifier: MIT
// Tab: completes commands where a command stands, and files elsewhere, as far as there is one way to go on.
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "arena.h"
#include "builtin.h"
#include "edit.h"
#include "expand.h"
#include "field.h"
#include "shell.h"
#include "tty.h"
#include "variable.h"

// What could stand in place of the word, and how much of that is there already.
struct candidates {
    struct fields names;
    const char *part; // of a name, that was typed
    size_t length;    // of it
};

static void candidate_add(struct candidates *candidates, const char *name)
{
    if (strncmp(name, candidates->part, candidates->length) != 0)
        return;
    for (size_t i = 0; i < candidates->names.count; i++) {
        if (strcmp(candidates->names.list[i], name) == 0)
            return;
    }
    fields_add(&candidates->names, arena_text(name, strlen(name)));
}

// Entries of a folder. Hidden ones have to be asked for.
static void folder_add(struct candidates *candidates, const char *folder)
{
    DIR *directory = opendir(folder);
    const struct dirent *entry;

    if (directory == NULL)
        return;
    while ((entry = readdir(directory)) != NULL) {
        if (entry->d_name[0] != '.' || candidates->part[0] == '.')
            candidate_add(candidates, entry->d_name);
    }
    closedir(directory);
}

static void commands_add(struct candidates *candidates)
{
    const char *path = variable_get("PATH");
    size_t count;
    const struct builtin *builtin = builtins_all(&count);

    for (; count > 0; count--, builtin++)
        candidate_add(candidates, builtin->name);
    for (const struct variable *function = functions_all(); function != NULL; function = function->next)
        candidate_add(candidates, function->name);
    while (path != NULL && *path != '\0') {
        size_t length = strcspn(path, ":");

        folder_add(candidates, arena_text(path, length));
        path += length + (path[length] == ':');
    }
}

static bool command_expected(const struct edit *edit, size_t start)
{
    while (start > 0 && edit->bytes[start - 1] == ' ')
        start--;
    return start == 0 || strchr(";|&(", edit->bytes[start - 1]) != NULL;
}

static size_t common_length(const struct fields *names)
{
    size_t length = strlen(names->list[0]);

    for (size_t i = 1; i < names->count; i++) {
        size_t same = 0;

        while (same < length && names->list[i][same] == names->list[0][same])
            same++;
        length = same;
    }
    return length;
}

static int name_compare(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

// In columns below the line, which is then shown again.
static void candidates_list(struct edit *edit, struct candidates *candidates)
{
    size_t widest = 1;
    size_t columns = tty_size(STDOUT_FILENO).columns;

    qsort(candidates->names.list, candidates->names.count, sizeof(char *), name_compare);
    for (size_t i = 0; i < candidates->names.count; i++) {
        size_t length = strlen(candidates->names.list[i]);

        widest = length > widest ? length : widest;
    }
    size_t in_row = columns > widest + 2 ? columns / (widest + 2) : 1;

    for (size_t i = 0; i < candidates->names.count; i++)
        printf("%s%-*s", i % in_row == 0 ? "\n" : "  ", (int)widest, candidates->names.list[i]);
    putchar('\n');
    fflush(stdout);
    edit_show(edit);
}

static bool is_folder(const char *folder, const char *name)
{
    char path[PATH_LIMIT];
    struct stat status;

    return (size_t)snprintf(path, sizeof path, "%s/%s", folder, name) < sizeof path &&
           stat(path, &status) == 0 && S_ISDIR(status.st_mode);
}

// Puts in what all candidates have in common, and behind the only one a slash or a space.
static void candidates_insert(struct edit *edit, struct candidates *candidates, const char *folder)
{
    size_t common = common_length(&candidates->names);
    const char *name = candidates->names.list[0];

    if (candidates->names.count == 1) {
        edit_insert(edit, name + candidates->length, common - candidates->length);
        edit_insert(edit, is_folder(folder, name) ? "/" : " ", 1);
    } else if (common > candidates->length) {
        edit_insert(edit, name + candidates->length, common - candidates->length);
    } else if (edit->listed) {
        candidates_list(edit, candidates);
    } else {
        edit->listed = true;
    }
}

void edit_complete(struct edit *edit)
{
    struct arena_mark memory = arena_mark();
    size_t start = edit->cursor;

    while (start > 0 && strchr(" ;|&()<>='\"", edit->bytes[start - 1]) == NULL)
        start--;
    const char *word = arena_text(edit->bytes + start, edit->cursor - start);
    const char *slash = strrchr(word, '/');
    const char *part = slash != NULL ? slash + 1 : word;
    struct candidates candidates = {.part = part, .length = strlen(part)};
    const char *folder = ".";

    if (slash != NULL)
        folder = expand_text(arena_text(word, (size_t)(part - word)));
    if (slash == NULL && command_expected(edit, start))
        commands_add(&candidates);
    else
        folder_add(&candidates, folder);
    if (candidates.names.count > 0)
        candidates_insert(edit, &candidates, folder);
    arena_release(memory);
}
