// SPDX-License-Identifier: MIT
/*
 * What the hypervisor makes of its command line, of the machine, and of having nothing to run.
 */
#include "tests/boot/scene.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

TestSuite(start);

/* Says this, and nothing worse. */
static void says(struct machine *machine, const char *pattern)
{
    machine_wait(machine, pattern);
    machine_stop(machine);
}

Test(start, no_module)
{
    struct machine *machine = scene_boot("console=serial onexit=poweroff", NULL, 0);

    machine_wait(machine, SCENE_BANNER);
    machine_wait(machine, "^(pv) *no guest");
    machine_stop(machine);
}

Test(start, unknown_option)
{
    says(scene_boot("console=serial foo=1", MODULES(KERNEL("alpha", ""))),
         "^(pv) *command line: unknown option 'foo'");
}

Test(start, malformed_option)
{
    says(scene_boot("console=paper", MODULES(KERNEL("alpha", ""))), "^(pv) *command line: *console");
    says(scene_boot("loglevel=", MODULES(KERNEL("alpha", ""))), "^(pv) *command line: *loglevel");
    says(scene_boot("onexit", MODULES(KERNEL("alpha", ""))), "^(pv) *command line: *onexit");
}

/* A module whose options are wrong is refused by name, where it has one, and the other one runs. */
static void options_refused(const char *options, const char *pattern)
{
    struct machine *machine = scene_boot(
        "console=serial", MODULES({.file = "guests/monitor.elf", .options = options}, KERNEL("good", "")));

    machine_wait(machine, pattern);
    scene_answers(machine, '1', "good");
    machine_expect(machine, machine_count(machine, "refused") <= 1, "more than one line about one module");
    machine_stop(machine);
}

Test(start, module_options_unknown)
{
    options_refused("name=bad mem=16M foo=1 --", "^(pv) module bad: refused: *foo");
}

Test(start, module_options_malformed)
{
    options_refused("name=bad mem=lots --", "^(pv) module bad: refused: *mem");
    options_refused("name=bad mem=16M mode=magic --", "^(pv) module bad: refused: *mode");
    options_refused("name=bad mem=16M weight=0 --", "^(pv) module bad: refused: *weight");
    options_refused("name=bad mem=99999999999999999999 --", "^(pv) module bad: refused: *mem");
    options_refused("name= mem=16M --", "^(pv) module 1: refused: *name");
    options_refused("name=0123456789012345678901234567890123456789 mem=16M --",
                    "^(pv) module *refused: *name");
}

Test(start, module_name_twice)
{
    struct machine *machine =
        scene_boot("console=serial", MODULES(KERNEL("alpha", ""), KERNEL("alpha", ""), KERNEL("beta", "")));

    machine_wait(machine, "^(pv) module alpha: refused: *name");
    scene_answers(machine, '1', "alpha");
    scene_answers(machine, '2', "beta");
    machine_stop(machine);
}

Test(start, memory_too_little)
{
    struct machine *machine = scene_boot(
        "console=serial",
        MODULES({.file = "guests/monitor.elf", .options = "name=bad mem=1G --"},
                {.file = "guests/monitor.elf", .options = "name=tiny mem=64K --"},
                {.file = "guests/monitor.elf", .options = "name=huge mem=1000T --"}, KERNEL("good", "")));

    machine_wait(machine, "^(pv) module bad: refused: *memory");
    machine_wait(machine, "^(pv) module tiny: refused: *");
    machine_wait(machine, "^(pv) module huge: refused: *");
    scene_answers(machine, '1', "good");
    machine_stop(machine);
}

/* More than 4 GiB of memory has a hole below 4 GiB; a guest of this size needs some on either side of it. */
Test(start, memory_beyond_4g)
{
    struct machine *machine =
        scene_boot_on((struct machine_options){.memory = "6G"}, "console=serial",
                      MODULES({.file = "guests/monitor.elf", .options = "name=large mem=3200M -- mem"},
                              KERNEL("small", "")));

    machine_wait(machine, "^(pv) large: started, 3200 MiB");
    scene_answers(machine, '2', "small");
    scene_answers(machine, '1', "large");
    scene_order(machine, "stop large");
    machine_wait(machine, "^(pv) large: *frames returned");
    scene_order(machine, "stop small");
    scene_ends(machine);
}

/* A processor on which the hypervisor cannot run. It says what is missing, and starts nothing. */
static void processor_refused(const char *processor, const char *missing)
{
    struct machine *machine = scene_boot_on((struct machine_options){.processor = processor},
                                            "console=serial", MODULES(KERNEL("alpha", "")));
    char pattern[64];

    snprintf(pattern, sizeof pattern, "(pv) *%s", missing);
    machine_wait(machine, pattern);
    machine_listen(machine, 500);
    machine_expect(machine, machine_count(machine, "started,") == 0, "a guest runs without %s", missing);
    machine_stop(machine);
}

Test(start, processor_without_long_mode)
{
    processor_refused("qemu32", "long mode");
}

Test(start, processor_without_nx)
{
    processor_refused("max,-nx", "NX");
}

Test(start, processor_without_syscall)
{
    processor_refused("max,-syscall", "SYSCALL");
}

/* A processor without one of what is merely good to have: it is named, and guests run. */
static void processor_accepted(const char *processor, const char *missing)
{
    struct machine *machine =
        scene_boot_on((struct machine_options){.processor = processor}, "console=serial",
                      MODULES(KERNEL("alpha", "float"), TRAP_KERNEL("beta", "float")));
    char pattern[64];

    snprintf(pattern, sizeof pattern, "^(pv) *%s", missing);
    machine_wait(machine, pattern);
    scene_answers(machine, '1', "alpha");
    scene_answers(machine, '2', "beta");
    machine_stop(machine);
}

Test(start, processor_without_smep)
{
    processor_accepted("max,-smep", "SMEP");
}

Test(start, processor_without_smap)
{
    processor_accepted("max,-smap", "SMAP");
}

Test(start, processor_without_umip)
{
    processor_accepted("max,-umip", "UMIP");
}

Test(start, processor_without_fsgsbase)
{
    processor_accepted("max,-fsgsbase", "FSGSBASE");
}

Test(start, processor_without_xsave)
{
    processor_accepted("max,-xsave", "");
}

Test(start, processor_without_large_pages)
{
    processor_accepted("max,-pdpe1gb", "");
}

Test(start, processor_old)
{
    processor_accepted("qemu64", "SMAP");
}
