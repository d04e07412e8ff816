// SPDX-License-Identifier: MIT
// ls: lists folders and files, in columns when a person reads it, or one in a line.
#include "program.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "folder.h"
#include "tty.h"

enum { GAP = 2, MODE_LENGTH = 10, TIME_LENGTH = 20, HALF_YEAR = 182 * 24 * 3600 };

static bool all;
static bool detailed;
static bool one_each;
static bool recursive;
static bool folders_as_files;
static bool by_time;
static bool by_size;
static bool reversed;

static const struct program_option options[] = {
    {'a', .flag = &all},       {'l', .flag = &detailed},         {'1', .flag = &one_each},
    {'R', .flag = &recursive}, {'d', .flag = &folders_as_files}, {'t', .flag = &by_time},
    {'S', .flag = &by_size},   {'r', .flag = &reversed},         {0}};

struct entry {
    char *path;
    char *name; // as it is shown
    struct stat status;
};

struct list {
    struct entry *entry;
    size_t count;
    size_t capacity;
};

static void list_add(struct list *list, const char *path, const char *name)
{
    struct entry entry = {.name = NULL};

    if (stat(path, &entry.status)) {
        program_error(path);
        return;
    }
    if (list->count == list->capacity) {
        list->capacity = 2 * list->capacity + 1;
        list->entry = program_reallocate(list->entry, list->capacity, sizeof *list->entry);
    }
    entry.path = program_copy(path);
    entry.name = program_copy(name);
    list->entry[list->count++] = entry;
}

static void list_free(struct list *list)
{
    for (size_t i = 0; i < list->count; i++) {
        free(list->entry[i].path);
        free(list->entry[i].name);
    }
    free(list->entry);
}

static int entry_compare(const void *left, const void *right)
{
    const struct entry *a = left;
    const struct entry *b = right;
    int order = 0;

    if (by_size)
        order = (a->status.st_size < b->status.st_size) - (a->status.st_size > b->status.st_size);
    else if (by_time)
        order = (a->status.st_mtime < b->status.st_mtime) - (a->status.st_mtime > b->status.st_mtime);
    if (!order)
        order = strcmp(a->name, b->name);
    return reversed ? -order : order;
}

static void mode_write(char *text, mode_t mode)
{
    memcpy(text, "-rwxrwxrwx", MODE_LENGTH + 1);
    if (S_ISDIR(mode))
        text[0] = 'd';
    else if (S_ISCHR(mode))
        text[0] = 'c';
    for (unsigned bit = 0; bit < MODE_LENGTH - 1; bit++) {
        if (!(mode >> bit & 1))
            text[MODE_LENGTH - 1 - bit] = '-';
    }
}

// The day and, if that was within half a year, the time; the year otherwise.
static void time_write(char *text, time_t when)
{
    time_t age = time(NULL) - when;
    bool recent = age >= 0 && age < HALF_YEAR;

    strftime(text, TIME_LENGTH, recent ? "%b %e %H:%M" : "%b %e  %Y", gmtime(&when));
}

static void detailed_print(const struct list *list)
{
    int links_width = 1;
    int size_width = 1;

    for (size_t i = 0; i < list->count; i++) {
        int links = snprintf(NULL, 0, "%lu", (unsigned long)list->entry[i].status.st_nlink);
        int size = snprintf(NULL, 0, "%ld", (long)list->entry[i].status.st_size);

        links_width = links > links_width ? links : links_width;
        size_width = size > size_width ? size : size_width;
    }
    for (size_t i = 0; i < list->count; i++) {
        const struct entry *entry = &list->entry[i];
        char mode[MODE_LENGTH + 1];
        char when[TIME_LENGTH];

        mode_write(mode, entry->status.st_mode);
        time_write(when, entry->status.st_mtime);
        printf("%s %*lu %*ld %s %s\n", mode, links_width, (unsigned long)entry->status.st_nlink, size_width,
               (long)entry->status.st_size, when, entry->name);
    }
}

// Columns of one width, filled from top to bottom.
static void columns_print(const struct list *list)
{
    size_t width = GAP;
    size_t columns = 0;
    size_t rows = 0;

    for (size_t i = 0; i < list->count; i++) {
        if (strlen(list->entry[i].name) + GAP > width)
            width = strlen(list->entry[i].name) + GAP;
    }
    columns = (tty_size(STDOUT_FILENO).columns + GAP - 1U) / width;
    columns = columns ? columns : 1;
    rows = (list->count + columns - 1) / columns;
    for (size_t row = 0; row < rows; row++) {
        for (size_t i = row; i < list->count; i += rows) {
            bool last = i + rows >= list->count;

            printf("%-*s%s", last ? 0 : (int)width, list->entry[i].name, last ? "\n" : "");
        }
    }
}

static void list_print(struct list *list)
{
    if (list->count)
        qsort(list->entry, list->count, sizeof *list->entry, entry_compare);
    if (detailed) {
        detailed_print(list);
    } else if (!one_each && isatty(STDOUT_FILENO)) {
        columns_print(list);
    } else {
        for (size_t i = 0; i < list->count; i++)
            puts(list->entry[i].name);
    }
}

static void found_add(const char *path, const char *name, void *list)
{
    if (all || *name != '.')
        list_add(list, path, name);
}

static void folder_add_self(struct list *list, const char *folder, const char *name)
{
    char *path = path_join(folder, name);

    if (all)
        list_add(list, path, name);
    free(path);
}

// Lists a folder, and with -R those in it.
static void folder_list(const char *folder, bool headed, bool first)
{
    struct list list = {0};

    if (headed)
        printf("%s%s:\n", first ? "" : "\n", folder);
    folder_add_self(&list, folder, ".");
    folder_add_self(&list, folder, "..");
    folder_each(folder, found_add, &list);
    list_print(&list);
    for (size_t i = 0; recursive && i < list.count; i++) {
        const struct entry *entry = &list.entry[i];

        if (S_ISDIR(entry->status.st_mode) && strcmp(entry->name, ".") != 0 && strcmp(entry->name, "..") != 0)
            folder_list(entry->path, true, false);
    }
    list_free(&list);
}

// Sorts the operands into files, which are listed together, and folders.
static void operands_add(char **operands, struct list *files, struct list *folders)
{
    for (; *operands; operands++) {
        struct stat status = {0};
        bool folder = stat(*operands, &status) == 0 && S_ISDIR(status.st_mode) && !folders_as_files;

        list_add(folder ? folders : files, *operands, *operands);
    }
}

int main(int argc, char **argv)
{
    static char *here[] = {".", NULL};
    struct list files = {0};
    struct list folders = {0};

    (void)argc;
    argv = program_begin(argv, "[-al1RdtSr] [PATH...]", options);
    argv = *argv ? argv : here;
    operands_add(argv, &files, &folders);
    list_print(&files);
    if (folders.count)
        qsort(folders.entry, folders.count, sizeof *folders.entry, entry_compare);
    for (size_t i = 0; i < folders.count; i++)
        folder_list(folders.entry[i].path, recursive || argv[1], i == 0 && !files.count);
    list_free(&files);
    list_free(&folders);
    return program_end();
}
