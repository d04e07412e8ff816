// SPDX-License-Identifier: MIT
/*
 * The processor is shared by the hypervisor's clock, not by the guests' good will, and rests when nobody has
 * anything to do.
 */
#include "tests/boot/scene.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

TestSuite(schedule);

/* Beta answers while the other one loops, and the other one can be stopped. */
static void answers_beside(struct machine *machine, const char *name)
{
    char text[64];

    scene_answers(machine, '2', "beta");
    scene_command(machine, "beta", "sieve 1000");
    machine_wait(machine, "^[beta] *168");
    snprintf(text, sizeof text, "stop %s", name);
    scene_order(machine, text);
    snprintf(text, sizeof text, "^(pv) %s: *frames returned", name);
    machine_wait(machine, text);
    scene_order(machine, "stop beta");
    scene_ends(machine);
}

Test(schedule, spin)
{
    struct machine *machine =
        scene_boot("console=serial onexit=poweroff", MODULES(KERNEL("alpha", "spin"), KERNEL("beta", "")));

    machine_wait(machine, "^[alpha] spinning");
    answers_beside(machine, "alpha");
}

/* Events disabled in trap mode are disabled by cli, which must not disable the machine's interrupts. */
Test(schedule, spin_trap)
{
    struct machine *machine = scene_boot("console=serial onexit=poweroff",
                                         MODULES(TRAP_KERNEL("alpha", "spin"), KERNEL("beta", "")));

    machine_wait(machine, "^[alpha] spinning");
    answers_beside(machine, "alpha");
}

Test(schedule, spin_masked)
{
    struct machine *machine = scene_boot("console=serial onexit=poweroff",
                                         MODULES(TEST_GUEST("spin-masked", ""), KERNEL("beta", "")));

    machine_wait(machine, "^[spin-masked] looping with events masked");
    answers_beside(machine, "spin-masked");
}

/* Both compute at the same time, and each gets a good part of the processor. */
Test(schedule, share)
{
    struct machine *machine =
        scene_boot_alone("console=serial onexit=poweroff",
                         MODULES(KERNEL("alpha", "busy 2; exit 0"), KERNEL("beta", "busy 2; exit 0")));
    unsigned long loops[2] = {0, 0};

    sscanf(machine_wait(machine, "^[alpha] busy: "), "[alpha] busy: %lu", &loops[0]);
    sscanf(machine_wait(machine, "^[beta] busy: "), "[beta] busy: %lu", &loops[1]);
    machine_expect(machine, loops[0] > loops[1] * 3 / 5 && loops[1] > loops[0] * 3 / 5,
                   "alpha did %lu loops, beta %lu", loops[0], loops[1]);
    scene_ends(machine);
}

/* Four times the weight is four times the processor. */
Test(schedule, weight)
{
    struct machine *machine = scene_boot_alone(
        "console=serial onexit=poweroff",
        MODULES({.file = "guests/monitor.elf", .options = "name=alpha mem=16M weight=400 -- busy 2; exit 0"},
                {.file = "guests/monitor.elf", .options = "name=beta mem=16M weight=100 -- busy 2; exit 0"}));
    unsigned long loops[2] = {0, 0};

    sscanf(machine_wait(machine, "^[alpha] busy: "), "[alpha] busy: %lu", &loops[0]);
    sscanf(machine_wait(machine, "^[beta] busy: "), "[beta] busy: %lu", &loops[1]);
    machine_expect(machine, loops[0] > 2 * loops[1] && loops[0] < 8 * loops[1],
                   "alpha did %lu loops, beta %lu", loops[0], loops[1]);
    scene_ends(machine);
}

/* Registers of the floating-point unit are each guest's own. */
Test(schedule, floating_point)
{
    struct machine *machine =
        scene_boot("console=serial onexit=poweroff",
                   MODULES(KERNEL("alpha", "fpu 50; exit 0"), TRAP_KERNEL("beta", "fpu 50; exit 0")));

    machine_wait(machine, "^[alpha] fpu: 50 of 50 rounds good");
    machine_wait(machine, "^[beta] fpu: 50 of 50 rounds good");
    scene_ends(machine);
}

Test(schedule, sleep)
{
    struct machine *machine = scene_boot("console=serial onexit=poweroff",
                                         MODULES(KERNEL("alpha", "sleep 0.5; echo awake; exit 0"),
                                                 TRAP_KERNEL("beta", "sleep 0.5; echo awake; exit 0")));

    machine_wait(machine, "^[alpha] awake");
    machine_wait(machine, "^[beta] awake");
    scene_ends(machine);
}

/* With both guests at their prompts nothing is to be done, and the processor waits for an interrupt. */
static void rests(struct machine *machine)
{
    int halted = 0;

    scene_answers(machine, '1', "alpha");
    scene_answers(machine, '2', "beta");
    machine_listen(machine, 300);
    for (int i = 0; i < 20; i++) {
        char *answer = machine_ask(machine, "info registers");
        halted += strstr(answer, "HLT=1") != NULL;
        free(answer);
    }
    machine_expect(machine, halted >= 15, "the processor was halted in %d of 20 looks", halted);
    machine_stop(machine);
}

Test(schedule, rests)
{
    rests(scene_boot("console=serial", MODULES(KERNEL("alpha", ""), KERNEL("beta", ""))));
}

Test(schedule, rests_trap)
{
    rests(scene_boot("console=serial", MODULES(TRAP_KERNEL("alpha", ""), TRAP_KERNEL("beta", ""))));
}
