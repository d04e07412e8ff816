// SPDX-License-Identifier: MIT
/*
 * The small Unix, one ELF file, in each of the three ways: its tests of itself, and a person's session at its
 * shell.
 */
#include "tests/boot/scene.h"
#include "tests/boot/transcript.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

TestSuite(unix_system);

/* A machine on which it runs, and how its lines and its prompt begin there. */
struct way {
    const char *mode;
    const char *memory; /* of the guest, as the hypervisor takes it; or of the machine, in MiB */
    const char *prefix;
    const char *name;
};

static const struct way hypercall = {"hypercall", "32M", "[alpha] ", "alpha"};
static const struct way trap = {"trap", "32M", "[alpha] ", "alpha"};
static const struct way native = {"native", "64", "", "native"};

/* Boots it with the words of a command, or with none for a shell. */
static struct machine *way_boot(const struct way *way, const char *words)
{
    char options[128];
    struct image_module guest = {.file = "guest.elf", .options = options};

    if (way == &native)
        return machine_start(&(struct machine_options){.image = image_make_of("guest.elf", words, NULL, 0),
                                                       .memory = way->memory,
                                                       .subject = way->mode});
    snprintf(options, sizeof options, "name=alpha mem=%s mode=%s -- %s", way->memory, way->mode, words);
    return scene_boot_on((struct machine_options){.subject = way->mode}, "console=serial onexit=poweroff",
                         &guest, 1);
}

/* After its prefix, a line begins with this text: as a pattern, in memory that is soon reused. */
static const char *begins(const struct way *way, const char *text)
{
    static char patterns[2][160];
    static unsigned int next;
    char *pattern = patterns[next++ % 2];

    snprintf(pattern, sizeof patterns[0], "^%s%s", way->prefix, text);
    return pattern;
}

/* The machine ends by itself, with all that was the guest's given back. */
static void ends_well(struct machine *machine, const struct way *way)
{
    if (way != &native) {
        machine_wait_ever(machine, "^(pv) alpha: ended: exit, reason 0");
        scene_ends(machine);
        return;
    }
    int status = machine_wait_end(machine);
    machine_expect(machine, status == 0, "QEMU ended with status %d", status);
    machine_stop(machine);
}

/* Waits for the tests' last line. Each single test may take as long as a wait may. */
static void tests_await(struct machine *machine, const struct way *way)
{
    for (size_t lines = 1; machine_count(machine, begins(way, "usertests: * passed")) == 0; lines++)
        machine_wait_count(machine, begins(way, "usertests: "), lines);
}

/* What the tests have printed, without the prefix; the caller frees it. */
static char *tests_lines(const struct machine *machine, const struct way *way)
{
    const char *line;
    char *text = NULL;
    size_t size;
    FILE *stream = open_memstream(&text, &size);

    for (size_t i = 0; (line = machine_line(machine, i)) != NULL; i++) {
        if (pattern_matches(begins(way, "usertests: "), line))
            fprintf(stream, "%s\n", line + strlen(way->prefix));
    }
    fclose(stream);
    return text;
}

/* All tests in one way: every one of them is ok, and they are as many as there are. */
static char *tests_pass(const struct way *way)
{
    struct machine *machine = way_boot(way, "usertests");
    unsigned int passed = 0, all = 0;

    tests_await(machine, way);
    const char *last = machine_wait(machine, begins(way, "usertests: * passed"));
    sscanf(last + strlen(way->prefix), "usertests: %u of %u passed", &passed, &all);
    machine_expect(machine, passed == all && all > 150, "%s", last);
    machine_expect(machine, machine_count(machine, begins(way, "usertests: * ok")) == all, "not all are ok");
    char *lines = tests_lines(machine, way);
    ends_well(machine, way);
    return lines;
}

/* Users cannot tell one way from another. */
static void tests_pass_as_natively(const struct way *way)
{
    char *natively = tests_pass(&native);
    char *lines = tests_pass(way);

    cr_assert_str_eq(lines, natively);
    free(natively);
    free(lines);
}

Test(unix_system, tests_by_hypercalls)
{
    tests_pass_as_natively(&hypercall);
}

Test(unix_system, tests_by_trapping)
{
    tests_pass_as_natively(&trap);
}

/* Memory does not change what the tests print, but when it is used up. */
Test(unix_system, tests_with_little_memory)
{
    static const struct way little = {"hypercall", "16M", "[alpha] ", "alpha"};

    free(tests_pass(&little));
}

/* Waits for the shell's prompt in a folder. */
static void prompt_await(struct machine *machine, const struct way *way, const char *folder)
{
    char prompt[96];

    snprintf(prompt, sizeof prompt, "%s:%s$ ", way->name, folder);
    machine_wait_prompt(machine, prompt);
}

/* Types a command at the prompt in /home; a line that begins with the answer comes of it. */
static void command_answers(struct machine *machine, const struct way *way, const char *command,
                            const char *answer)
{
    prompt_await(machine, way, "/home");
    machine_type(machine, command);
    machine_wait(machine, begins(way, answer));
}

static void session(const struct way *way)
{
    char greeting[96];
    struct machine *machine = way_boot(way, "");

    snprintf(greeting, sizeof greeting, "hello from %s, mode=%s, ", way->name, way->mode);
    machine_wait(machine, begins(way, greeting));
    command_answers(machine, way, "echo here I am\r", "here I am");
    command_answers(machine, way, "seq 1 100 | grep 7 | wc -l\r", "*19");
    /* The last command once more; and the one before, with another end, after a word was corrected. */
    command_answers(machine, way, "\x1b[A\r", "*19");
    command_answers(machine, way, "\x1b[A\x1b[A\x7f\x7fwas not\r", "here I was not");
    command_answers(machine, way,
                    "for i in a b c; do echo -$i-; done > /tmp/letters; tail -n 1 /tmp/letters\r", "-c-");
    command_answers(machine, way, "echo started; sleep 1000\r", "started");
    machine_type(machine, "\x03");
    machine_wait(machine, begins(way, "^C"));
    command_answers(machine, way, "echo status $?\r", "status 130");
    command_answers(machine, way, "sh -c 'echo running; exec sleep 1000'\r", "running");
    machine_type(machine, "\x1a");
    command_answers(machine, way, "jobs\r", "[1] stopped");
    command_answers(machine, way, "kill %1; wait; echo gone\r", "gone");
    command_answers(machine, way, "usertests pipe_much nonsense\r", "usertests: nonsense: no such test");
    command_answers(machine, way, "cd /bin; ls | grep -c usertests\r", "*1");
    prompt_await(machine, way, "/bin");
    machine_type(machine, "exit\r");
    ends_well(machine, way);
}

Test(unix_system, session_by_hypercalls)
{
    session(&hypercall);
}

Test(unix_system, session_by_trapping)
{
    session(&trap);
}

Test(unix_system, session_natively)
{
    session(&native);
}

/*
 * The scripts in /home that check themselves: the shell, by what it says of itself; the tools, by what those
 * of GNU print.
 */
static void scripts_pass(const struct way *way)
{
    struct machine *machine = way_boot(way, "sh /home/shelltest.sh && sh /home/tooltest.sh");
    unsigned int passed = 0, all = 0;
    const char *last = machine_wait_ever(machine, begins(way, "shelltest: * passed"));

    sscanf(last + strlen(way->prefix), "shelltest: %u of %u passed", &passed, &all);
    machine_expect(machine, passed == all && all > 50, "%s", last);
    machine_wait_ever(machine, begins(way, "tooltest: as expected"));
    ends_well(machine, way);
}

Test(unix_system, scripts_by_hypercalls)
{
    scripts_pass(&hypercall);
}

Test(unix_system, scripts_by_trapping)
{
    scripts_pass(&trap);
}

Test(unix_system, scripts_natively)
{
    scripts_pass(&native);
}

/* A process that does what it must not is ended, and its shell says so; the kernel goes on. */
Test(unix_system, status_of_the_command)
{
    struct machine *machine = way_boot(&hypercall, "false");

    machine_wait(machine, "^(pv) alpha: ended: exit, reason 1");
    scene_ends(machine);
}
