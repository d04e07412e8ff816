// SPDX-License-Identifier: MIT
/*
 * Ports of a guest with several virtual CPUs, on fewer and as many processors.
 */
#include "tests/boot/scene.h"

#include <criterion/criterion.h>
#include <stdio.h>

TestSuite(port_storm);

static void storm(const char *processors, const char *arguments)
{
    char options[96];
    struct machine *machine;
    const char *report;

    snprintf(options, sizeof options, "name=many mem=8M vcpus=4 -- %s", arguments);
    machine =
        scene_boot_on((struct machine_options){.processors = processors}, "console=serial onexit=poweroff",
                      MODULES({.file = "guests/port-storm.elf", .options = options}));
    report = machine_wait_ever(machine, "^[many] test: port-storm: ");
    machine_expect(machine, machine_count(machine, "^[many] test: port-storm: success") == 1, "%s", report);
    scene_ends(machine);
}

Test(port_storm, on_one_processor)
{
    storm("1", "");
}

Test(port_storm, on_two_processors)
{
    storm("2", "");
}

Test(port_storm, on_four_processors)
{
    storm("4", "");
}

Test(port_storm, moved_on_one_processor)
{
    storm("1", "move");
}

Test(port_storm, moved_on_four_processors)
{
    storm("4", "move");
}

/* Two that do to each other whatever ports can do, until one ends, and then the other. */
static void chaos(const char *processors)
{
    struct machine *machine = scene_boot_on(
        (struct machine_options){.processors = processors}, "console=serial onexit=poweroff",
        MODULES({.file = "guests/port-storm.elf", .options = "name=alpha mem=8M vcpus=4 -- chaos"},
                {.file = "guests/port-storm.elf", .options = "name=beta mem=8M vcpus=3 -- chaos-end"}));

    machine_wait_ever(machine, "^[beta] test: port-storm: success");
    machine_wait_ever(machine, "^(pv) beta: 2048 frames returned");
    machine_wait_ever(machine, "^[alpha] test: port-storm: success");
    scene_ends(machine);
}

Test(port_storm, chaos_on_one_processor)
{
    chaos("1");
}

Test(port_storm, chaos_on_four_processors)
{
    chaos("4");
}
