// SPDX-License-Identifier: MIT
/*
 * The image that users boot: by the BIOS and by UEFI, each entry of its menu.
 */
#include "tests/boot/scene.h"

#include <criterion/criterion.h>
#include <stdio.h>

TestSuite(image);

static struct machine *image_boot(const char *menu, bool firmware)
{
    return machine_start(
        &(struct machine_options){.image = build_path("paravane.iso"), .menu = menu, .firmware = firmware});
}

/* Both guests of an entry greet, each in its mode, and answer. */
static void both_are_well(struct machine *machine, const char *alpha_mode, const char *beta_mode)
{
    char line[128];

    machine_wait(machine, SCENE_BANNER);
    snprintf(line, sizeof line, "^(pv) alpha: started, 32 MiB, mode=%s", alpha_mode);
    machine_wait(machine, line);
    snprintf(line, sizeof line, "^(pv) beta: started, 32 MiB, mode=%s", beta_mode);
    machine_wait(machine, line);
    snprintf(line, sizeof line, "^[alpha] hello from alpha, mode=%s, 32 MiB", alpha_mode);
    machine_wait(machine, line);
    snprintf(line, sizeof line, "^[beta] hello from beta, mode=%s, 32 MiB", beta_mode);
    machine_wait(machine, line);
    scene_shell_answers(machine, '2', "beta");
    scene_shell_answers(machine, '1', "alpha");
    scene_order(machine, "poweroff");
    int status = machine_wait_end(machine);
    machine_expect(machine, status == 0, "QEMU ended with status %d", status);
    machine_stop(machine);
}

Test(image, bios)
{
    both_are_well(image_boot("hypercall", false), "hypercall", "hypercall");
}

Test(image, uefi)
{
    both_are_well(image_boot("hypercall", true), "hypercall", "hypercall");
}

Test(image, menu_trap)
{
    both_are_well(image_boot("trap", false), "trap", "trap");
}

Test(image, menu_mixed)
{
    both_are_well(image_boot("mixed", false), "hypercall", "trap");
}

Test(image, menu_bench)
{
    struct machine *machine = image_boot("bench", false);

    machine_wait(machine, "^[hypercall] bench: op=null_hypercall ticks=");
    machine_wait(machine, "^[trap] bench: op=read_cr0 ticks=");
    machine_wait_count(machine, "] bench: done", 2);
    scene_order(machine, "poweroff");
    int status = machine_wait_end(machine);
    machine_expect(machine, status == 0, "QEMU ended with status %d", status);
    machine_stop(machine);
}

/* Nobody chooses: the first entry starts after a few seconds. */
Test(image, menu_default)
{
    both_are_well(image_boot(NULL, false), "hypercall", "hypercall");
}
