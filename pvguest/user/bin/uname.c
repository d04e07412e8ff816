// SPDX-License-Identifier: MIT
// uname: tells what system this is: its name (-s), the machine's name (-n), how privileged operations are
// done on it
// (-v: native, hypercall or trap), the processor (-m); -a: all of these.
#include "program.h"

#include "machine.h"

static bool all;
static bool want_system;
static bool want_machine;
static bool want_mode;
static bool want_processor;

static const struct program_option options[] = {
    {'a', .flag = &all},       {'s', .flag = &want_system},    {'n', .flag = &want_machine},
    {'v', .flag = &want_mode}, {'m', .flag = &want_processor}, {0}};

static void part_print(bool wanted, const char *part)
{
    static bool followed;

    if (!wanted && !all)
        return;
    printf("%s%s", followed ? " " : "", part);
    followed = true;
}

int main(int argc, char **argv)
{
    struct system_info info;

    (void)argc;
    if (*program_begin(argv, "[-asnvm]", options))
        program_usage();
    info = machine_describe();
    if (!want_machine && !want_mode && !want_processor)
        want_system = true;
    part_print(want_system, "Paravane");
    part_print(want_machine, info.name);
    part_print(want_mode, info.mode);
    part_print(want_processor, "x86_64");
    putchar('\n');
    return program_end();
}
