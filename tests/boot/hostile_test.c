// SPDX-License-Identifier: MIT
/*
 * Attacks that once succeeded: on user mode, on the processor's time, on the lines of the log, on what one
 * guest can know of another, and on the returns from the hypervisor.
 */
#include "tests/boot/scene.h"

#include <criterion/criterion.h>
#include <elf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

TestSuite(hostile);

/*
 * Without SMAP an IRET in ring 3 reads its frame, and does what the real selectors allow; with it, this
 * emulator faults before it has looked.
 */
static void user_mode(const char *processor)
{
    struct machine *machine =
        scene_boot_on((struct machine_options){.processor = processor}, "console=serial onexit=poweroff",
                      MODULES({.file = "guests/user-mode.elf", .options = "name=calls mem=4M --"},
                              {.file = "guests/user-mode.elf", .options = "name=traps mem=4M mode=trap --"}));

    scene_succeeds(machine, "calls", "user-mode");
    scene_succeeds(machine, "traps", "user-mode");
    scene_ends(machine);
}

Test(hostile, user_mode)
{
    user_mode("max");
}

Test(hostile, user_mode_without_smap)
{
    user_mode("max,-smap");
}

/*
 * A guest that is asleep costs nothing, however often its masked timer ticks: others are heard. The machine
 * is a slow one, of 62 million instructions a second, where a hundred fit between two ticks.
 */
Test(hostile, timer_storm)
{
    static const char *const slow[] = {"-icount", "shift=4", NULL};
    struct machine *machine = scene_boot_on(
        (struct machine_options){.additional = slow}, "console=serial onexit=poweroff",
        MODULES({.file = "guests/timer-storm.elf", .options = "name=storm1 mem=4M mode=trap --"},
                {.file = "guests/timer-storm.elf", .options = "name=storm2 mem=4M mode=trap --"},
                {.file = "guests/timer-storm.elf", .options = "name=storm3 mem=4M mode=trap --"},
                KERNEL("good", "")));

    scene_answers(machine, '4', "good");
    scene_order(machine, "list");
    machine_wait(machine, "^(pv) *storm1*trap");
    machine_wait(machine, "^(pv) *frames free, up for ");
    for (int i = 1; i <= 3; i++) {
        char pattern[64];
        snprintf(pattern, sizeof pattern, "^[storm%d] programming the timer", i);
        machine_wait_ever(machine, pattern);
    }
    scene_answers(machine, '4', "good");
    machine_stop(machine);
}

Test(hostile, selectors)
{
    struct machine *machine =
        scene_boot("console=serial onexit=poweroff",
                   MODULES({.file = "guests/selectors.elf", .options = "name=marker mem=4M -- mark"},
                           {.file = "guests/selectors.elf", .options = "name=looker mem=4M -- look"}));

    scene_succeeds(machine, "looker", "selectors");
    scene_succeeds(machine, "marker", "selectors");
    scene_ends(machine);
}

#define HEAVY           65535
#define LIGHT           1024
#define TEXT(number)    TEXT_OF(number)
#define TEXT_OF(number) #number
#define MILLION         1000000

/*
 * What the light guest gets is 15 parts in a thousand, less what the hypervisor's work for it takes of that:
 * nine tenths of its due are well, six tenths are a theft.
 */
Test(hostile, heavy_caller)
{
    static const char *const counted[] = {"-icount", "shift=0", NULL};
    struct machine *machine = scene_boot_on(
        (struct machine_options){.processors = "1", .additional = counted}, "console=serial onexit=poweroff",
        MODULES({.file = "guests/heavy-caller.elf",
                 .options = "name=heavy mem=4M weight=" TEXT(HEAVY) " -- call"},
                {.file = "guests/heavy-caller.elf",
                 .options = "name=light mem=4M weight=" TEXT(LIGHT) " -- count"}));
    unsigned long share = 0, due = MILLION * (unsigned long)LIGHT / (HEAVY + LIGHT);

    sscanf(machine_wait(machine, "^[light] share: "), "[light] share: %lu", &share);
    machine_expect(machine, share >= due * 4 / 5,
                   "of a million the light guest got %lu, where %lu are its due", share, due);
    machine_stop(machine);
}

Test(hostile, wild_handler)
{
    struct machine *machine = scene_boot_alone(
        "console=serial onexit=poweroff",
        MODULES({.file = "guests/wild-handler.elf", .options = "name=handled mem=4M --"},
                {.file = "guests/wild-handler.elf", .options = "name=alone mem=4M -- alone"}));

    scene_succeeds(machine, "handled", "wild-handler");
    machine_wait_ever(machine, "^(pv) alone: ended: general protection at 800000000000");
    scene_ends(machine);
}

/* What a terminal, and every program that reads the log, would take for a line of somebody else's. */
#define FORGED "forged line"

/* The function in which it divides; compilers may add to its name. */
#define SYMBOL "divide"

static const char forged_symbol[] = "plain\n" FORGED " 1\r" FORGED " 2\x1b[1G" FORGED " 3\x1b[2K\x9b"
                                    "1G\v\f\x85" FORGED " 4\n" FORGED " 5\n";

static Elf64_Shdr *section_of_type(uint8_t *elf, uint32_t type)
{
    Elf64_Ehdr *header = (Elf64_Ehdr *)elf;
    Elf64_Shdr *sections = (Elf64_Shdr *)(elf + header->e_shoff);

    for (unsigned int i = 0; i < header->e_shnum; i++) {
        if (sections[i].sh_type == type)
            return &sections[i];
    }
    cr_assert_fail("no section of type %u", type);
    return NULL;
}

/*
 * The guest that divides by zero, with another name for the function in which it does. The names move to the
 * end of the file, where there is room for one more.
 */
static struct image_module symbol_forged(void)
{
    struct image_module module = {.options = "name=hostile mem=4M --"};
    size_t size;
    uint8_t *read = (uint8_t *)file_read(build_path("guests/no-handler.elf"), &size);
    uint8_t *elf = realloc(read, size + sizeof forged_symbol);

    cr_assert_not_null(elf);
    Elf64_Shdr *symbols = section_of_type(elf, SHT_SYMTAB);
    Elf64_Shdr *names = (Elf64_Shdr *)(elf + ((Elf64_Ehdr *)elf)->e_shoff) + symbols->sh_link;
    Elf64_Sym *symbol = (Elf64_Sym *)(elf + symbols->sh_offset);
    Elf64_Sym *end = symbol + symbols->sh_size / sizeof *symbol;
    while (symbol < end &&
           strncmp((char *)elf + names->sh_offset + symbol->st_name, SYMBOL, strlen(SYMBOL)) != 0)
        symbol++;
    cr_assert_lt(symbol, end, "there is no symbol " SYMBOL);
    memcpy(elf + size, forged_symbol, sizeof forged_symbol);
    symbol->st_name = (Elf64_Word)(size - names->sh_offset);
    names->sh_size = size + sizeof forged_symbol - names->sh_offset;
    module.bytes = elf;
    module.size = size + sizeof forged_symbol;
    return module;
}

static void expect_nothing_forged(struct machine *machine)
{
    machine_expect(machine, machine_count(machine, "^" FORGED) == 0, "a line is forged");
    machine_expect(machine, machine_controls(machine) == 0, "%zu control characters came through",
                   machine_controls(machine));
}

Test(hostile, symbol_forges_no_line)
{
    struct image_module hostile = symbol_forged();
    struct machine *machine = scene_boot("console=serial onexit=poweroff", &hostile, 1);

    machine_wait_ever(machine, "^(pv) hostile: ended: divide error");
    machine_wait_ever(machine, "^(pv)   trace:");
    machine_wait_ever(machine, "^(pv) *plain?" FORGED " 1?" FORGED " 2?[1G" FORGED " 3");
    machine_wait_ever(machine, "^(pv) all guests have ended, every frame returned");
    expect_nothing_forged(machine);
    scene_ends(machine);
}

/* More than there are columns before a value. */
#define BACKSPACES "\b\b\b\b\b\b\b\b\b\b\b\b\b\b\b\b\b\b\b\b\b\b\b\b\b\b\b\b\b\b\b\b\b\b\b\b\b\b\b\b"

/*
 * Names are refused unless they are of plain characters, and are printed in the refusal all the same. A
 * carriage return or a line feed does not get through this boot loader.
 */
Test(hostile, name_forges_no_line)
{
    struct machine *machine = scene_boot(
        "console=serial onexit=poweroff",
        MODULES(
            {.file = "guests/no-handler.elf", .options = "name=\b\b\b\b\b\b\b\b\b\b\b\b\bforged_line mem=4M"},
            {.file = "guests/no-handler.elf", .options = "name=b\x1b[1Gforged_line mem=4M"},
            {.file = "guests/no-handler.elf",
             .options = "name=c\x9b"
                        "1Gforged_line mem=4M"},
            {.file = "guests/no-handler.elf", .options = BACKSPACES "forged_line=1 mem=4M"},
            {.file = "guests/no-handler.elf", .options = "name=e mem=" BACKSPACES "forged_line"},
            {.file = "guests/no-handler.elf", .options = "name=good mem=4M"}));

    machine_wait_ever(machine, "^(pv) good: ended: divide error");
    machine_wait_ever(machine, "^(pv) all guests have ended, every frame returned");
    machine_expect(machine, machine_count(machine, "^(pv) module *: refused: ") == 5,
                   "lines of refusal are missing");
    machine_expect(machine, machine_count(machine, "^forged_line") == 0, "a line is forged");
    expect_nothing_forged(machine);
    scene_ends(machine);
}

/* A file of 64-bit ELF, and where its addresses are in it. */
static const uint8_t *elf_at(const uint8_t *elf, uint64_t address)
{
    const Elf64_Ehdr *header = (const Elf64_Ehdr *)elf;
    const Elf64_Phdr *segments = (const Elf64_Phdr *)(elf + header->e_phoff);

    for (unsigned int i = 0; i < header->e_phnum; i++) {
        if (segments[i].p_type == PT_LOAD && address - segments[i].p_vaddr < segments[i].p_filesz)
            return elf + segments[i].p_offset + (address - segments[i].p_vaddr);
    }
    cr_assert_fail("nothing is loaded at %lx", (unsigned long)address);
    return NULL;
}

static uint64_t elf_symbol(uint8_t *elf, const char *name)
{
    const Elf64_Shdr *symbols = section_of_type(elf, SHT_SYMTAB);
    const Elf64_Shdr *names =
        (const Elf64_Shdr *)(elf + ((const Elf64_Ehdr *)elf)->e_shoff) + symbols->sh_link;
    const Elf64_Sym *symbol = (const Elf64_Sym *)(elf + symbols->sh_offset);

    for (size_t i = 0; i < symbols->sh_size / sizeof *symbol; i++) {
        if (strcmp((const char *)elf + names->sh_offset + symbol[i].st_name, name) == 0)
            return symbol[i].st_value;
    }
    cr_assert_fail("hv.elf has no symbol %s", name);
    return 0;
}

/* An entry of the fix-up table (hv/x86/entry.S): an instruction that may fault, and where to go on. */
struct fixup {
    uint64_t at, to;
};

static bool has_fixup(uint8_t *elf, uint64_t address, uint64_t to)
{
    uint64_t start = elf_symbol(elf, "fixups_start");
    size_t count = (elf_symbol(elf, "fixups_end") - start) / sizeof(struct fixup);
    const struct fixup *fixups = (const struct fixup *)elf_at(elf, start);

    for (size_t i = 0; i < count; i++) {
        if (fixups[i].at == address)
            return fixups[i].to == to;
    }
    return false;
}

/* The next line of a disassembly that is an iretq; `function` is the symbol that it comes after. */
static bool next_return(FILE *listing, uint64_t *address, char function[64])
{
    char line[256];
    unsigned long at;

    while (fgets(line, sizeof line, listing) != NULL) {
        sscanf(line, "%*x <%63[^>]>:", function);
        if (strstr(line, "iretq") != NULL && sscanf(line, " %lx:", &at) == 1) {
            *address = at;
            return true;
        }
    }
    return false;
}

/*
 * An IRET to a guest can fault in ring 0, where the guest chose the address. This emulator never shows it, so
 * the code is looked at: each has a fix-up, but for the two that return into the hypervisor itself.
 */
Test(hostile, every_return_has_a_fixup)
{
    char command[4200], function[64] = "";
    size_t size, own = 0, to_guests = 0;
    uint8_t *elf = (uint8_t *)file_read(build_path("hv.elf"), &size);
    uint64_t address, handled = elf_symbol(elf, "entry_return_failed");

    snprintf(command, sizeof command, "objdump -d --no-show-raw-insn %s", build_path("hv.elf"));
    FILE *listing = popen(command, "r");
    cr_assert_not_null(listing);
    while (next_return(listing, &address, function)) {
        if (strcmp(function, "entry_hypervisor") == 0 || strcmp(function, "entry_exception_1") == 0) {
            own++;
            continue;
        }
        to_guests++;
        cr_expect(has_fixup(elf, address, handled), "the iretq at %lx in %s has no fix-up",
                  (unsigned long)address, function);
    }
    cr_assert_eq(pclose(listing), 0, "objdump failed");
    cr_expect_eq(own, 2, "%zu returns into the hypervisor were found", own);
    cr_expect_geq(to_guests, 3, "only %zu returns to guests were found", to_guests);
    free(elf);
}
