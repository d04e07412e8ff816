// SPDX-License-Identifier: MIT
// Finds where each operand of cp, mv and ln goes.
#include "target.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "folder.h"
#include "program.h"

static void folder_each_operand(char **operands, size_t count, const char *folder,
                                void (*each)(const char *from, const char *to))
{
    for (size_t i = 0; i < count; i++) {
        char *name = path_last(operands[i]);
        char *to = path_join(folder, name);

        each(operands[i], to);
        free(to);
        free(name);
    }
}

void target_each(char **operands, void (*each)(const char *from, const char *to))
{
    struct stat status = {0};
    size_t count = 0;

    while (operands[count])
        count++;
    if (count < 2)
        program_usage();
    count--;
    if (stat(operands[count], &status) == 0 && S_ISDIR(status.st_mode)) {
        folder_each_operand(operands, count, operands[count], each);
    } else if (count > 1) {
        errno = ENOTDIR;
        program_error(operands[count]);
    } else {
        each(operands[0], operands[1]);
    }
}
