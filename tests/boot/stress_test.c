// SPDX-License-Identifier: MIT
/*
 * Eight guests of all kinds, with weights, caps and virtual CPUs by chance, on four processors: they fork,
 * share memory, crash, attack, and are stopped from the console at times by chance. Then eight others, until
 * the time is over. What has to hold: the hypervisor never panics, every guest that is stopped gives its
 * memory back, and after the last one every frame is back.
 *
 * PARAVANE_STRESS says how many seconds (60), PARAVANE_SEED which chance (the time of day).
 */
#include "tests/boot/scene.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

TestSuite(stress);

#define GUESTS    8
#define STOPS_MAX 40
#define PAUSE_MS  900
#define LINE_SIZE 256
#define SECONDS   60

/* What guests do; those that have several virtual CPUs use them. */
static const struct kind {
    const char *file, *options, *arguments;
} kinds[] = {
    {"guest.elf", "mem=32M", "while true; do stress; forkbench; done"},
    {"guest.elf", "mem=24M mode=trap", "while true; do stress; done"},
    {"guest.elf", "mem=32M", "while true; do seq 1000 | sort | wc; done"},
    {"guests/monitor.elf", "mem=16M", "spin"},
    {"guests/monitor.elf", "mem=16M mode=trap", "busy 3; crash"},
    {"guests/vcpus.elf", "mem=8M vcpus=4", "busy"},
    {"guests/vcpus.elf", "mem=8M vcpus=8", ""},
    {"guests/vcpus.elf", "mem=8M vcpus=3", "crash"},
    {"guests/vcpus.elf", "mem=8M vcpus=2 mode=trap", ""},
    {"guests/mmu-chaos.elf", "mem=4M", ""},
    {"guests/calls-fuzz.elf", "mem=4M", ""},
    {"guests/batch-flood.elf", "mem=4M", ""},
    {"guests/heavy-caller.elf", "mem=4M", "call"},
    {"guests/timer-storm.elf", "mem=4M mode=trap", ""},
    {"guests/spin-masked.elf", "mem=4M", ""},
    {"guests/wild-pointers.elf", "mem=4M", ""},
};

#define KINDS (sizeof(kinds) / sizeof(kinds[0]))

/* What the first two do, which share memory: bytes both ways, to somebody who may write anything, or end. */
#define STREAMS                                                                                              \
    "while true; do cat /dev/channel/link >/dev/null & seq 20000 >/dev/channel/link; wait; sleep 0.05; done"

static const struct kind sharers[] = {
    {"guest.elf", "mem=32M", STREAMS},
    {"guest.elf", "mem=32M vcpus=2", STREAMS},
    {"guests/scribbler.elf", "mem=4M", ""},
};

#define SHARERS    (sizeof(sharers) / sizeof(sharers[0]))
#define SHARE_WITH "share=link:g1,g2:64K"

static const char *const extras[] = {"", "weight=1000", "weight=32", "cap=20", "cpus=0-1", "cpus=1,3 cap=60"};

#define EXTRAS (sizeof(extras) / sizeof(extras[0]))

static unsigned long setting(const char *name, unsigned long otherwise)
{
    const char *text = getenv(name);

    return text != NULL ? strtoul(text, NULL, 10) : otherwise;
}

static unsigned chance(unsigned below)
{
    return (unsigned)rand() % below;
}

static struct machine *boot(const char *subject)
{
    static char lines[GUESTS][LINE_SIZE];
    struct image_module modules[GUESTS];

    for (unsigned i = 0; i < GUESTS; i++) {
        const struct kind *kind = i < 2 ? &sharers[chance(SHARERS)] : &kinds[chance(KINDS)];

        snprintf(lines[i], LINE_SIZE, "name=g%u %s %s %s -- %s", i + 1, kind->options, extras[chance(EXTRAS)],
                 i == 0 ? SHARE_WITH : "", kind->arguments);
        modules[i] = (struct image_module){.file = kind->file, .options = lines[i]};
    }
    return scene_boot_on((struct machine_options){.processors = "4", .memory = "512", .subject = subject},
                         "console=serial onexit=halt", modules, GUESTS);
}

static void stop(struct machine *machine, unsigned guest)
{
    char order[16];

    snprintf(order, sizeof order, "stop g%u", guest);
    scene_order(machine, order);
}

/* Some at times by chance, and then all that are left. */
static void stop_all(struct machine *machine)
{
    unsigned order[GUESTS] = {0};

    for (unsigned i = 0; i < GUESTS; i++) {
        unsigned place = chance(i + 1);

        order[i] = order[place];
        order[place] = i + 1;
    }
    for (unsigned i = 0; i < GUESTS; i++) {
        machine_listen(machine, (int)chance(PAUSE_MS));
        stop(machine, order[i]);
    }
}

Test(stress, eight_guests_on_four_processors, .timeout = 100000)
{
    unsigned long seed = setting("PARAVANE_SEED", (unsigned long)time(NULL));
    time_t end = time(NULL) + (time_t)setting("PARAVANE_STRESS", SECONDS);
    unsigned rounds = 0;
    char subject[64];

    srand((unsigned)seed);
    do {
        struct machine *machine;

        snprintf(subject, sizeof subject, "PARAVANE_SEED=%lu, round %u", seed, ++rounds);
        machine = boot(subject);
        stop_all(machine);
        machine_wait_ever(machine, "^(pv) all guests have ended, every frame returned");
        scene_order(machine, "poweroff");
        machine_expect(machine, machine_wait_end(machine) == 0, "the machine did not power off");
        machine_stop(machine);
    } while (time(NULL) < end);
    fprintf(stderr, "stress: PARAVANE_SEED=%lu, %u times eight guests\n", seed, rounds);
}
