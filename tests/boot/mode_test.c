// SPDX-License-Identifier: MIT
/*
 * One guest ELF in both modes: the same results.
 */
#include "tests/boot/scene.h"

#include <criterion/criterion.h>
#include <string.h>

TestSuite(mode);

/* The lines of a guest after its greeting, without its name, joined. */
static void results_of(struct machine *machine, const char *prefix, char *results, size_t size)
{
    const char *line;
    bool greeted = false;

    results[0] = '\0';
    for (size_t i = 0; (line = machine_line(machine, i)) != NULL; i++) {
        if (strncmp(line, prefix, strlen(prefix)) != 0)
            continue;
        if (greeted) {
            strncat(results, line + strlen(prefix), size - strlen(results) - 1);
            strncat(results, "\n", size - strlen(results) - 1);
        }
        greeted = greeted || strstr(line, "hello from") != NULL;
    }
}

Test(mode, same_results)
{
    struct machine *machine = scene_boot("console=serial onexit=poweroff",
                                         MODULES(KERNEL("alpha", "float; sieve 1000; exit 0"),
                                                 TRAP_KERNEL("beta", "float; sieve 1000; exit 0")));
    char alpha[4096];
    char beta[4096];

    machine_wait(machine, "^(pv) all guests have ended, every frame returned");
    results_of(machine, "[alpha] ", alpha, sizeof alpha);
    results_of(machine, "[beta] ", beta, sizeof beta);
    machine_expect(machine, strstr(alpha, "168") != NULL, "no result of the sieve");
    machine_expect(machine, strlen(alpha) > 20 && strcmp(alpha, beta) == 0, "alpha:\n%s\nbeta:\n%s", alpha,
                   beta);
    scene_ends(machine);
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
