// SPDX-License-Identifier: MIT
/*
 * glob() (IEEE Std 1003.1-2017, <glob.h>), for newlib's <glob.h>, which knows no GLOB_NOMATCH: when nothing
 * matches the result is 0 and the list has not grown. Of the flags there are APPEND, ERR, MARK, NOCHECK and
 * NOSORT.
 */
#include <dirent.h>
#include <fnmatch.h>
#include <glob.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct search {
    glob_t *result;
    int flags;
    int error;
    char path[PATH_LIMIT]; // what was found of the path so far
};

static void search_part(struct search *search, size_t length, const char *pattern);

static bool is_directory(const char *path)
{
    struct stat status;

    return stat(path, &status) == 0 && S_ISDIR(status.st_mode);
}

// Adds a path to the list, which always has a NULL behind its end.
static int list_add(glob_t *result, const char *path, bool mark)
{
    size_t count = (size_t)result->gl_pathc;
    size_t size = strlen(path) + 1 + mark;
    char **list = realloc(result->gl_pathv, (count + 2) * sizeof *list);

    if (list == NULL)
        return GLOB_NOSPACE;
    result->gl_pathv = list;
    list[count] = malloc(size);
    if (list[count] == NULL)
        return GLOB_NOSPACE;
    strlcpy(list[count], path, size);
    if (mark)
        strlcat(list[count], "/", size);
    list[count + 1] = NULL;
    result->gl_pathc++;
    return 0;
}

static bool has_magic(const char *pattern, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        if (pattern[i] == '\\')
            i++;
        else if (strchr("*?[", pattern[i]) != NULL)
            return true;
    }
    return false;
}

// Appends `size` characters to the path of `length`, without the backslashes that quote. Returns the new
// length, or 0 if that does not fit.
static size_t path_append(struct search *search, size_t length, const char *text, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        if (text[i] == '\\' && i + 1 < size)
            i++;
        if (length + 1 == sizeof search->path)
            return 0;
        search->path[length++] = text[i];
    }
    search->path[length] = '\0';
    return length;
}

// The path is complete up to the part that ended before `rest`: goes on there, or ends.
static void part_found(struct search *search, size_t length, const char *rest)
{
    if (length == 0 || search->error != 0)
        return;
    if (*rest != '\0')
        search_part(search, length, rest);
    else if (access(search->path, F_OK) == 0)
        search->error = list_add(search->result, search->path,
                                 (search->flags & GLOB_MARK) != 0 && is_directory(search->path));
}

// Every entry of the directory of the path so far that the part of `size` characters matches.
static void directory_search(struct search *search, size_t length, const char *pattern, size_t size)
{
    char part[PATH_LIMIT];
    const struct dirent *entry;

    if (size >= sizeof part)
        return;
    memcpy(part, pattern, size);
    part[size] = '\0';
    search->path[length] = '\0';

    DIR *directory = opendir(length > 0 ? search->path : ".");

    if (directory == NULL) {
        if ((search->flags & GLOB_ERR) != 0)
            search->error = GLOB_ABEND;
        return;
    }
    while (search->error == 0 && (entry = readdir(directory)) != NULL) {
        size_t name = strlen(entry->d_name);

        if (fnmatch(part, entry->d_name, FNM_PERIOD) != 0 || length + name >= sizeof search->path)
            continue;
        memcpy(search->path + length, entry->d_name, name + 1);
        part_found(search, length + name, pattern + size);
    }
    closedir(directory);
}

static void search_part(struct search *search, size_t length, const char *pattern)
{
    size_t slashes = strspn(pattern, "/");

    if (slashes > 0) {
        part_found(search, path_append(search, length, pattern, slashes), pattern + slashes);
        return;
    }
    size_t size = strcspn(pattern, "/");

    if (has_magic(pattern, size))
        directory_search(search, length, pattern, size);
    else
        part_found(search, path_append(search, length, pattern, size), pattern + size);
}

static int path_compare(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

int glob(const char *restrict pattern, int flags, int (*failed)(const char *, int), glob_t *restrict result)
{
    struct search search = {.result = result, .flags = flags};

    (void)failed;
    if ((flags & GLOB_APPEND) == 0)
        *result = (glob_t){0};
    int before = result->gl_pathc;

    search_part(&search, 0, pattern);
    result->gl_matchc = result->gl_pathc - before;
    if (search.error == 0 && result->gl_matchc == 0 && (flags & GLOB_NOCHECK) != 0)
        return list_add(result, pattern, false);
    if ((flags & GLOB_NOSORT) == 0 && result->gl_matchc > 1)
        qsort(result->gl_pathv + before, (size_t)result->gl_matchc, sizeof(char *), path_compare);
    return search.error;
}

void globfree(glob_t *result)
{
    for (int i = 0; i < result->gl_pathc; i++)
        free(result->gl_pathv[i]);
    free(result->gl_pathv);
    *result = (glob_t){0};
}
