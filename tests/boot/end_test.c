// SPDX-License-Identifier: MIT
/*
 * How guests end, and what the hypervisor does when the last one has.
 */
#include "tests/boot/scene.h"

#include <criterion/criterion.h>
#include <stdio.h>
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

    machine_wait_count(machine, SCENE_BANNER, 2);
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

/* Whatever its tables are when it ends, every frame is returned, and the others go on. */
Test(end, odd_shapes)
{
    struct machine *machine = scene_boot(
        "console=serial onexit=poweroff",
        MODULES({.file = "guests/odd-shapes.elf", .options = "name=exits mem=4M -- exit"},
                {.file = "guests/odd-shapes.elf", .options = "name=traps mem=4M mode=trap -- exit"},
                {.file = "guests/odd-shapes.elf", .options = "name=crashes mem=4M -- crash"},
                {.file = "guests/odd-shapes.elf", .options = "name=stopped mem=4M -- wait"},
                {.file = "guests/odd-shapes.elf", .options = "name=loops mem=4M -- user"},
                KERNEL("good", "")));

    machine_wait_ever(machine, "^(pv) exits: ended: exit, reason 0");
    machine_wait_ever(machine, "^(pv) traps: ended: exit, reason 0");
    machine_wait_ever(machine, "^(pv) crashes: ended: invalid opcode");
    machine_wait_ever(machine, "^[stopped] as odd as can be");
    machine_wait_ever(machine, "^[loops] looping in user mode");
    scene_order(machine, "stop stopped");
    machine_wait(machine, "^(pv) stopped: 1024 frames returned");
    scene_order(machine, "stop loops");
    machine_wait(machine, "^(pv) loops: 1024 frames returned");
    scene_answers(machine, '6', "good");
    scene_order(machine, "stop good");
    scene_ends(machine);
}

/* How many lines of the ticker stand between two lines of the hypervisor's. */
static size_t ticks_between(struct machine *machine, const char *from, const char *to)
{
    const char *line;
    size_t ticks = 0;
    bool inside = false;

    for (size_t i = 0; (line = machine_line(machine, i)) != NULL && strstr(line, to) == NULL; i++) {
        inside = inside || strstr(line, from) != NULL;
        ticks += inside && strncmp(line, "[ticker] tick ", 14) == 0;
    }
    return ticks;
}

/*
 * A gigabyte takes its time to come back; the other has the processor meanwhile. The machine's time is its
 * count of instructions, so that what fits into it does not depend on how fast it is emulated. The hypervisor
 * panics if the dead one's tables are loaded again when its turn comes.
 */
static void big(const char *file, const char *arguments, const char *ready, const char *ticker)
{
    static const char *const counted[] = {"-icount", "shift=0", NULL};
    char options[2][64];
    struct machine *machine;

    snprintf(options[0], sizeof options[0], "name=big mem=1024M -- %s", arguments);
    snprintf(options[1], sizeof options[1], "name=ticker mem=4M -- %s", ticker);
    machine = scene_boot_on(
        (struct machine_options){.memory = "2048", .processors = "1", .additional = counted},
        "console=serial onexit=poweroff",
        MODULES({.file = file, .options = options[0]}, {.file = "guests/ticker.elf", .options = options[1]}));
    machine_wait_ever(machine, ready);
    machine_wait(machine, "^[ticker] tick");
    scene_order(machine, "stop big");
    machine_wait(machine, "^(pv) big: 262144 frames returned");
    size_t ticks = ticks_between(machine, "(pv) big: ended: ", "(pv) big: 262144 frames returned");
    machine_expect(machine, ticks >= 8, "the ticker got the processor %zu times until all was returned",
                   ticks);
    scene_order(machine, "stop ticker");
    scene_ends(machine);
}

Test(end, big_beside_one_that_always_runs)
{
    big("guests/monitor.elf", "", "^[big] hello", "");
}

/* One that sleeps is woken by an interrupt, so there has to be room for those. */
Test(end, big_beside_one_that_sleeps)
{
    big("guests/monitor.elf", "", "^[big] hello", "sleep");
}

/* The root of user mode is another, which has to be taken away as well. */
Test(end, big_in_user_mode)
{
    big("guests/odd-shapes.elf", "user", "^[big] looping in user mode", "");
}
