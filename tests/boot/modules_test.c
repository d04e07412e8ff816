// SPDX-License-Identifier: MIT
/*
 * Modules that must not run, and the good ones beside them.
 */
#include "lib/multiboot2.h"
#include "tests/boot/scene.h"
#include "tests/boot/spoiled.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

TestSuite(modules);

/* As many modules in one boot, beside the good one. */
#define BATCH 31

static void expect_refused(struct machine *machine, const struct spoiled *spoiled)
{
    char pattern[128];

    snprintf(pattern, sizeof pattern, "^(pv) module %s: refused: *%s", spoiled->name, spoiled->reason);
    machine_wait(machine, pattern);
}

/* A number of them in one boot, with a good guest at the end. */
static void refused(const struct spoiled *spoiled, size_t count)
{
    struct image_module modules[BATCH + 1];
    struct machine *machine;

    for (size_t i = 0; i < count; i++)
        modules[i] = spoiled_make(&spoiled[i]);
    modules[count] = (struct image_module)KERNEL("good", "");
    machine = scene_boot("console=serial", modules, count + 1);
    machine_wait(machine, "^[good] hello");
    for (size_t i = 0; i < count; i++)
        expect_refused(machine, &spoiled[i]);
    machine_expect(machine, machine_count(machine, ": refused: ") == count, "%zu lines for %zu modules",
                   machine_count(machine, ": refused: "), count);
    machine_expect(machine, machine_count(machine, "started,") == 1,
                   "a guest was started that should not be");
    scene_answers(machine, '1', "good");
    machine_stop(machine);
}

Test(modules, refused)
{
    for (size_t done = 0; done < spoiled_count; done += BATCH)
        refused(&spoiled_modules[done], spoiled_count - done < BATCH ? spoiled_count - done : BATCH);
}

/* More modules than there is room for. */
Test(modules, too_many)
{
    enum { MANY = BOOT_MAX_MODULES + 1 };
    struct image_module modules[MANY];
    struct machine *machine;

    for (size_t i = 0; i < MANY; i++)
        modules[i] = spoiled_make(&spoiled_modules[0]);
    machine = scene_boot("console=serial", modules, MANY);
    machine_wait(machine, "^(pv) *more than 64 modules");
    machine_stop(machine);
}

/* What is refused leaves nothing behind: the memory of a refused guest is there for another. */
Test(modules, refused_leaves_nothing)
{
    struct image_module modules[] = {spoiled_make(&spoiled_modules[0]), spoiled_make(&spoiled_modules[1])};
    struct machine *machine = scene_boot("console=serial onexit=poweroff", modules, 2);

    machine_wait(machine, "^(pv) no guest could be started");
    int status = machine_wait_end(machine);
    machine_expect(machine, status == 0, "QEMU ended with status %d", status);
    machine_stop(machine);
}

/* What is refused for where it wants to be, after its memory could have been taken. */
static bool refused_late(const struct spoiled *spoiled)
{
    return strncmp(spoiled->name, "window-", 7) == 0;
}

/* Several that get far before they are refused, then one that needs most of the memory. */
Test(modules, refused_frees_memory)
{
    static const char late[] = "name=late mem=150M --";
    struct image_module modules[4];
    size_t count = 0;
    struct machine *machine;

    for (size_t i = 0; i < spoiled_count && count < 3; i++) {
        if (refused_late(&spoiled_modules[i])) {
            modules[count] = spoiled_make(&spoiled_modules[i]);
            modules[count++].options = late;
        }
    }
    modules[count++] =
        (struct image_module){.file = "guests/monitor.elf", .options = "name=good mem=150M --"};
    machine = scene_boot("console=serial", modules, count);
    scene_answers(machine, '1', "good");
    machine_stop(machine);
}

/* A module without a command line has no name: its number stands for it, alone or in a name. */
Test(modules, nameless)
{
    struct machine *machine =
        scene_boot("console=serial", MODULES({.file = "guests/monitor.elf", .options = "mem=16M"},
                                             {.bytes = "x", .size = 1}, KERNEL("good", "")));

    machine_wait(machine, "^(pv) module *2: refused: not an ELF");
    machine_wait(machine, "^[good] hello");
    machine_stop(machine);
}
