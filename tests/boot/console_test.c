// SPDX-License-Identifier: MIT
/*
 * The shared console: the keyboard moves, lines stay whole, and the hypervisor takes orders.
 */
#include "tests/boot/scene.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

TestSuite(console);

static struct machine *two_guests(void)
{
    return scene_boot("console=serial onexit=poweroff", MODULES(KERNEL("alpha", ""), KERNEL("beta", "")));
}

Test(console, keys_move_the_keyboard)
{
    struct machine *machine = two_guests();

    scene_answers(machine, '2', "beta");
    scene_answers(machine, '1', "alpha");
    scene_answers(machine, 'n', "beta");
    machine_switch(machine, '0');
    machine_wait_prompt(machine, "(pv) > ");
    scene_answers(machine, 'n', "alpha");
    machine_stop(machine);
}

/* What is typed reaches the guest that has the keyboard and no other. */
Test(console, keys_reach_one_guest)
{
    struct machine *machine = two_guests();

    scene_answers(machine, '1', "alpha");
    scene_command(machine, "alpha", "echo secret");
    machine_wait(machine, "^[alpha] secret");
    scene_answers(machine, '2', "beta");
    machine_listen(machine, 200);
    machine_expect(machine, machine_count(machine, "[beta]*secret") == 0, "beta heard what alpha was told");
    machine_stop(machine);
}

Test(console, key_without_guest)
{
    struct machine *machine = two_guests();

    scene_answers(machine, '1', "alpha");
    machine_switch(machine, '9');
    machine_wait(machine, "^(pv) *9");
    scene_command(machine, "alpha", "echo still here");
    machine_wait(machine, "^[alpha] still here");
    machine_stop(machine);
}

Test(console, order_help)
{
    struct machine *machine = two_guests();

    scene_order(machine, "help");
    machine_wait(machine, "^(pv) *list");
    machine_wait(machine, "^(pv) *stop");
    machine_wait(machine, "^(pv) *reboot");
    machine_wait(machine, "^(pv) *poweroff");
    scene_order(machine, "dance");
    machine_wait(machine, "^(pv) *dance");
    machine_stop(machine);
}

/* The five numbers of a guest's row that follow its state: shares in tenths of a percent. */
static long shares_sum(const char *row)
{
    double running, waiting, stolen, blocked;

    if (sscanf(strstr(row, "ed") != NULL ? strstr(row, "ed") + 2 : "", "%lf %lf %lf %lf", &running, &waiting,
               &stolen, &blocked) != 4) {
        return -1;
    }
    return (long)((running + waiting + stolen + blocked) * 10 + 0.5);
}

/* It is drawn again and again, stays below what others print, and goes away at a key. */
Test(console, order_top)
{
    struct machine *machine = two_guests();
    const char *row;
    long sum;

    scene_answers(machine, '2', "beta");
    machine_switch(machine, '0');
    machine_wait_prompt(machine, "(pv) > ");
    machine_type(machine, "top\r");
    machine_wait_count(machine, "^top: up*any key ends it", 3);
    machine_wait_count(machine, "^processors busy", 3);
    row = machine_wait(machine, "*2.0*beta*blocked*");
    sum = shares_sum(row);
    machine_expect(machine, sum >= 997 && sum <= 1003, "the shares add up to %ld per mille: %s", sum, row);
    machine_type(machine, "x");
    machine_listen(machine, 100);
    machine_mark(machine);
    machine_listen(machine, 2200);
    machine_expect(machine, machine_count(machine, "^top: up*") == 0, "it is drawn after it was ended");
    scene_order(machine, "list");
    machine_wait(machine, "^(pv) *1*alpha*");
    machine_stop(machine);
}

Test(console, order_list)
{
    struct machine *machine =
        scene_boot("console=serial", MODULES(KERNEL("alpha", ""), TRAP_KERNEL("beta", "")));

    scene_answers(machine, '2', "beta");
    scene_order(machine, "list");
    machine_wait(machine, "^(pv) *1*alpha*hypercall*16");
    machine_wait(machine, "^(pv) *2*beta*trap*16");
    machine_stop(machine);
}

Test(console, order_stop)
{
    struct machine *machine = two_guests();

    scene_answers(machine, '2', "beta");
    scene_order(machine, "stop alpha");
    machine_wait(machine, "^(pv) alpha: ended: ");
    machine_wait(machine, "^(pv) alpha: 4*frames returned");
    scene_order(machine, "list");
    machine_wait(machine, "^(pv) *2*beta");
    machine_expect(machine, machine_count(machine, "alpha") == 0, "alpha is listed though it was stopped");
    scene_order(machine, "stop nobody");
    machine_wait(machine, "^(pv) *nobody");
    scene_answers(machine, '2', "beta");
    scene_order(machine, "stop beta");
    scene_ends(machine);
}

Test(console, order_poweroff)
{
    struct machine *machine = two_guests();

    scene_answers(machine, '1', "alpha");
    scene_order(machine, "poweroff");
    int status = machine_wait_end(machine);
    machine_expect(machine, status == 0, "QEMU ended with status %d", status);
    machine_stop(machine);
}

Test(console, order_reboot)
{
    struct machine *machine = scene_boot_on((struct machine_options){.reboots = true}, "console=serial",
                                            MODULES(KERNEL("alpha", "")));

    scene_answers(machine, '1', "alpha");
    scene_order(machine, "reboot");
    machine_wait(machine, SCENE_BANNER);
    machine_wait(machine, "^(pv) started in");
    scene_answers(machine, '1', "alpha");
    machine_stop(machine);
}

/* A line of the flood is whole, or it is one of somebody else's. */
static bool flood_line_whole(const char *line)
{
    unsigned int number;
    int end = 0;

    return sscanf(line, "[flood] flood %8u abcdefghijklmnopqrstuvwxyz 0123456789 end%n", &number, &end) ==
               1 &&
           end > 0 && line[end] == '\0';
}

/* Every line after the mark belongs to one speaker, and the flood's numbers miss none. */
static void expect_lines_whole(struct machine *machine)
{
    const char *line;
    unsigned int last = 0;

    for (size_t i = 0; (line = machine_line(machine, i)) != NULL; i++) {
        if (strncmp(line, "[flood] flood ", 14) == 0) {
            unsigned int number = (unsigned int)strtoul(line + 14, NULL, 10);
            machine_expect(machine, flood_line_whole(line), "a torn line: %s", line);
            machine_expect(machine, last == 0 || number == last + 1, "line %u follows line %u", number, last);
            last = number;
        } else {
            machine_expect(machine, strstr(line, "flood ") == NULL || strncmp(line, "(pv) ", 5) == 0,
                           "a line of two speakers: %s", line);
        }
    }
}

Test(console, flood_lets_others_through)
{
    struct machine *machine =
        scene_boot("console=serial", MODULES(TEST_GUEST("flood", ""), KERNEL("beta", "")));

    machine_wait(machine, "^[flood] flood 00000100");
    scene_answers(machine, '2', "beta");
    scene_command(machine, "beta", "echo one; echo two; echo three");
    machine_wait(machine, "^[beta] one");
    machine_wait(machine, "^[beta] two");
    machine_wait(machine, "^[beta] three");
    expect_lines_whole(machine);
    machine_wait_count(machine, "^[flood] flood ", 1);
    scene_order(machine, "stop flood");
    machine_wait(machine, "^(pv) flood: *frames returned");
    scene_answers(machine, '2', "beta");
    machine_stop(machine);
}

/* A guest that never ends its line does not keep others from theirs, nor does its line grow without end. */
Test(console, endless_line)
{
    struct machine *machine =
        scene_boot("console=serial", MODULES(TEST_GUEST("flood", "endless"), KERNEL("beta", "")));
    const char *line;

    scene_answers(machine, '2', "beta");
    machine_wait_count(machine, "^[flood] ", 3);
    for (size_t i = 0; (line = machine_line(machine, i)) != NULL; i++)
        machine_expect(machine, strlen(line) < 600, "a line of %zu characters", strlen(line));
    scene_order(machine, "stop flood");
    scene_answers(machine, '2', "beta");
    machine_stop(machine);
}

/* Two guests that both flood are both heard. */
Test(console, two_floods)
{
    struct machine *machine =
        scene_boot("console=serial onexit=poweroff",
                   MODULES(KERNEL("alpha", "flood 300; exit 0"), KERNEL("beta", "flood 300; exit 0")));

    machine_wait(machine, "^[alpha] flood 300: the quick brown fox jumps over the lazy dog");
    machine_wait(machine, "^[beta] flood 300: the quick brown fox jumps over the lazy dog");
    machine_expect(machine,
                   machine_count(machine, "^[alpha] flood *: the quick brown fox jumps over the lazy dog") ==
                       300,
                   "lines of alpha are missing");
    machine_expect(machine,
                   machine_count(machine, "^[beta] flood *: the quick brown fox jumps over the lazy dog") ==
                       300,
                   "lines of beta are missing");
    scene_ends(machine);
}

/* Nothing that a guest prints makes a line look like the hypervisor's or another guest's. */
Test(console, forged_lines)
{
    struct machine *machine =
        scene_boot("console=serial", MODULES(TEST_GUEST("forger", ""), KERNEL("beta", "")));
    size_t controls;

    machine_wait(machine, "^(pv) forger: started");
    controls = machine_controls(machine);
    machine_wait(machine, "^[forger] test: forger: success");
    machine_expect(machine, machine_count(machine, "^(pv) forged") == 0, "a guest speaks as the hypervisor");
    machine_expect(machine, machine_count(machine, "^[beta] forged") == 0, "a guest speaks as another");
    machine_expect(machine, machine_controls(machine) == controls, "%zu control characters come through",
                   machine_controls(machine) - controls);
    machine_stop(machine);
}
