// SPDX-License-Identifier: MIT
/*
 * Reader of QEMU's `info tlb`, `info mem` and `info registers` for long mode with four levels
 * (target/i386/monitor.c).
 */
#include "tests/boot/mappings.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Places in the nine letters of `info tlb`: XGPDACTUW, each a dash when its bit is not set. X is no-execute.
 */
enum { FLAG_NO_EXECUTE = 0, FLAG_USER = 7, FLAG_WRITABLE = 8, FLAGS = 9 };

static void *grow(void *list, size_t count, size_t size)
{
    /* Room for a power of two. */
    if ((count & (count - 1)) == 0) {
        list = realloc(list, (count ? 2 * count : 1) * size);
        if (list == NULL)
            abort();
    }
    return list;
}

static void page_read(struct machine *machine, struct mappings *mappings, const char *line)
{
    struct mapping page;
    char flags[16];
    int end = 0;

    int fields =
        sscanf(line, "%16" SCNx64 ": %16" SCNx64 " %15s%n", &page.address, &page.physical, flags, &end);
    machine_expect(machine,
                   fields == 3 && strlen(flags) == FLAGS && line[end] == '\0' &&
                       strspn(flags, "XGPDACTUW-") == FLAGS,
                   "`info tlb` has a line of unknown form: %s", line);
    page.executable = flags[FLAG_NO_EXECUTE] == '-';
    page.user = flags[FLAG_USER] == 'U';
    page.writable = flags[FLAG_WRITABLE] == 'W';
    mappings->pages = grow(mappings->pages, mappings->page_count, sizeof page);
    mappings->pages[mappings->page_count++] = page;
}

static void range_read(struct machine *machine, struct mappings *mappings, const char *line)
{
    struct range range;
    char flags[16];
    uint64_t size;

    int fields = sscanf(line, "%16" SCNx64 "-%16" SCNx64 " %16" SCNx64 " %15s", &range.start, &range.end,
                        &size, flags);
    machine_expect(machine,
                   fields == 4 && strlen(flags) == 3 && flags[1] == 'r' && range.end - range.start == size,
                   "`info mem` has a line of unknown form: %s", line);
    range.user = flags[0] == 'u';
    range.writable = flags[2] == 'w';
    mappings->ranges = grow(mappings->ranges, mappings->range_count, sizeof range);
    mappings->ranges[mappings->range_count++] = range;
}

/* Has each line of the monitor's answer to a command read. */
static void answer_read(struct machine *machine, struct mappings *mappings, const char *command,
                        void (*read)(struct machine *, struct mappings *, const char *))
{
    char *answer = machine_ask(machine, command);
    char *rest = NULL;

    for (char *line = strtok_r(answer, "\r\n", &rest); line != NULL; line = strtok_r(NULL, "\r\n", &rest))
        read(machine, mappings, line);
    free(answer);
}

static uint64_t root_read(struct machine *machine)
{
    char *answer = machine_ask(machine, "info registers");
    const char *field = strstr(answer, "CR3=");
    uint64_t root = 0;

    machine_expect(machine, field != NULL && sscanf(field, "CR3=%" SCNx64, &root) == 1, "no CR3 in: %s",
                   answer);
    free(answer);
    return root;
}

struct mappings mappings_read(struct machine *machine)
{
    struct mappings mappings = {.root = 0};

    free(machine_ask(machine, "stop"));
    mappings.root = root_read(machine);
    answer_read(machine, &mappings, "info tlb", page_read);
    answer_read(machine, &mappings, "info mem", range_read);
    free(machine_ask(machine, "cont"));
    machine_expect(machine, mappings.page_count > 0 && mappings.range_count > 0,
                   "the monitor shows no mappings");
    return mappings;
}

void mappings_free(struct mappings *mappings)
{
    free(mappings->pages);
    free(mappings->ranges);
    memset(mappings, 0, sizeof *mappings);
}

bool mappings_of_guest(const struct mappings *mappings)
{
    for (size_t i = 0; i < mappings->range_count; i++) {
        if (mappings->ranges[i].user)
            return true;
    }
    return false;
}
