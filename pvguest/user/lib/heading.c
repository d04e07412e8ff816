// SPDX-License-Identifier: MIT
// Headings of several files.
#include "heading.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

static bool many;
static bool followed;

void headings_start(char **files)
{
    many = files[0] && files[1];
}

void heading_print(const char *name)
{
    if (!many)
        return;
    printf("%s==> %s <==\n", followed ? "\n" : "", strcmp(name, "-") != 0 ? name : "standard input");
    followed = true;
}
