// SPDX-License-Identifier: MIT
/*
 * The small Unix on several processors, in each of the three ways: its tests of itself.
 */
#include "tests/boot/scene.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

TestSuite(unix_processors);

/* Each single test may take as long as a wait may; the last line says how many passed. */
static void tests_pass(struct machine *machine, const char *prefix)
{
    char line[64], last[64], all[64];
    unsigned passed = 0, of = 1;

    snprintf(line, sizeof line, "^%susertests: ", prefix);
    snprintf(last, sizeof last, "^%susertests: * passed", prefix);
    for (size_t lines = 1; machine_count(machine, last) == 0; lines++)
        machine_wait_count(machine, line, lines);
    snprintf(all, sizeof all, "%susertests: %%u of %%u passed", prefix);
    machine_expect(
        machine, sscanf(machine_wait_ever(machine, last), all, &passed, &of) == 2 && passed == of && of > 100,
        "%u of %u tests pass", passed, of);
}

static void native(const char *processors)
{
    struct machine *machine =
        machine_start(&(struct machine_options){.image = image_make_of("guest.elf", "usertests", NULL, 0),
                                                .processors = processors,
                                                .memory = "64",
                                                .subject = processors});

    tests_pass(machine, "");
    machine_expect(machine, machine_wait_end(machine) == 0, "it does not end well");
    machine_stop(machine);
}

static void domain(const char *processors, const char *mode)
{
    char options[96];

    snprintf(options, sizeof options, "name=alpha mem=32M vcpus=%s mode=%s -- usertests", processors, mode);
    struct machine *machine =
        scene_boot_on((struct machine_options){.processors = processors, .subject = options},
                      "console=serial onexit=poweroff", MODULES({.file = "guest.elf", .options = options}));

    tests_pass(machine, "[alpha] ");
    machine_wait_ever(machine, "^(pv) alpha: ended: exit, reason 0");
    scene_ends(machine);
}

Test(unix_processors, native_two)
{
    native("2");
}

Test(unix_processors, native_four)
{
    native("4");
}

Test(unix_processors, hypercall_two)
{
    domain("2", "hypercall");
}

/*
 * Each processor of the machine is a thread of the emulator's. Where it has fewer processors than these, who
 * spins for the kernel's lock keeps its holder from running, and forking all that there is takes its time.
 */
#define SLOW .init = be_patient

static void be_patient(void)
{
    setenv("PARAVANE_PATIENCE", "200", 0);
}

Test(unix_processors, hypercall_four, SLOW)
{
    domain("4", "hypercall");
}

Test(unix_processors, trap_four, SLOW)
{
    domain("4", "trap");
}

Test(unix_processors, trap_two)
{
    domain("2", "trap");
}

/* More virtual CPUs than processors: who waits for the kernel's lock lets the holder run. */
Test(unix_processors, four_on_one)
{
    static const char options[] = "name=alpha mem=32M vcpus=4 -- stress";
    struct machine *machine = scene_boot_alone("console=serial onexit=poweroff",
                                               MODULES({.file = "guest.elf", .options = options}));

    machine_wait_ever(machine, "^(pv) alpha: ended: exit, reason 0");
    scene_ends(machine);
}
