// SPDX-License-Identifier: MIT
// Takes paths apart, puts them together, and reads folders.
#include "folder.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>

#include "program.h"

enum { NAMES_FIRST = 32 };

char *path_last(const char *path)
{
    size_t end = strlen(path);
    size_t start = 0;

    while (end > 1 && path[end - 1] == '/')
        end--;
    for (start = end; start > 0 && path[start - 1] != '/'; start--)
        ;
    if (start == end && start > 0)
        start--;
    return memcpy(program_allocate(end - start + 1, 1), path + start, end - start);
}

char *path_join(const char *folder, const char *name)
{
    size_t length = strlen(folder);
    char *path = program_allocate(length + 1 + strlen(name) + 1, 1);

    memcpy(path, folder, length);
    if (!length || path[length - 1] != '/')
        path[length++] = '/';
    memcpy(path + length, name, strlen(name));
    return path;
}

struct names {
    char **name;
    size_t count;
    size_t capacity;
};

static void names_add(struct names *names, const char *name)
{
    if (names->count == names->capacity) {
        names->capacity = names->capacity ? 2 * names->capacity : NAMES_FIRST;
        names->name = program_reallocate(names->name, names->capacity, sizeof *names->name);
    }
    names->name[names->count++] = program_copy(name);
}

static int name_compare(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static bool names_read(struct names *names, const char *folder)
{
    DIR *stream = opendir(folder);

    if (!stream) {
        program_error(folder);
        return false;
    }
    for (struct dirent *entry = readdir(stream); entry; entry = readdir(stream)) {
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
            names_add(names, entry->d_name);
    }
    closedir(stream);
    if (names->count)
        qsort(names->name, names->count, sizeof *names->name, name_compare);
    return true;
}

bool folder_each(const char *folder, void (*each)(const char *path, const char *name, void *argument),
                 void *argument)
{
    struct names names = {0};

    if (!names_read(&names, folder))
        return false;
    for (size_t i = 0; i < names.count; i++) {
        char *path = path_join(folder, names.name[i]);

        each(path, names.name[i], argument);
        free(path);
        free(names.name[i]);
    }
    free(names.name);
    return true;
}
