// SPDX-License-Identifier: MIT
/*
 * Beginnings and ends that boot tests share.
 */
#include "tests/boot/scene.h"

#include <stdio.h>
#include <string.h>

struct machine *scene_boot_on(struct machine_options machine, const char *options,
                              const struct image_module *modules, size_t count)
{
    machine.image = image_make(options, modules, count);
    return machine_start(&machine);
}

struct machine *scene_boot(const char *options, const struct image_module *modules, size_t count)
{
    return scene_boot_on((struct machine_options){.image = NULL}, options, modules, count);
}

struct machine *scene_boot_alone(const char *options, const struct image_module *modules, size_t count)
{
    return scene_boot_on((struct machine_options){.processors = "1"}, options, modules, count);
}

/* Keys that are typed before the hypervisor listens are lost, or the boot loader's. */
static void scene_ready(struct machine *machine)
{
    machine_wait_ever(machine, "^(pv) started in ");
}

void scene_command(struct machine *machine, const char *prompt, const char *command)
{
    char text[256];

    snprintf(text, sizeof text, "%s$ ", prompt);
    machine_wait_prompt(machine, text);
    snprintf(text, sizeof text, "%s\r", command);
    machine_type(machine, text);
}

/* Has a guest say a word that has not been said before. */
static void guest_answers(struct machine *machine, char key, const char *name, const char *prompt)
{
    static unsigned int words;
    char text[128];

    scene_ready(machine);
    machine_switch(machine, key);
    snprintf(text, sizeof text, "echo word%u", ++words);
    scene_command(machine, prompt, text);
    snprintf(text, sizeof text, "^[%s] word%u", name, words);
    machine_wait(machine, text);
}

void scene_answers(struct machine *machine, char key, const char *name)
{
    guest_answers(machine, key, name, name);
}

void scene_shell_answers(struct machine *machine, char key, const char *name)
{
    char prompt[64];

    snprintf(prompt, sizeof prompt, "%s:/home", name);
    guest_answers(machine, key, name, prompt);
}

void scene_order(struct machine *machine, const char *command)
{
    char text[128];

    scene_ready(machine);
    machine_switch(machine, '0');
    machine_wait_prompt(machine, "(pv) > ");
    snprintf(text, sizeof text, "%s\r", command);
    machine_type(machine, text);
}

void scene_succeeds(struct machine *machine, const char *name, const char *test)
{
    char pattern[96];
    const char *report;

    snprintf(pattern, sizeof pattern, "^[%s] test: %s: ", name, test);
    report = machine_wait_ever(machine, pattern);
    machine_expect(machine, strstr(report, ": success") != NULL, "%s", report);
    snprintf(pattern, sizeof pattern, "^(pv) %s: ended: exit, reason 0", name);
    machine_wait_ever(machine, pattern);
}

void scene_ends(struct machine *machine)
{
    machine_wait(machine, "^(pv) all guests have ended, every frame returned");
    int status = machine_wait_end(machine);
    machine_expect(machine, status == 0, "QEMU ended with status %d", status);
    machine_stop(machine);
}

void scene_results(struct machine *machine, const char *prefix, char *results, size_t size)
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
