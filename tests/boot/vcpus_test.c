// SPDX-License-Identifier: MIT
/*
 * Guests with several virtual CPUs, on fewer, as many and more processors.
 */
#include "tests/boot/scene.h"

#include <criterion/criterion.h>
#include <stdio.h>

TestSuite(vcpus);

static struct machine *boot(const char *processors, const char *mode, const char *arguments)
{
    static char options[96];

    snprintf(options, sizeof options, "name=many mem=8M vcpus=4 mode=%s -- %s", mode, arguments);
    return scene_boot_on((struct machine_options){.processors = processors, .subject = options},
                         "console=serial onexit=poweroff",
                         MODULES({.file = "guests/vcpus.elf", .options = options}, KERNEL("good", "")));
}

static void good_is_well(struct machine *machine)
{
    machine_wait(machine, "^(pv) many: 2048 frames returned");
    scene_answers(machine, '2', "good");
    scene_order(machine, "stop good");
    scene_ends(machine);
}

/* The guest starts them, changes what they see, stops them, and ends while they run. */
static void used(const char *processors, const char *mode)
{
    struct machine *machine = boot(processors, mode, "");
    const char *report = machine_wait_ever(machine, "^[many] test: vcpus: ");

    machine_expect(machine, machine_count(machine, "^[many] test: vcpus: success") == 1, "%s", report);
    good_is_well(machine);
}

Test(vcpus, on_one_processor)
{
    used("1", "hypercall");
}

Test(vcpus, on_two_processors)
{
    used("2", "hypercall");
}

Test(vcpus, on_five_processors)
{
    used("5", "hypercall");
}

Test(vcpus, trap)
{
    used("2", "trap");
}

/* One of them breaks a rule: all of them end, and it says which. */
Test(vcpus, crash)
{
    struct machine *machine = boot("4", "hypercall", "crash");

    machine_wait_ever(machine, "^(pv) many: ended: invalid opcode");
    machine_wait(machine, "^(pv) many: virtual CPU 3");
    machine_wait(machine, "^(pv)   rip *rflags");
    good_is_well(machine);
}

Test(vcpus, stopped_while_all_run)
{
    struct machine *machine = boot("4", "hypercall", "busy");

    machine_wait_ever(machine, "^[many] all run");
    scene_order(machine, "stop many");
    good_is_well(machine);
}

Test(vcpus, last_one_stops)
{
    struct machine *machine = boot("2", "hypercall", "last");

    machine_wait_ever(machine, "^(pv) many: ended: its last virtual CPU was stopped");
    good_is_well(machine);
}
