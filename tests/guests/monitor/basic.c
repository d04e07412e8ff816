// SPDX-License-Identifier: MIT
// Commands that tell about the machine, and the shortest ones.
#include "command.h"

#include <malloc.h>
#include <stdio.h>

#include "monitor.h"
#include "pvops/pvops.h"
#include "reason.h"
#include "timer.h"

enum { KIB = 1024, FEATURE_BITS = 64 };

static void features_print(uint64_t features)
{
    printf("features:  ");
    for (unsigned bit = 0; bit < FEATURE_BITS; bit++) {
        const char *name = pv_feature_name(bit);

        if (features >> bit & 1)
            printf("%s ", name ? name : "(unknown)");
    }
    printf("\n");
}

void command_about(int count, char **words)
{
    const struct pv_boot *boot = monitor_boot();

    (void)count;
    (void)words;
    printf("name:      %s\n", boot->name);
    printf("mode:      %s\n", boot->mode);
    printf("ABI:       %u.%u\n", boot->version_major, boot->version_minor);
    features_print(boot->features);
    printf("memory:    %lu KiB\n", boot->memory / KIB);
    printf("free:      0x%lx to 0x%lx\n", boot->free_start, boot->free_end);
    printf("cr0:       0x%lx\n", pvop_cpu_read_cr0());
    printf("cr3:       0x%lx\n", pvop_cpu_read_cr3());
    printf("cr4:       0x%lx\n", pvop_cpu_read_cr4());
}

void command_echo(int count, char **words)
{
    for (int i = 1; i < count; i++)
        printf("%s%s", i > 1 ? " " : "", words[i]);
    printf("\n");
}

void command_mem(int count, char **words)
{
    const struct pv_boot *boot = monitor_boot();

    (void)count;
    (void)words;
    printf("heap may grow to %lu KiB\n", (boot->free_end - boot->free_start) / KIB);
    malloc_stats();
}

void command_time(int count, char **words)
{
    (void)count;
    (void)words;
    printf("%.6f seconds\n", timer_seconds());
}

void command_sleep(int count, char **words)
{
    double before = timer_seconds();

    timer_sleep(word_seconds(count, words, 1, 0));
    printf("slept %.3f seconds\n", timer_seconds() - before);
}

void command_probe(int count, char **words)
{
    uint64_t address = word_number(count, words, 1, 0);
    int byte = pv_probe((const void *)address);

    if (byte < 0)
        printf("0x%lx: cannot be read\n", address);
    else
        printf("0x%lx: 0x%02x\n", address, byte);
}

void command_exit(int count, char **words)
{
    pvop_cpu_end((uint8_t)word_number(count, words, 1, REASON_GOOD));
}
