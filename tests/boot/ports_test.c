// SPDX-License-Identifier: MIT
/*
 * Event channels: a guest that makes every call of them, and pairs of guests.
 */
#include "tests/boot/scene.h"

#include <criterion/criterion.h>
#include <stdio.h>

TestSuite(ports);

#define PORTS(name, arguments)                                                                               \
    {                                                                                                        \
        .file = "guests/ports.elf", .options = "name=" name " mem=4M -- " arguments                          \
    }

Test(ports, alone)
{
    struct machine *machine = scene_boot("console=serial onexit=poweroff", MODULES(PORTS("alpha", "")));

    scene_succeeds(machine, "alpha", "ports");
    scene_ends(machine);
}

Test(ports, trap)
{
    struct machine *machine =
        scene_boot("console=serial onexit=poweroff",
                   MODULES({.file = "guests/ports.elf", .options = "name=alpha mem=4M mode=trap"}));

    scene_succeeds(machine, "alpha", "ports");
    scene_ends(machine);
}

static void plays(const char *processors)
{
    struct machine *machine =
        scene_boot_on((struct machine_options){.processors = processors}, "console=serial onexit=poweroff",
                      MODULES(PORTS("alpha", "ping"), PORTS("beta", "pong")));

    machine_wait(machine, "^[alpha] 2000 messages");
    scene_succeeds(machine, "alpha", "ports");
    scene_succeeds(machine, "beta", "ports");
    scene_ends(machine);
}

Test(ports, pair)
{
    plays("1");
}

Test(ports, pair_on_two_processors)
{
    plays("2");
}

Test(ports, console)
{
    struct machine *machine =
        scene_boot("console=serial onexit=poweroff", MODULES(PORTS("alpha", "console")));

    machine_wait(machine, "^[alpha] type something");
    machine_type(machine, "x");
    scene_succeeds(machine, "alpha", "ports");
    scene_ends(machine);
}

/* Where an upcall cannot be made, the domain ends, for the reason that the slow path gives. */
static void ends_for(const char *arguments, const char *reason)
{
    char options[64];
    struct machine *machine;

    snprintf(options, sizeof options, "name=alpha mem=4M -- %s", arguments);
    machine = scene_boot("console=serial onexit=poweroff",
                         MODULES({.file = "guests/ports.elf", .options = options}));
    machine_wait(machine, "^(pv) alpha: ended: ");
    machine_expect(machine, machine_count(machine, "not as it should be") == 0, "it went on");
    machine_wait(machine, reason);
    scene_ends(machine);
}

Test(ports, no_entry)
{
    ends_for("no-entry", "^(pv) alpha: ended: *no event entry set");
}

Test(ports, wild_entry)
{
    ends_for("wild-entry", "^(pv) alpha: ended: *4000000000000000");
}

Test(ports, bad_stack)
{
    ends_for("bad-stack", "^(pv) alpha: ended: *the stack at 1000 cannot be written");
}

/* A frame there would be written, if nothing looked at the address. */
Test(ports, hypervisor_stack)
{
    ends_for("hypervisor-stack", "^(pv) alpha: ended: *the stack at ffff840000080000 cannot be written");
}

Test(ports, high_stack)
{
    ends_for("high-stack", "^(pv) alpha: ended: *the stack at ffffffffffff0000 cannot be written");
}
