// SPDX-License-Identifier: MIT
/*
 * User mode of guests: system calls, exceptions and returns in an address space of its own; what breaks the
 * protocol there; garbage; what it costs. And the time of day.
 */
#include "tests/boot/scene.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

TestSuite(user);

#define OPTIONS "console=serial onexit=poweroff"
#define GUEST(name_, arguments)                                                                              \
    {                                                                                                        \
        .file = "guests/user-calls.elf", .options = "name=" name_ " mem=4M " arguments                       \
    }

static void calls_on(const char *processor)
{
    struct machine *machine =
        scene_boot_on((struct machine_options){.processor = processor, .subject = processor}, OPTIONS,
                      MODULES(GUEST("calls", "--"), GUEST("traps", "mode=trap --")));

    scene_succeeds(machine, "calls", "user-calls");
    scene_succeeds(machine, "traps", "user-calls");
    scene_ends(machine);
}

Test(user, calls)
{
    calls_on("max");
}

Test(user, calls_without_smap)
{
    calls_on("max,-smap");
}

/* Without SMEP, SMAP, UMIP, FSGSBASE and XSAVE. */
Test(user, calls_on_an_old_processor)
{
    calls_on("qemu64");
}

/* What a kernel does wrong ends it, for a reason that is said, and nobody else. */
Test(user, broken_protocol)
{
    static const struct {
        const char *name, *reason;
    } cases[] = {
        {"rip-noncanonical", "user_return: to 800000000000, which is no address of user mode"},
        {"rip-hypervisor", "user_return: to ffff818000200000, which is no address of user mode"},
        {"rip-upper", "user_return: to ffffffff80000000, which is no address of user mode"},
        {"call-no-stack", "a system call at *, and no kernel stack is set"},
        {"fault-no-stack", "page fault at 123000 by * (read, not mapped), and its stack cannot be written"},
        {"fault-unmapped", "page fault at 123000 by * (read, not mapped), and its stack cannot be written"},
        {"fault-lower", "page fault at 123000 by * (read, not mapped), and its stack cannot be written"},
        {"fault-noncanonical",
         "page fault at 123000 by * (read, not mapped), and its stack cannot be written"},
        {"fault-edge", "page fault at 123000 by * (read, not mapped), and its stack cannot be written"},
        {"fault-readonly", "page fault at 123000 by * (read, not mapped), and its stack cannot be written"},
    };
    enum { COUNT = sizeof cases / sizeof *cases };
    struct image_module modules[COUNT];
    char options[COUNT][64], pattern[160];

    for (size_t i = 0; i < COUNT; i++) {
        snprintf(options[i], sizeof options[i], "name=%s mem=4M -- %s", cases[i].name, cases[i].name);
        modules[i] = (struct image_module){.file = "guests/user-calls.elf", .options = options[i]};
    }
    struct machine *machine = scene_boot(OPTIONS, modules, COUNT);
    for (size_t i = 0; i < COUNT; i++) {
        snprintf(pattern, sizeof pattern, "^(pv) %s: ended: %s", cases[i].name, cases[i].reason);
        machine_wait_ever(machine, pattern);
    }
    machine_expect(machine, machine_count(machine, "] not as it should be") == 0, "one went on");
    scene_ends(machine);
}

/* Garbage in registers, words and stacks: the guest may end, and another one is well. */
Test(user, chaos)
{
    struct machine *machine =
        scene_boot(OPTIONS, MODULES(GUEST("one", "-- 1"), GUEST("two", "-- 2"), GUEST("three", "-- 3"),
                                    GUEST("four", "-- 4"), GUEST("calls", "--")));

    machine_wait_ever(machine, "^[one] survived 3000 rounds");
    machine_wait_ever(machine, "^[two] survived 3000 rounds");
    machine_wait_ever(machine, "^[three] survived 3000 rounds");
    machine_wait_ever(machine, "^[four] survived 3000 rounds");
    machine_expect(machine, machine_count(machine, "] not as it should be") == 0, "it was not contained");
    machine_expect(machine, machine_count(machine, "] test: user-calls: error") == 0, "a test failed");
    scene_succeeds(machine, "calls", "user-calls");
    scene_ends(machine);
}

static unsigned long counted(struct machine *machine, const char *what)
{
    char pattern[64];
    const char *line;

    snprintf(pattern, sizeof pattern, "^[calls] %s: ", what);
    line = machine_wait_ever(machine, pattern);
    return strtoul(strrchr(line, ' ') + 1, NULL, 10);
}

/*
 * From one reading of the clock to the next, in instructions. With the hypervisor's come: for the entry of a
 * system call the reading, SYSCALL and one more; for the return the reading, one more, the jump and the stub;
 * for the entry of a page fault the reading and one more (the fault itself is not counted); for its return
 * the reading, one more, the jump and the stub.
 */
Test(user, counts)
{
    static const char *const exact[] = {"-icount", "shift=0", NULL};
    static const struct {
        const char *what;
        unsigned long others, budget;
    } cases[] = {{"system call, entry", 3, 24},
                 {"system call, return", 5, 26},
                 {"page fault, entry", 2, 45},
                 {"page fault, return", 8, 38}};
    struct machine *machine = scene_boot_on((struct machine_options){.additional = exact}, OPTIONS,
                                            MODULES(GUEST("calls", "-- count")));

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        unsigned long took = counted(machine, cases[i].what) - cases[i].others;
        machine_expect(machine, took > 10 && took <= cases[i].budget,
                       "%s takes %lu instructions of the hypervisor's, not %lu", cases[i].what, took,
                       cases[i].budget);
    }
    scene_ends(machine);
}

#define LEAP_DAY 1709208930ul /* 2024-02-29 12:15:30 */

/*
 * The machine's own clock goes on from a given time; a minute is more than the start takes. It shows whole
 * seconds: of the one that is not full yet the hypervisor knows nothing.
 */
Test(user, wall_clock)
{
    static const char *const given[] = {"-rtc", "base=2024-02-29T12:15:30,clock=vm", NULL};
    struct machine *machine = scene_boot_on(
        (struct machine_options){.additional = given}, OPTIONS,
        MODULES({.file = "guests/wall-clock.elf", .options = "name=clock mem=4M --"},
                {.file = "guests/wall-clock.elf", .options = "name=trapped mem=4M mode=trap --"}));
    unsigned long seconds = 0;

    sscanf(machine_wait_ever(machine, "^[clock] seconds since 1970: "), "[clock] seconds since 1970: %lu",
           &seconds);
    machine_expect(machine, seconds + 1 >= LEAP_DAY && seconds < LEAP_DAY + 60, "it is %lu, not %lu", seconds,
                   LEAP_DAY);
    scene_succeeds(machine, "clock", "wall-clock");
    scene_succeeds(machine, "trapped", "wall-clock");
    scene_ends(machine);
}
