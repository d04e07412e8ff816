// SPDX-License-Identifier: MIT
/*
 * Memory that guests share: what the option makes, and what it refuses.
 */
#include "tests/boot/scene.h"

#include <criterion/criterion.h>
#include <stdio.h>

TestSuite(shares);

#define SHARES(name, words, arguments)                                                                       \
    {                                                                                                        \
        .file = "guests/shares.elf", .options = "name=" name " mem=4M " words " -- " arguments               \
    }

static void streams(const char *processors)
{
    struct machine *machine = scene_boot_on(
        (struct machine_options){.processors = processors}, "console=serial onexit=poweroff",
        MODULES(SHARES("alpha", "share=r1:alpha,beta:64K", "write"), SHARES("beta", "", "read")));

    machine_wait(machine, "^[beta] 1048576 bytes");
    scene_succeeds(machine, "alpha", "shares");
    scene_succeeds(machine, "beta", "shares");
    scene_ends(machine);
}

Test(shares, stream)
{
    streams("1");
}

Test(shares, stream_on_two_processors)
{
    streams("2");
}

/* Whoever is left keeps the memory; scene_ends sees that it is given back. */
Test(shares, survivor)
{
    struct machine *machine =
        scene_boot("console=serial onexit=poweroff",
                   MODULES(SHARES("alpha", "share=r1:beta,alpha:8K", "die"), SHARES("beta", "", "survive")));

    scene_succeeds(machine, "beta", "shares");
    scene_ends(machine);
}

/* The guest that asked for it does not run with less than it asked for, unless it is the other one's fault.
 */
static void refused(const char *option, const char *line, bool runs)
{
    char options[256];
    struct machine *machine;

    snprintf(options, sizeof options, "name=alpha mem=4M %s", option);
    machine = scene_boot("console=serial onexit=poweroff",
                         MODULES({.file = "guests/shares.elf", .options = options}, SHARES("beta", "", "")));
    machine_wait(machine, line);
    if (runs)
        scene_succeeds(machine, "alpha", "shares");
    scene_succeeds(machine, "beta", "shares");
    scene_ends(machine);
}

Test(shares, refused_form)
{
    refused("share=r1:alpha:64K", "^(pv) module alpha: refused: share=r1:alpha:64K: it is not NAME:", false);
}

Test(shares, refused_name)
{
    refused("share=sixteen-letters-:alpha,beta:64K", "^(pv) module alpha: refused: *it is not NAME:", false);
}

Test(shares, refused_size)
{
    refused("share=r1:alpha,beta:5000", "^(pv) module alpha: refused: *its size is no multiple of 4K", false);
}

Test(shares, refused_huge)
{
    refused("share=r1:alpha,beta:2M", "^(pv) module alpha: refused: *its size is no multiple of 4K", false);
}

Test(shares, refused_itself)
{
    refused("share=r1:alpha,alpha:64K", "^(pv) module alpha: refused: *its guests are the same one", false);
}

Test(shares, refused_nobody)
{
    refused("share=r1:alpha,gamma:64K", "^(pv) share r1: refused: a guest of it is not there", true);
}

/* The window has room for 1M; each line can have one. */
Test(shares, refused_window)
{
    struct machine *machine =
        scene_boot("console=serial onexit=poweroff",
                   MODULES(SHARES("alpha", "share=r0:beta,gamma:1M", ""),
                           SHARES("beta", "share=r1:gamma,beta:4K", "any"), SHARES("gamma", "", "any")));

    machine_wait(machine, "^(pv) share r1: refused: a guest's window is full");
    scene_succeeds(machine, "alpha", "shares");
    scene_ends(machine);
}
