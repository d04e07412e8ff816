// SPDX-License-Identifier: MIT
/*
 * Attacks that once succeeded: on user mode, on the processor's time, on the lines of the log, on what one guest
 * can know of another, and on the returns from the hypervisor.
 */
#include "tests/boot/scene.h"

#include "tests/boot/fixups.h"

#include <criterion/criterion.h>
#include <elf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

TestSuite(hostile);

/* The guest with this name reports a success of this test, and ends. */
static void expect_success(struct machine *machine, const char *name, const char *test)
{
    char pattern[96];
    const char *report;

    snprintf(pattern, sizeof pattern, "^[%s] test: %s: ", name, test);
    report = machine_wait_ever(machine, pattern);
    machine_expect(machine, strstr(report, ": success") != NULL, "%s", report);
    snprintf(pattern, sizeof pattern, "^(pv) %s: ended: exit, reason 0", name);
    machine_wait_ever(machine, pattern);
}

/*
 * Without SMAP an IRET in ring 3 reads its frame, and does what the real selectors allow; with it, this
 * emulator faults before it has looked.
 */
static void user_mode(const char *processor)
{
    struct machine *machine = scene_boot_on(
        (struct machine_options){.processor = processor}, "console=serial onexit=poweroff",
        MODULES({.file = "guests/user-mode.elf", .options = "name=calls mem=4M --"},
                {.file = "guests/user-mode.elf", .options = "name=traps mem=4M mode=trap --"}));

    expect_success(machine, "calls", "user-mode");
    expect_success(machine, "traps", "user-mode");
    scene_ends(machine);
}

Test(hostile, user_mode)
{
    user_mode("max");
}

Test(hostile, user_mode_without_smap)
{
    user_mode("max,-smap");
}

/* A guest that is asleep costs nothing, however often its masked timer ticks. */
Test(hostile, timer_storm)
{
    struct machine *machine = scene_boot(
        "console=serial onexit=poweroff",
        MODULES({.file = "guests/timer-storm.elf", .options = "name=storm1 mem=4M mode=trap --"},
                {.file = "guests/timer-storm.elf", .options = "name=storm2 mem=4M mode=trap --"},
                {.file = "guests/timer-storm.elf", .options = "name=storm3 mem=4M mode=trap --"},
                KERNEL("good", "")));

    for (int i = 1; i <= 3; i++) {
        char pattern[64];
        snprintf(pattern, sizeof pattern, "^[storm%d] programming the timer", i);
        machine_wait_ever(machine, pattern);
    }
    scene_answers(machine, '4', "good");
    scene_order(machine, "list");
    machine_wait(machine, "^(pv) *storm1*trap");
    machine_wait(machine, "^(pv) *frames free, up for ");
    scene_answers(machine, '4', "good");
    machine_stop(machine);
}

Test(hostile, selectors)
{
    struct machine *machine =
        scene_boot("console=serial onexit=poweroff",
                   MODULES({.file = "guests/selectors.elf", .options = "name=marker mem=4M -- mark"},
                           {.file = "guests/selectors.elf", .options = "name=looker mem=4M -- look"}));

    expect_success(machine, "looker", "selectors");
    expect_success(machine, "marker", "selectors");
    scene_ends(machine);
}

#define HEAVY 65535
#define LIGHT 1024
#define TEXT(number)     TEXT_OF(number)
#define TEXT_OF(number)  #number
#define MILLION          1000000

/*
 * What the light guest gets is 15 parts in a thousand. The hypervisor's own time counts as the caller's, and
 * slices are coarse: four fifths of its due are well, two thirds are a theft.
 */
Test(hostile, heavy_caller)
{
    static const char *const counted[] = {"-icount", "shift=0", NULL};
    struct machine *machine = scene_boot_on(
        (struct machine_options){.additional = counted}, "console=serial onexit=poweroff",
        MODULES({.file = "guests/heavy-caller.elf",
                 .options = "name=heavy mem=4M weight=" TEXT(HEAVY) " -- call"},
                {.file = "guests/heavy-caller.elf",
                 .options = "name=light mem=4M weight=" TEXT(LIGHT) " -- count"}));
    unsigned long share = 0, due = MILLION * (unsigned long)LIGHT / (HEAVY + LIGHT);

    sscanf(machine_wait(machine, "^[light] share: "), "[light] share: %lu", &share);
    machine_expect(machine, share >= due * 4 / 5, "of a million the light guest got %lu, where %lu are its due",
                   share, due);
    machine_stop(machine);
}

Test(hostile, wild_handler)
{
    struct machine *machine =
        scene_boot("console=serial onexit=poweroff",
                   MODULES({.file = "guests/wild-handler.elf", .options = "name=handled mem=4M --"},
                           {.file = "guests/wild-handler.elf", .options = "name=alone mem=4M -- alone"}));

    expect_success(machine, "handled", "wild-handler");
    machine_wait_ever(machine, "^(pv) alone: ended: general protection at 800000000000");
    scene_ends(machine);
}

/*
 * An IRET to a guest can fault in ring 0, where the guest chose the address. This emulator never shows it, so
 * the code is looked at: each has a fix-up, but for the two that return into the hypervisor itself.
 */
Test(hostile, every_return_has_a_fixup)
{
    struct returns returns;
    size_t own = 0, to_guests = 0;

    returns_read(&returns, build_path("hv.elf"));
    for (size_t i = 0; i < returns.count; i++) {
        const struct return_site *site = &returns.sites[i];
        if (strcmp(site->function, "entry_hypervisor") == 0 ||
            strcmp(site->function, "entry_exception_1") == 0) {
            own++;
            continue;
        }
        to_guests++;
        cr_expect(site->fixed, "the iretq at %lx in %s has no fix-up", (unsigned long)site->address,
                  site->function);
    }
    cr_expect_eq(own, 2, "%zu returns into the hypervisor", own);
    cr_expect_geq(to_guests, 3, "only %zu returns to guests were found", to_guests);
}
