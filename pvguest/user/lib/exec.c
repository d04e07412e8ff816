// SPDX-License-Identifier: MIT
// The family of exec (IEEE Std 1003.1-2017, exec): the forms that take a list, and those that look along
// PATH.
#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "kernel/interface.h"

#define DEFAULT_PATH "/bin"

// Arguments that the forms with a list take.
#define LIST_LIMIT 64

int execv(const char *path, char *const arguments[])
{
    return execve(path, arguments, environ);
}

// A file without a program's header is a script for the shell.
static void script_exec(const char *path, char *const arguments[], char *const environment[])
{
    size_t count = 0;

    while (arguments[count] != NULL)
        count++;

    char *with_shell[count + 3];

    with_shell[0] = "sh";
    with_shell[1] = (char *)path;
    memcpy(with_shell + 2, arguments + (count > 0), (count + (count == 0)) * sizeof *with_shell);
    execve("/bin/sh", with_shell, environment);
}

static void file_exec(const char *path, char *const arguments[], char *const environment[])
{
    execve(path, arguments, environment);
    if (errno == ENOEXEC)
        script_exec(path, arguments, environment);
}

// Writes `folder` of `length` characters (the current one if that is 0), a slash and `name`: false if that is
// too long.
static bool path_join(char *path, const char *folder, size_t length, const char *name)
{
    size_t slash = length > 0;
    size_t rest = strlen(name) + 1;

    if (length + slash + rest > PATH_LIMIT)
        return false;
    memcpy(path, folder, length);
    memset(path + length, '/', slash);
    memcpy(path + length + slash, name, rest);
    return true;
}

// What is not there, or is no folder, is passed over; a file that may not be run is remembered.
int execvpe(const char *file, char *const arguments[], char *const environment[])
{
    const char *folder = getenv("PATH");
    char path[PATH_LIMIT];
    int error = ENOENT;

    if (strchr(file, '/') != NULL) {
        file_exec(file, arguments, environment);
        return -1;
    }
    if (folder == NULL)
        folder = DEFAULT_PATH;
    for (;; folder++) {
        size_t length = strcspn(folder, ":");

        if (*file != '\0' && path_join(path, folder, length, file)) {
            file_exec(path, arguments, environment);
            if (errno != ENOENT && errno != ENOTDIR)
                error = errno;
        }
        folder += length;
        if (*folder == '\0')
            break;
    }
    errno = error;
    return -1;
}

int execvp(const char *file, char *const arguments[])
{
    return execvpe(file, arguments, environ);
}

// Takes `first` and what follows up to NULL into an array of LIST_LIMIT. False, with errno, if that is too
// many.
static bool list_take(char **array, const char *first, va_list *list)
{
    array[0] = (char *)first;
    for (size_t i = 0; array[i] != NULL;) {
        if (++i == LIST_LIMIT) {
            errno = E2BIG;
            return false;
        }
        array[i] = va_arg(*list, char *);
    }
    return true;
}

// Runs with such a list, and with the environment that stands behind it, or the program's own.
static int list_exec(int (*exec)(const char *, char *const[], char *const[]), const char *path,
                     const char *first, va_list *list, bool with_environment)
{
    char *arguments[LIST_LIMIT];

    if (!list_take(arguments, first, list))
        return -1;
    return exec(path, arguments, with_environment ? va_arg(*list, char **) : environ);
}

int execl(const char *path, const char *first, ...)
{
    va_list list;

    va_start(list, first);
    int result = list_exec(execve, path, first, &list, false);

    va_end(list);
    return result;
}

int execlp(const char *file, const char *first, ...)
{
    va_list list;

    va_start(list, first);
    int result = list_exec(execvpe, file, first, &list, false);

    va_end(list);
    return result;
}

int execle(const char *path, const char *first, ...)
{
    va_list list;

    va_start(list, first);
    int result = list_exec(execve, path, first, &list, true);

    va_end(list);
    return result;
}
