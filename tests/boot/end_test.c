// SPDX-License-Identifier: MIT
/*
 * How guests end, and what the hypervisor does when the last one has.
 */
#include "tests/boot/scene.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

TestSuite(end);

Test(end, poweroff)
{
    struct machine *machine =
        scene_boot("console=serial onexit=poweroff", MODULES(KERNEL("alpha", "exit 0")));

    machine_wait(machine, "^(pv) alpha: ended: exit, reason 0");
    scene_ends(machine);
}

Test(end, reason)
{
    struct machine *machine = scene_boot("console=serial onexit=poweroff",
                                         MODULES(KERNEL("alpha", "exit 42"), TRAP_KERNEL("beta", "exit 43")));

    machine_wait(machine, "^(pv) alpha: ended: exit, reason 42");
    machine_wait(machine, "^(pv) beta: ended: exit, reason 43");
    machine_wait_count(machine, "^(pv)   rip *rflags", 2);
    machine_wait_count(machine, "^(pv)  *kernel_main+0x", 2);
    scene_ends(machine);
}

Test(end, reboot)
{
    struct machine *machine =
        scene_boot_on((struct machine_options){.reboots = true}, "console=serial onexit=reboot",
                      MODULES(KERNEL("alpha", "exit 0")));

    machine_wait_count(machine, "(pv) Paravane 0.1", 2);
    machine_stop(machine);
}

Test(end, halt)
{
    struct machine *machine = scene_boot("console=serial onexit=halt", MODULES(KERNEL("alpha", "exit 0")));

    machine_wait(machine, "^(pv) all guests have ended, every frame returned");
    machine_listen(machine, 500);
    char *answer = machine_ask(machine, "info status");
    machine_expect(machine, strstr(answer, "running") != NULL, "QEMU says: %s", answer);
    free(answer);
    answer = machine_ask(machine, "info registers");
    machine_expect(machine, strstr(answer, "HLT=1") != NULL, "the processor is not halted");
    free(answer);
    machine_stop(machine);
}

/* One that ends leaves the other alone, also when it had the keyboard. */
Test(end, other_goes_on)
{
    struct machine *machine =
        scene_boot("console=serial onexit=poweroff", MODULES(KERNEL("alpha", "exit 0"), KERNEL("beta", "")));

    machine_wait(machine, "^(pv) alpha: *frames returned");
    scene_answers(machine, '2', "beta");
    scene_command(machine, "beta", "exit 0");
    scene_ends(machine);
}
