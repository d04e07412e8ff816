// SPDX-License-Identifier: MIT
/*
 * One guest ELF in both modes, and on the bare machine: the same results.
 */
#include "tests/boot/scene.h"

#include <criterion/criterion.h>
#include <string.h>

TestSuite(mode);

#define WORK "float; sieve 1000; paging; exit 0"

Test(mode, same_results)
{
    struct machine *machine = scene_boot("console=serial onexit=poweroff",
                                         MODULES(KERNEL("alpha", WORK), TRAP_KERNEL("beta", WORK)));
    char alpha[4096];
    char beta[4096];
    char native[4096];

    machine_wait(machine, "^(pv) all guests have ended, every frame returned");
    scene_results(machine, "[alpha] ", alpha, sizeof alpha);
    scene_results(machine, "[beta] ", beta, sizeof beta);
    machine_expect(machine, strstr(alpha, "168") != NULL, "no result of the sieve");
    machine_expect(machine, strstr(alpha, "paging: good") != NULL, "no address space:\n%s", alpha);
    machine_expect(machine, strlen(alpha) > 20 && strcmp(alpha, beta) == 0, "alpha:\n%s\nbeta:\n%s", alpha,
                   beta);
    scene_ends(machine);

    machine =
        machine_start(&(struct machine_options){.image = image_make_of("guests/monitor.elf", WORK, NULL, 0)});
    machine_wait_end(machine);
    scene_results(machine, "", native, sizeof native);
    machine_expect(machine, strcmp(alpha, native) == 0, "alpha:\n%s\nnative:\n%s", alpha, native);
    machine_stop(machine);
}

/* An instruction that nothing emulates ends the domain, and its bytes are printed. */
Test(mode, unknown_instruction)
{
    struct machine *machine = scene_boot(
        "console=serial onexit=poweroff",
        MODULES({.file = "guests/privileged.elf", .options = "name=alpha mem=4M mode=trap -- xsetbv"},
                KERNEL("beta", "")));

    machine_wait(machine, "^[alpha] executing xsetbv");
    machine_wait(machine, "^(pv) alpha: ended: *0f 01 d1");
    scene_answers(machine, '2', "beta");
    machine_stop(machine);
}

/* The local APIC of each of several processors; a machine of one has none. */
Test(mode, local_apic)
{
    struct machine *machine = scene_boot(
        "console=serial onexit=poweroff",
        MODULES({.file = "guests/local-apic.elf", .options = "name=several mem=4M mode=trap vcpus=2 --"},
                {.file = "guests/local-apic.elf", .options = "name=one mem=4M mode=trap -- alone"}));

    scene_succeeds(machine, "several", "local-apic");
    scene_succeeds(machine, "one", "local-apic");
    scene_ends(machine);
}

/* Messages between local APICs, on fewer, as many and more processors than there are. */
static void messages(const char *processors)
{
    struct machine *machine = scene_boot_on(
        (struct machine_options){.processors = processors}, "console=serial onexit=poweroff",
        MODULES({.file = "guests/messages.elf", .options = "name=four mem=8M mode=trap vcpus=4 --"}));

    scene_succeeds(machine, "four", "messages");
    scene_ends(machine);
}

Test(mode, messages_on_one_processor)
{
    messages("1");
}

Test(mode, messages_on_two_processors)
{
    messages("2");
}

Test(mode, messages_on_five_processors)
{
    messages("5");
}
