// SPDX-License-Identifier: MIT
/*
 * What the hypervisor makes of information that no sane firmware or boot loader gives. tests/boot/loader
 * makes it up.
 */
#include "tests/boot/scene.h"

#include <criterion/criterion.h>
#include <stdio.h>

TestSuite(lies);

/* Boots with a lie, and one guest. */
static struct machine *boot_with(const char *lie)
{
    static char modules[1024];

    snprintf(modules, sizeof modules, "%s,%s name=alpha mem=16M --", build_path("hv.elf"),
             build_path("guests/monitor.elf"));
    const char *additional[] = {"-kernel", build_path("tests/loader.elf"), "-initrd", modules, "-append", lie,
                                NULL};
    return machine_start(&(struct machine_options){.subject = lie, .additional = additional});
}

/* The hypervisor makes the best of it. */
static void boots(const char *lie)
{
    struct machine *machine = boot_with(lie);

    machine_wait(machine, "^(pv) alpha: started, 16 MiB");
    scene_answers(machine, '1', "alpha");
    machine_stop(machine);
}

/* The hypervisor says what is wrong, and nothing runs. */
static void refused(const char *lie, const char *reason)
{
    struct machine *machine = boot_with(lie);

    machine_wait(machine, reason);
    machine_listen(machine, 300);
    machine_expect(machine, machine_count(machine, "started,") == 0, "a guest runs in spite of the lie %s",
                   lie);
    machine_stop(machine);
}

Test(lies, truth)
{
    boots("truth");
}

Test(lies, map_that_can_be_used)
{
    static const char *const lies[] = {"reversed",      "overlapping",   "unaligned",
                                       "empty-regions", "unknown-types", "large-hole"};

    for (size_t i = 0; i < sizeof lies / sizeof *lies; i++)
        boots(lies[i]);
}

Test(lies, map_that_cannot_be_used)
{
    static const char *const lies[] = {"wrap",         "wrap-reserved",   "beyond",   "nothing-usable",
                                       "all-reserved", "too-small",       "too-many", "without-map",
                                       "region-size",  "region-size-zero"};

    for (size_t i = 0; i < sizeof lies / sizeof *lies; i++)
        refused(lies[i], "^(pv) cannot run: *emory");
}

/* Without ACPI's tables devices may be lost, the serial line's interrupt among them, but guests run. */
Test(lies, acpi)
{
    static const char *const lies[] = {"without-rsdp", "rsdp-noise", "rsdp-astray"};

    for (size_t i = 0; i < sizeof lies / sizeof *lies; i++) {
        struct machine *machine = boot_with(lies[i]);
        machine_wait(machine, "^[alpha] hello from alpha");
        machine_stop(machine);
    }
}

Test(lies, sizes)
{
    static const char *const lies[] = {"map-cut", "map-long", "total-short", "total-long", "without-end"};

    for (size_t i = 0; i < sizeof lies / sizeof *lies; i++)
        refused(lies[i], "^(pv) cannot run: boot information: ");
}

Test(lies, modules)
{
    static const char *const lies[] = {"module-reversed", "module-nowhere", "module-beyond", "module-long",
                                       "module-hypervisor"};

    for (size_t i = 0; i < sizeof lies / sizeof *lies; i++)
        refused(lies[i], "^(pv) *module*");
}
