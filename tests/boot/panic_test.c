// SPDX-License-Identifier: MIT
/*
 * A bug of the hypervisor's own. There is none to be had on demand, so gdb makes one: it sends the hypervisor
 * to an address where nothing is.
 */
#include "tests/boot/scene.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

TestSuite(panic);

/* Stops the machine at a function of the hypervisor's, and lets it go on at address 0. */
static void send_astray(struct machine *machine, const char *function)
{
    char folder[] = "/tmp/paravane-gdb-XXXXXX", command[512];

    cr_assert_not_null(mkdtemp(folder));
    snprintf(command, sizeof command, "gdbserver unix:%s/socket,server=on,wait=off", folder);
    free(machine_ask(machine, command));
    snprintf(command, sizeof command,
             "timeout 30 gdb -q -nx -batch -ex 'set confirm off' -ex 'file %s' -ex 'target remote %s/socket' "
             "-ex 'hbreak %s' -ex continue -ex delete -ex 'set $rip = 0' -ex detach >%s/log 2>&1",
             build_path("hv.elf"), folder, function, folder);
    cr_assert_eq(system(command), 0, "gdb failed: see %s/log", folder);
    snprintf(command, sizeof command, "rm -r %s", folder);
    cr_assert_eq(system(command), 0);
}

/* The machine stops with the registers and a trace that names functions. */
Test(panic, prints_registers_and_trace)
{
    struct machine *machine = scene_boot_on((struct machine_options){.panics = true}, "console=serial",
                                            MODULES(KERNEL("alpha", "busy 60"), KERNEL("beta", "busy 60")));

    machine_wait(machine, "^[alpha] hello from alpha");
    machine_wait(machine, "^[beta] hello from beta");
    send_astray(machine, "dispatch");
    machine_wait(machine, "^(pv) panic: exception 14 in the hypervisor, at address 0");
    machine_wait(machine, "^(pv)   rip 0000000000000000  cs 1008 ");
    machine_wait(machine, "^(pv)   r12 *r15");
    machine_wait(machine, "^(pv)   trace:");
    machine_wait(machine, "^(pv)  *vcpu_attend+0x");
    machine_stop(machine);
}
