// SPDX-License-Identifier: MIT
/*
 * Guests that break: the hypervisor says why, shows where, takes everything back, and the others go on.
 */
#include "tests/boot/scene.h"

#include <criterion/criterion.h>
#include <stdio.h>

TestSuite(crash);

/*
 * Alpha has crashed, for this reason. The trace names a function of its; all of its frames come back. Beta is
 * well, before and after.
 */
static void expect_crash(struct machine *machine, const char *reason, const char *function)
{
    char pattern[128];

    snprintf(pattern, sizeof pattern, "^(pv) alpha: ended: *%s", reason);
    machine_wait(machine, pattern);
    machine_wait(machine, "^(pv)   rip *rflags");
    machine_wait(machine, "^(pv)   rax *rbx");
    machine_wait(machine, "^(pv)   trace:");
    snprintf(pattern, sizeof pattern, "^(pv)  *%s+0x", function);
    machine_wait(machine, pattern);
    machine_wait(machine, "^(pv) alpha: 4*frames returned");
    scene_answers(machine, '2', "beta");
    scene_order(machine, "stop beta");
    scene_ends(machine);
}

/* Alpha has a handler of its own, which reports the exception and exits; or it has none, or no stack for it.
 */
static void crashes(const char *command, const char *own_line)
{
    struct machine *machine =
        scene_boot("console=serial onexit=poweroff", MODULES(KERNEL("alpha", ""), KERNEL("beta", "")));

    scene_answers(machine, '2', "beta");
    scene_answers(machine, '1', "alpha");
    scene_command(machine, "alpha", command);
    machine_wait(machine, own_line);
    machine_wait(machine, "^(pv) alpha: ended: exit, reason ");
    machine_wait(machine, "^(pv) alpha: 4*frames returned");
    scene_answers(machine, '2', "beta");
    scene_order(machine, "stop beta");
    scene_ends(machine);
}

static void crashes_without_handler(const char *command, const char *reason, const char *function)
{
    struct machine *machine =
        scene_boot("console=serial onexit=poweroff", MODULES(KERNEL("alpha", ""), KERNEL("beta", "")));

    scene_answers(machine, '2', "beta");
    scene_answers(machine, '1', "alpha");
    scene_command(machine, "alpha", command);
    expect_crash(machine, reason, function);
}

Test(crash, divide)
{
    crashes("crash divide", "^[alpha] *ivide");
}

Test(crash, page)
{
    crashes("crash page", "^[alpha] *age fault");
}

Test(crash, jump)
{
    crashes("crash jump", "^[alpha] *age fault");
}

Test(crash, opcode)
{
    crashes("crash opcode", "^[alpha] *opcode");
}

Test(crash, general)
{
    crashes("crash general", "^[alpha] *eneral");
}

Test(crash, assertion)
{
    crashes("crash assert", "^[alpha] *assert");
}

Test(crash, stack)
{
    crashes_without_handler("crash stack", "stack", "crash_stack");
}

Test(crash, no_handler)
{
    crashes_without_handler("crash nohandler", "divide error", "crash_nohandler");
}

/* In trap mode, where the hypervisor finds the handlers by itself. */
Test(crash, trap_mode)
{
    struct machine *machine =
        scene_boot("console=serial onexit=poweroff", MODULES(TRAP_KERNEL("alpha", ""), KERNEL("beta", "")));

    scene_answers(machine, '1', "alpha");
    scene_command(machine, "alpha", "crash stack");
    expect_crash(machine, "stack", "crash_stack");
}

/* The one that crashes may be the one that has the keyboard, the last one, or both at once. */
Test(crash, both)
{
    struct machine *machine =
        scene_boot("console=serial onexit=poweroff",
                   MODULES(KERNEL("alpha", "crash stack"), KERNEL("beta", "crash nohandler")));

    machine_wait(machine, "^(pv) alpha: ended: ");
    machine_wait(machine, "^(pv) beta: ended: ");
    scene_ends(machine);
}
