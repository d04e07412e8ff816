// SPDX-License-Identifier: MIT
/*
 * The guests of tests/guests that use and attack the MMU validator: each in both modes at once, beside a
 * well-behaved one, which has to be well afterwards. At the end every frame is returned.
 */
#include "tests/boot/scene.h"

#include <criterion/criterion.h>
#include <stdio.h>

TestSuite(mmu);

#define OPTIONS "console=serial onexit=poweroff"

/* A test guest under a name of its own; all string literals. */
#define GUEST(guest, name, rest)                                                                             \
    {                                                                                                        \
        .file = "guests/" guest ".elf", .options = "name=" name " mem=4M " rest                              \
    }

static void good_is_well(struct machine *machine, char key)
{
    scene_answers(machine, key, "good");
    scene_order(machine, "stop good");
    scene_ends(machine);
}

/* As two guests, one by hypercalls and one in mode=trap, on a processor (NULL for the usual one). */
static void succeeds_on(const char *guest, const char *processor)
{
    static char file[64];
    struct machine *machine;

    snprintf(file, sizeof file, "guests/%s.elf", guest);
    machine = scene_boot_on((struct machine_options){.processor = processor}, OPTIONS,
                            MODULES({.file = file, .options = "name=calls mem=4M --"},
                                    {.file = file, .options = "name=traps mem=4M mode=trap --"},
                                    KERNEL("good", "")));
    scene_succeeds(machine, "calls", guest);
    scene_succeeds(machine, "traps", guest);
    good_is_well(machine, '3');
}

static void succeeds(const char *guest)
{
    succeeds_on(guest, NULL);
}

Test(mmu, basic)
{
    succeeds("mmu-basic");
}

Test(mmu, table_write)
{
    succeeds("table-write");
}

Test(mmu, foreign_frames)
{
    succeeds("foreign-frames");
}

Test(mmu, pinned_root)
{
    succeeds("pinned-root");
}

/* One that cuts off what it runs on harms itself. */
Test(mmu, pinned_root_saw)
{
    struct machine *machine =
        scene_boot(OPTIONS, MODULES(GUEST("pinned-root", "calls", "-- saw"),
                                    GUEST("pinned-root", "traps", "mode=trap -- saw"), KERNEL("good", "")));

    machine_wait_ever(machine, "^(pv) calls: ended: page fault");
    machine_wait_ever(machine, "^(pv) traps: ended: page fault");
    good_is_well(machine, '3');
}

/* Two with other bases under the same selectors, in either mode. */
Test(mmu, descriptors)
{
    struct machine *machine = scene_boot(
        OPTIONS, MODULES(GUEST("descriptors", "one", "--"), GUEST("descriptors", "other", "-- other"),
                         GUEST("descriptors", "traps", "mode=trap --"), KERNEL("good", "")));

    scene_succeeds(machine, "one", "descriptors");
    scene_succeeds(machine, "other", "descriptors");
    scene_succeeds(machine, "traps", "descriptors");
    good_is_well(machine, '4');
}

/* The return to a code segment that is gone faults in ring 0: the guest's loss. */
Test(mmu, descriptors_lose)
{
    struct machine *machine =
        scene_boot(OPTIONS, MODULES(GUEST("descriptors", "loser", "mode=trap -- lose"), KERNEL("good", "")));

    machine_wait(machine, "^[loser] losing its code segment");
    machine_wait(machine, "^(pv) loser: ended: ");
    machine_expect(machine, machine_count(machine, "^[loser] test: ") == 0, "it went on");
    good_is_well(machine, '2');
}

Test(mmu, batch_flood)
{
    succeeds("batch-flood");
}

Test(mmu, batch_flood_exit)
{
    struct machine *machine =
        scene_boot(OPTIONS, MODULES(GUEST("batch-flood", "calls", "-- exit"),
                                    GUEST("batch-flood", "traps", "mode=trap -- exit"), KERNEL("good", "")));

    machine_wait_ever(machine, "^(pv) calls: ended: exit, reason 5");
    machine_wait_ever(machine, "^(pv) traps: ended: exit, reason 5");
    good_is_well(machine, '3');
}

Test(mmu, table_store)
{
    succeeds("table-store");
}

Test(mmu, user_pages)
{
    succeeds("user-pages");
}

Test(mmu, user_pages_without_smap)
{
    succeeds_on("user-pages", "max,-smap,-smep");
}

/* The well-behaved one is asked while the others are at it. */
Test(mmu, chaos)
{
    struct machine *machine =
        scene_boot(OPTIONS, MODULES(GUEST("mmu-chaos", "one", "-- 1"), GUEST("mmu-chaos", "two", "-- 2"),
                                    GUEST("mmu-chaos", "three", "mode=trap -- 3"), KERNEL("good", "")));

    scene_answers(machine, '4', "good");
    scene_succeeds(machine, "one", "mmu-chaos");
    scene_succeeds(machine, "two", "mmu-chaos");
    scene_succeeds(machine, "three", "mmu-chaos");
    good_is_well(machine, '4');
}

/* Stopped in the middle of it, they leave nothing behind. */
Test(mmu, chaos_stopped)
{
    struct machine *machine =
        scene_boot(OPTIONS, MODULES(GUEST("mmu-chaos", "one", "-- endless"),
                                    GUEST("mmu-chaos", "two", "mode=trap -- endless"), KERNEL("good", "")));

    machine_wait_ever(machine, "^[one] in the middle of it");
    machine_wait_ever(machine, "^[two] in the middle of it");
    scene_order(machine, "stop one");
    machine_wait(machine, "^(pv) one: 1024 frames returned");
    scene_order(machine, "stop two");
    machine_wait(machine, "^(pv) two: 1024 frames returned");
    good_is_well(machine, '3');
}
