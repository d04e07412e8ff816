// SPDX-License-Identifier: MIT
// What a program is given: memory, operands, and files to read one after the other.
#include "program.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

void *program_allocate(size_t count, size_t size)
{
    void *memory = calloc(count ? count : 1, size);

    if (!memory)
        program_fail("memory");
    return memory;
}

void *program_reallocate(void *memory, size_t count, size_t size)
{
    void *larger = reallocarray(memory, count ? count : 1, size);

    if (!larger)
        program_fail("memory");
    return larger;
}

char *program_copy(const char *text)
{
    char *copy = program_allocate(strlen(text) + 1, 1);

    memcpy(copy, text, strlen(text));
    return copy;
}

static void file_give(const char *name, void (*each)(FILE *, const char *))
{
    bool standard = !strcmp(name, "-");
    FILE *file = standard ? stdin : fopen(name, "r");

    if (!file) {
        program_error(name);
        return;
    }
    errno = 0;
    each(file, name);
    if (ferror(file))
        program_error(name);
    if (standard)
        clearerr(file);
    else
        fclose(file);
}

void program_each_file(char **files, void (*each)(FILE *, const char *))
{
    if (!*files)
        file_give("-", each);
    for (; *files; files++)
        file_give(*files, each);
}

void program_each_operand(char **operands, void (*each)(const char *operand))
{
    if (!*operands)
        program_usage();
    for (; *operands; operands++)
        each(*operands);
}
