// SPDX-License-Identifier: MIT
/*
 * The same guest ELF on the bare machine, started by GRUB without a hypervisor.
 */
#include "tests/boot/scene.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

TestSuite(native);

static struct machine *native_boot(struct machine_options options)
{
    options.image = image_make_of("guests/monitor.elf", "", NULL, 0);
    return machine_start(&options);
}

static void answers(struct machine *machine)
{
    machine_wait_prompt(machine, "native$ ");
    machine_type(machine, "echo here I am\r");
    machine_wait(machine, "^here I am");
}

/* It computes, tells the time by its timer, and survives a fault that it expects. */
Test(native, works)
{
    struct machine *machine = native_boot((struct machine_options){0});

    machine_wait(machine, "^hello from native, mode=native, ");
    answers(machine);
    machine_wait_prompt(machine, "native$ ");
    machine_type(machine, "sieve 1000; float\r");
    machine_wait(machine, "*168");
    machine_stop(machine);
}

/* Without a device to switch it off, the end of the kernel is a reset, which ends this emulator. */
Test(native, ends)
{
    struct machine *machine = native_boot((struct machine_options){0});

    machine_wait_prompt(machine, "native$ ");
    machine_type(machine, "exit 3\r");
    machine_expect(machine, machine_wait_end(machine) == 0, "it did not end by a reset");
    machine_stop(machine);
}

Test(native, ends_with_a_reason)
{
    static const char *const device[] = {"-device", "isa-debug-exit,iobase=0xf4,iosize=1", NULL};
    struct machine *machine = native_boot((struct machine_options){.additional = device});

    machine_wait_prompt(machine, "native$ ");
    machine_type(machine, "exit 3\r");
    machine_expect(machine, machine_wait_end(machine) == 2 * 3 + 1, "it did not end with its reason");
    machine_stop(machine);
}

/* There is no screen of text then. */
Test(native, from_firmware)
{
    struct machine *machine = machine_start(&(struct machine_options){
        .image = build_path("paravane.iso"), .menu = "nativebench", .firmware = true});

    machine_wait(machine, "*hello from native, mode=native, ");
    answers(machine);
    machine_stop(machine);
}

/* A page that holds code cannot be written, and one that holds data cannot be executed. */
Test(native, nothing_is_writable_and_executable)
{
    struct machine *machine = native_boot((struct machine_options){0});
    char *mappings;

    machine_wait_prompt(machine, "native$ ");
    mappings = machine_ask(machine, "info tlb");
    for (const char *line = strtok(mappings, "\r\n"); line != NULL; line = strtok(NULL, "\r\n")) {
        const char *flags = strstr(line, ": ") != NULL ? strrchr(line, ' ') : NULL;

        if (flags != NULL && strlen(flags) == 10)
            machine_expect(machine, flags[1] == 'X' || flags[9] != 'W', "%s", line);
    }
    free(mappings);
    machine_stop(machine);
}
