// SPDX-License-Identifier: MIT
/*
 * The model checker of the memory manager. hv/mm is compiled for a machine of eight frames, and every state
 * that guests can bring it into is explored. tests/README.md says what that shows.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "canonical.h"
#include "config.h"
#include "explore.h"

static int usage(void)
{
    fprintf(stderr, "usage: model [--seconds N] [--names] quick | full | list | CONFIGURATION...\n");
    return 2;
}

static bool is_asked(const struct config *asked, const char *name)
{
    return strcmp(name, asked->name) == 0 || (strcmp(name, "quick") == 0 && asked->quick) ||
           strcmp(name, "full") == 0;
}

static bool explore_all(const char *name, unsigned limit, unsigned *count)
{
    bool right = true;

    for (unsigned i = 0; i < config_count && right; i++) {
        if (is_asked(&configs[i], name)) {
            config = &configs[i];
            ++*count;
            right = explore(limit);
        }
    }
    return right;
}

static void list(void)
{
    for (unsigned i = 0; i < config_count; i++) {
        printf("  %-8s %s%s\n", configs[i].name, configs[i].what, configs[i].quick ? " (quick)" : "");
    }
}

/* The options; returns the index of the first argument that is none. */
static int options_read(int argc, char **argv, unsigned *limit)
{
    int at = 1;

    for (; at < argc && argv[at][0] == '-'; at++) {
        if (strcmp(argv[at], "--names") == 0) {
            canonical_keeps_names = true;
        } else if (strcmp(argv[at], "--seconds") == 0 && at + 1 < argc) {
            *limit = (unsigned)strtoul(argv[++at], NULL, 10);
        } else {
            return argc;
        }
    }
    return at;
}

int main(int argc, char **argv)
{
    unsigned limit = 0, count = 0;
    int at = options_read(argc, argv, &limit);

    if (at < argc && strcmp(argv[at], "list") == 0) {
        list();
        return 0;
    }
    for (; at < argc; at++) {
        if (!explore_all(argv[at], limit, &count)) {
            return 1;
        }
    }
    return count != 0 ? 0 : usage();
}
