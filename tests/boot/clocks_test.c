// SPDX-License-Identifier: MIT
/*
 * The clock and the timer of guests, on fewer processors than virtual CPUs and on as many.
 */
#include "tests/boot/scene.h"

#include <criterion/criterion.h>
#include <inttypes.h>
#include <stdio.h>
#include <time.h>

TestSuite(clocks);

static struct machine *boot(const char *processors, const char *options)
{
    return scene_boot_on((struct machine_options){.processors = processors, .subject = options},
                         "console=serial onexit=poweroff",
                         MODULES({.file = "guests/clocks.elf", .options = options}));
}

static void read_on(const char *processors)
{
    struct machine *machine = boot(processors, "name=clocks mem=4M vcpus=4 --");

    machine_wait_ever(machine, "^[clocks] timers are late by");
    scene_succeeds(machine, "clocks", "clocks");
    scene_ends(machine);
}

Test(clocks, on_one_processor)
{
    read_on("1");
}

Test(clocks, on_two_processors)
{
    read_on("2");
}

Test(clocks, on_four_processors)
{
    read_on("4");
}

/* When a line of the guest's came here, and what its clock said then; nanoseconds. */
struct reading {
    int64_t here, there;
};

static struct reading reading_take(struct machine *machine)
{
    const char *line = machine_wait(machine, "^[clocks] the clock says");
    struct timespec now;
    int64_t there;

    clock_gettime(CLOCK_MONOTONIC, &now);
    machine_expect(machine, sscanf(line, "[clocks] the clock says %" SCNd64, &there) == 1, "%s", line);
    machine_mark(machine);
    return (struct reading){now.tv_sec * 1000000000 + now.tv_nsec, there};
}

static double distance(double ratio)
{
    return ratio > 1 ? ratio - 1 : 1 - ratio;
}

/*
 * A second of its clock is one of ours. A line is on its way for a while, longer where there is much to do:
 * of four seconds, the one counts that is nearest to ours.
 */
Test(clocks, runs_as_fast_as_ours)
{
    struct machine *machine = boot("1", "name=clocks mem=4M -- drift");
    struct reading before = reading_take(machine);
    double best = 0;

    for (unsigned i = 0; i < 4; i++) {
        struct reading now = reading_take(machine);
        double ratio = (double)(now.there - before.there) / (double)(now.here - before.here);

        machine_expect(machine, now.there - before.there >= 1000000000, "it slept for too short a time");
        best = distance(ratio) < distance(best) ? ratio : best;
        before = now;
    }
    machine_expect(machine, distance(best) < 0.03, "its clock runs %.4f times as fast as ours", best);
    printf("its clock runs %.5f times as fast as ours\n", best);
    scene_ends(machine);
}
