// SPDX-License-Identifier: MIT
/*
 * What the system tells of the processor. Trusts /proc and /sys; what they do not say stays empty.
 */
#include "tools/bench-host/processor.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#define CALIBRATION_NS 200000000ull

static uint64_t nanoseconds_read(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC_RAW, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

static double ticks_measure(void)
{
    uint64_t start = nanoseconds_read(), first = ticks_read(), now;

    do {
        now = nanoseconds_read();
    } while (now - start < CALIBRATION_NS);
    return (double)(ticks_read() - first) / (double)(now - start);
}

static void cpuinfo_line(struct processor_facts *facts, const char *line)
{
    if (facts->name[0] == '\0')
        sscanf(line, "model name : %127[^\n]", facts->name);
    if (facts->clock_mhz == 0)
        sscanf(line, "cpu MHz : %lf", &facts->clock_mhz);
    if (strncmp(line, "flags", 5) == 0 && strstr(line, " hypervisor") != NULL)
        facts->virtual_machine = true;
}

static void cpuinfo_read(struct processor_facts *facts)
{
    char line[8192];
    FILE *file = fopen("/proc/cpuinfo", "r");

    if (file == NULL)
        return;
    while (fgets(line, sizeof(line), file) != NULL)
        cpuinfo_line(facts, line);
    fclose(file);
}

/* The first word of a file that describes a cache; false if there is none. */
static bool cache_word(unsigned index, const char *name, char word[32])
{
    char path[128];

    snprintf(path, sizeof(path), "/sys/devices/system/cpu/cpu0/cache/index%u/%s", index, name);
    FILE *file = fopen(path, "r");

    if (file == NULL)
        return false;
    bool found = fscanf(file, "%31s", word) == 1;
    fclose(file);
    return found;
}

static void caches_read(struct processor_facts *facts)
{
    char type[32], level[32], size[32];

    for (unsigned i = 0; cache_word(i, "type", type) && cache_word(i, "level", level); i++) {
        unsigned long kilobytes;

        if (strcmp(type, "Instruction") != 0 && level[0] >= '1' && level[0] <= '3' &&
            cache_word(i, "size", size) && sscanf(size, "%luK", &kilobytes) == 1)
            facts->cache_bytes[level[0] - '0'] = kilobytes * 1024;
    }
}

struct processor_facts processor_ask(void)
{
    struct processor_facts facts = {.clock_mhz = 0};

    cpuinfo_read(&facts);
    caches_read(&facts);
    facts.ticks_per_ns = ticks_measure();
    return facts;
}
