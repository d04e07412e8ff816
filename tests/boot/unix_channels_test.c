// SPDX-License-Identifier: MIT
/*
 * Channels of the small Unix: devices by which two of them exchange bytes, through memory that they share.
 */
#include "tests/boot/scene.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

TestSuite(unix_channels);

#define CHANNEL "/dev/channel/r1"

#define UNIX(name, words)                                                                                    \
    {                                                                                                        \
        .file = "guest.elf", .options = "name=" name " mem=32M " words " --"                                 \
    }

/* Two of them with a channel, and shells that have been asked for a word. */
#define TWO(words) MODULES(UNIX("alpha", "share=r1:alpha,beta:64K " words), UNIX("beta", words))

static struct machine *two_boot(const char *processors, const struct image_module *modules, size_t count)
{
    struct machine *machine = scene_boot_on((struct machine_options){.processors = processors},
                                            "console=serial onexit=poweroff", modules, count);

    scene_shell_answers(machine, '2', "beta");
    scene_shell_answers(machine, '1', "alpha");
    return machine;
}

/* Types a command at the shell of the guest with this key. */
static void type_at(struct machine *machine, char key, const char *command)
{
    machine_switch(machine, key);
    scene_command(machine, key == '1' ? "alpha:/home" : "beta:/home", command);
}

static void two_end(struct machine *machine)
{
    type_at(machine, '2', "poweroff");
    machine_wait(machine, "^(pv) beta: ended: exit, reason 0");
    type_at(machine, '1', "poweroff");
    scene_ends(machine);
}

/* The word that stands at this place of a line, copied to `word`. */
static void word_copy(const char *line, const char *prefix, char word[80])
{
    word[0] = '\0';
    sscanf(line + strlen(prefix), "%79s", word);
}

/* A file of 108894 bytes to beta, where the reader is first, and back, where the writer is. */
static void carries(const char *processors, const struct image_module *modules, size_t count)
{
    struct machine *machine = two_boot(processors, modules, count);
    char sent[80], received[80];

    type_at(machine, '2', "cat " CHANNEL " >/tmp/b; sha256sum </tmp/b");
    type_at(machine, '1', "seq 1 20000 >/tmp/a; sha256sum </tmp/a; cat /tmp/a >" CHANNEL "; echo written");
    word_copy(machine_wait(machine, "^[alpha] *  -"), "[alpha] ", sent);
    word_copy(machine_wait(machine, "^[beta] *  -"), "[beta] ", received);
    machine_expect(machine, strlen(sent) == 64 && strcmp(sent, received) == 0, "%s was sent, %s came", sent,
                   received);
    machine_wait(machine, "^[alpha] written");
    type_at(machine, '2', "cat /tmp/b >" CHANNEL "; echo back");
    type_at(machine, '1', "cat " CHANNEL " | cmp - /tmp/a && echo the same");
    machine_wait(machine, "^[alpha] the same");
    machine_wait_ever(machine, "^[beta] back");
    two_end(machine);
}

Test(unix_channels, file)
{
    carries("1", TWO(""));
}

Test(unix_channels, file_on_two_processors)
{
    carries("2", TWO(""));
}

/* Whoever takes what comes, on four virtual CPUs. */
Test(unix_channels, file_with_two_virtual_cpus)
{
    carries("2", TWO("vcpus=2"));
}

/* What a writer has written comes whole, and then its end, before anything of the next one. */
Test(unix_channels, ends)
{
    struct machine *machine = two_boot("1", TWO(""));

    type_at(machine, '1', "echo one >" CHANNEL "; echo two >" CHANNEL "; echo all sent");
    type_at(machine, '2', "cat " CHANNEL "; echo end");
    machine_wait(machine, "^[beta] one");
    machine_wait(machine, "^[beta] end");
    type_at(machine, '2', "cat " CHANNEL " | sed s/two/second/; echo end");
    machine_wait(machine, "^[beta] second");
    machine_wait(machine, "^[beta] end");
    machine_wait_ever(machine, "^[alpha] all sent");
    type_at(machine, '2', "cat " CHANNEL " | wc -c");
    type_at(machine, '1', ": >" CHANNEL);
    machine_wait(machine, "^[beta] *0");
    two_end(machine);
}

/* Who writes is told when the other end reads no more, and the rest does not get into what comes next. */
Test(unix_channels, reader_closes)
{
    struct machine *machine = two_boot("1", TWO(""));

    type_at(machine, '1', "yes >" CHANNEL "; echo status $?");
    type_at(machine, '2', "head -n 1 " CHANNEL "; echo enough");
    machine_wait(machine, "^[beta] enough");
    machine_wait_ever(machine, "^[alpha] yes: *: Broken pipe");
    machine_wait_ever(machine, "^[alpha] status 1");
    type_at(machine, '1', "echo afresh >" CHANNEL);
    type_at(machine, '2', "cat " CHANNEL);
    machine_wait(machine, "^[beta] afresh");
    two_end(machine);
}

/* Alpha writes more than there is room for, and beta keeps the channel open and does not read. */
static struct machine *writer_waits(void)
{
    struct machine *machine = two_boot("1", TWO(""));

    type_at(machine, '2', "(head -n 1 <&3; sleep 0.5; echo enough; sleep 1000) 3<" CHANNEL);
    type_at(machine, '1', "yes and no >" CHANNEL "; echo status $?");
    machine_wait(machine, "^[beta] and no");
    machine_wait(machine, "^[beta] enough");
    return machine;
}

/* Beta has read what there is, and alpha keeps the channel open and does not write. */
static struct machine *reader_waits(void)
{
    struct machine *machine = two_boot("1", TWO(""));

    type_at(machine, '2', "cat " CHANNEL "; echo status $?");
    type_at(machine, '1', "(echo so far; sleep 0.5; echo silence >/dev/console; sleep 1000) >" CHANNEL);
    machine_wait(machine, "^[beta] so far");
    machine_wait(machine, "^[alpha] silence");
    return machine;
}

/* The key that interrupts, at the guest with this key; its shell says the status. */
static void interrupt(struct machine *machine, char key, const char *status)
{
    machine_switch(machine, key);
    machine_type(machine, "\x03");
    scene_command(machine, key == '1' ? "alpha:/home" : "beta:/home", "echo status $?");
    machine_wait(machine, status);
}

Test(unix_channels, reader_is_interrupted)
{
    struct machine *machine = reader_waits();

    interrupt(machine, '2', "^[beta] status 130");
    interrupt(machine, '1', "^[alpha] status 130");
    two_end(machine);
}

Test(unix_channels, writer_is_interrupted)
{
    struct machine *machine = writer_waits();

    interrupt(machine, '1', "^[alpha] status 130");
    interrupt(machine, '2', "^[beta] status 130");
    two_end(machine);
}

/* Who reads from a guest that ends gets what it wrote, and an end, then and ever after. */
Test(unix_channels, writer_is_stopped)
{
    struct machine *machine = reader_waits();

    scene_order(machine, "stop alpha");
    machine_wait(machine, "^[beta] status 0");
    type_at(machine, '2', "cat " CHANNEL "; seq 1 3 >" CHANNEL "; echo end");
    machine_wait(machine, "^[beta] seq: *: Broken pipe");
    machine_wait(machine, "^[beta] end");
    type_at(machine, '2', "poweroff");
    scene_ends(machine);
}

/* Who writes to a guest that ends is told. */
Test(unix_channels, reader_is_stopped)
{
    struct machine *machine = writer_waits();

    scene_order(machine, "stop beta");
    machine_wait(machine, "^[alpha] yes: *: Broken pipe");
    machine_wait(machine, "^[alpha] status 1");
    type_at(machine, '1', "poweroff");
    scene_ends(machine);
}

/* Both figures of the program that measures; what they are is the emulator's. */
Test(unix_channels, measured)
{
    struct machine *machine = two_boot("2", TWO(""));
    const char *line;
    unsigned long time = 0;

    type_at(machine, '2', "streambench -e " CHANNEL "; echo answered");
    type_at(machine, '1', "streambench -r 200 -b 4m " CHANNEL);
    line = machine_wait(machine, "^[alpha] streambench: 200 rounds of one byte there and back, ");
    machine_expect(machine, sscanf(strrchr(line, ',') + 1, "%lu ns", &time) == 1 && time > 0, "%s", line);
    machine_wait(machine, "^[alpha] streambench: 4194304 bytes one way in * MiB/s");
    machine_wait(machine, "^[beta] answered");
    two_end(machine);
}

/* A neighbour that writes nonsense gets nonsense, or an error, and harms nobody but the bytes. */
static void scribbled(const char *processors)
{
    struct machine *machine =
        scene_boot_on((struct machine_options){.processors = processors}, "console=serial onexit=poweroff",
                      MODULES(UNIX("alpha", "share=r1:alpha,beta:64K"),
                              {.file = "guests/scribbler.elf", .options = "name=beta mem=4M"}));

    scene_shell_answers(machine, '1', "alpha");
    type_at(machine, '1', "cat " CHANNEL " >/tmp/a &");
    type_at(machine, '1',
            "for i in $(seq 1 100); do head -c 1000 /bin/sh >" CHANNEL "; head -c 1000 " CHANNEL
            " >/tmp/b; done; wait; echo survived");
    scene_succeeds(machine, "beta", "scribbler");
    machine_wait_ever(machine, "^[alpha] survived");
    machine_expect(machine, machine_count(machine, "^[alpha] *Bad address") == 0, "it left the rings");
    type_at(machine, '1', "poweroff");
    scene_ends(machine);
}

Test(unix_channels, scribbled)
{
    scribbled("1");
}

Test(unix_channels, scribbled_on_two_processors)
{
    scribbled("2");
}

/* By trapping there are none, whatever the option says; who reads at the other end has nobody to wait for
 * but a signal. */
Test(unix_channels, trap_has_none)
{
    struct machine *machine =
        two_boot("1", MODULES(UNIX("alpha", "share=r1:alpha,beta:64K"), UNIX("beta", "mode=trap")));

    type_at(machine, '2', "ls /dev/channel || ls /dev | xargs");
    machine_wait(machine, "^[beta] console null zero");
    type_at(machine, '1', "ls /dev/channel");
    machine_wait(machine, "^[alpha] r1");
    two_end(machine);
}

/* The option takes names that cannot be those of a file. */
Test(unix_channels, name_that_is_none)
{
    struct machine *machine = two_boot(
        "1", MODULES(UNIX("alpha", "share=a/b:alpha,beta:4K"), UNIX("beta", "share=r1:alpha,beta:4K")));

    machine_wait_ever(machine, "^[beta] channel a/b is left out: ");
    type_at(machine, '1', "seq 1 20000 >" CHANNEL);
    type_at(machine, '2', "tail -n 1 " CHANNEL);
    machine_wait(machine, "^[beta] 20000");
    two_end(machine);
}
