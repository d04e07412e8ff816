// SPDX-License-Identifier: MIT
/*
 * The hostile guests of tests/guests, each beside a well-behaved one, which has to be well afterwards.
 */
#include "tests/boot/scene.h"

#include <criterion/criterion.h>
#include <stdio.h>

TestSuite(guests);

static struct machine *boot_beside(const char *guest, const char *arguments)
{
    static char file[64];
    static char options[128];

    snprintf(file, sizeof file, "guests/%s.elf", guest);
    snprintf(options, sizeof options, "name=hostile mem=4M -- %s", arguments);
    return scene_boot_on((struct machine_options){.subject = options}, "console=serial onexit=poweroff",
                         MODULES({.file = file, .options = options}, KERNEL("good", "")));
}

static void good_is_well(struct machine *machine)
{
    machine_wait(machine, "^(pv) hostile: 1024 frames returned");
    scene_answers(machine, '2', "good");
    scene_order(machine, "stop good");
    scene_ends(machine);
}

/* The guest's own report is the result; no report is none. */
static struct machine *succeeds_so_far(const char *guest, const char *arguments)
{
    struct machine *machine = boot_beside(guest, arguments);
    const char *report;
    char pattern[64];

    machine_wait(machine, "^(pv) hostile: ended: ");
    snprintf(pattern, sizeof pattern, "^[hostile] test: %s: ", guest);
    report = machine_wait(machine, pattern);
    snprintf(pattern, sizeof pattern, "^[hostile] test: %s: success", guest);
    machine_expect(machine, machine_count(machine, pattern) == 1, "%s", report);
    machine_wait(machine, "^(pv) hostile: ended: exit, reason 0");
    return machine;
}

static void succeeds(const char *guest, const char *arguments)
{
    good_is_well(succeeds_so_far(guest, arguments));
}

/* The guest is ended, for a reason that matches, with its registers and a trace. */
static void ended(const char *guest, const char *arguments, const char *reason)
{
    struct machine *machine = boot_beside(guest, arguments);
    char pattern[128];

    machine_wait(machine, "^(pv) hostile: ended: ");
    machine_expect(machine, machine_count(machine, "] test: ") == 0, "it went on");
    snprintf(pattern, sizeof pattern, "^(pv) hostile: ended: *%s", reason);
    machine_wait(machine, pattern);
    machine_wait(machine, "^(pv)   rip *rflags");
    machine_wait(machine, "^(pv)   trace:");
    good_is_well(machine);
}

/* The guest gets the fault itself and reports success, or it is ended; nothing else. */
static void contained(const char *guest, const char *arguments)
{
    struct machine *machine = boot_beside(guest, arguments);

    machine_wait(machine, "^(pv) hostile: ended: ");
    machine_expect(machine, machine_count(machine, "] not as it should be") == 0, "it was not contained");
    if (machine_count(machine, "^(pv) hostile: ended: exit, reason 0") == 0)
        machine_wait(machine, "^(pv)   trace:");
    good_is_well(machine);
}

Test(guests, wild_pointers)
{
    succeeds("wild-pointers", "");
}

Test(guests, calls_fuzz)
{
    succeeds("calls-fuzz", "");
}

Test(guests, jump_hypervisor)
{
    succeeds("jump-hypervisor", "");
}

Test(guests, privileged)
{
    succeeds("privileged", "");
}

Test(guests, entry_flags)
{
    struct machine *machine = succeeds_so_far("entry-flags", "");

    machine_expect(machine, machine_count(machine, "^[hostile] a line, forwards") == 16, "lines are missing");
    good_is_well(machine);
}

Test(guests, debug_trap)
{
    succeeds("debug-trap", "");
}

Test(guests, noncanonical_syscall)
{
    contained("noncanonical-syscall", "");
}

Test(guests, no_handler)
{
    ended("no-handler", "", "divide error");
}

Test(guests, no_handler_removed)
{
    ended("no-handler", "removed", "divide error");
}

Test(guests, bad_stack)
{
    static const char *const cases[] = {"unmapped",   "null",       "noncanonical",
                                        "hypervisor", "direct-map", "into-hypervisor",
                                        "read-only",  "crossing"};

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        ended("bad-stack", cases[i], "stack");
}

Test(guests, return_frames)
{
    succeeds("return-frames", "");
}

Test(guests, return_frames_to_nowhere)
{
    static const char *const cases[] = {"rip-noncanonical", "rip-hypervisor", "user-rip-noncanonical",
                                        "rsp-noncanonical"};

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        contained("return-frames", cases[i]);
}

Test(guests, return_without_frame)
{
    static const char *const cases[] = {"frame-unmapped", "frame-noncanonical", "frame-hypervisor",
                                        "frame-into-hypervisor"};

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        ended("return-frames", cases[i], "");
}
