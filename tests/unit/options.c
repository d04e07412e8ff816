// SPDX-License-Identifier: MIT
// Command lines by a table: what is read, and the message that each mistake gets.
#include "lib/options.h"

#include <criterion/criterion.h>
#include <string.h>

struct settings {
    char name[8];
    uint64_t weight;
    uint64_t memory;
    uint32_t mode;
    uint32_t exit;
};

static const char *const modes[] = {"hypercall", "trap", NULL};
static const char *const exits[] = {"poweroff", "reboot", "halt", NULL};

static const struct option table[] = {
    {.name = "name", .kind = OPTION_TEXT, .offset = offsetof(struct settings, name), .size = 8},
    {.name = "weight",
     .kind = OPTION_NUMBER,
     .offset = offsetof(struct settings, weight),
     .minimum = 1,
     .maximum = 5000},
    {.name = "mem",
     .kind = OPTION_SIZE,
     .offset = offsetof(struct settings, memory),
     .minimum = 1 << 20,
     .maximum = 1ull << 40},
    {.name = "mode", .kind = OPTION_CHOICE, .offset = offsetof(struct settings, mode), .choices = modes},
    {.name = "onexit", .kind = OPTION_CHOICE, .offset = offsetof(struct settings, exit), .choices = exits},
};

static struct settings settings;
static const char *rest;
static char error[96];

static bool line_read(const char *line)
{
    error[0] = '\0';
    return options_read(line, table, sizeof(table) / sizeof(table[0]), &settings, &rest, error,
                        sizeof(error));
}

static void expect_good(const char *line)
{
    cr_assert(line_read(line), "%s", error);
}

static void expect_error(const char *line, const char *expected)
{
    cr_assert_not(line_read(line), "accepted: %s", line);
    cr_assert_str_eq(error, expected);
}

Test(options, reads_every_kind_in_any_order)
{
    expect_good("mode=trap  name=alpha\tmem=64M onexit=halt weight=256 ");
    cr_assert_str_eq(settings.name, "alpha");
    cr_assert_eq(settings.weight, 256);
    cr_assert_eq(settings.memory, 64 << 20);
    cr_assert_eq(settings.mode, 1);
    cr_assert_eq(settings.exit, 2);
    cr_assert_str_eq(rest, "");
}

Test(options, keeps_the_defaults_of_what_is_not_given)
{
    settings.weight = 7;
    expect_good("");
    expect_good("   ");
    expect_good("mode=trap");
    cr_assert_eq(settings.weight, 7);
    cr_assert_str_eq(settings.name, "");
}

Test(options, gives_what_follows_two_dashes_untouched)
{
    expect_good("name=a -- \t run  mode=fast -- x");
    cr_assert_str_eq(rest, "run  mode=fast -- x");
    expect_good("--");
    cr_assert_str_eq(rest, "");
    expect_good("-- name");
    cr_assert_str_eq(rest, "name");
}

Test(options, two_dashes_are_an_error_where_nothing_may_follow)
{
    cr_assert_not(options_read("mode=trap -- x", table, 5, &settings, NULL, error, sizeof(error)));
    cr_assert_str_eq(error, "unknown option '--'");
}

Test(options, units_of_sizes)
{
    expect_good("mem=1048576");
    cr_assert_eq(settings.memory, 1 << 20);
    expect_good("mem=1024K");
    cr_assert_eq(settings.memory, 1 << 20);
    expect_good("mem=3G");
    cr_assert_eq(settings.memory, 3ull << 30);
    expect_good("mem=1T");
    cr_assert_eq(settings.memory, 1ull << 40);
}

Test(options, names_unknown_options)
{
    expect_error("foo=1", "unknown option 'foo'");
    expect_error("mode=trap foo", "unknown option 'foo'");
    expect_error("=1", "unknown option ''");
    expect_error("Mode=trap", "unknown option 'Mode'");
    expect_error("mod=trap", "unknown option 'mod'");
    expect_error("---", "unknown option '---'");
}

Test(options, refuses_an_option_given_twice)
{
    expect_error("mode=trap mem=4M mode=trap", "mode=trap: mode is given twice");
}

Test(options, refuses_values_that_are_missing)
{
    expect_error("mode", "mode: expected hypercall or trap");
    expect_error("mode=", "mode=: expected hypercall or trap");
    expect_error("name=", "name=: expected 1 to 7 characters");
    expect_error("mem=", "mem=: expected a size such as 64M");
    expect_error("mem=M", "mem=M: expected a size such as 64M");
    expect_error("weight=", "weight=: expected a number from 1 to 5000");
}

Test(options, refuses_choices_that_are_not_there)
{
    expect_error("mode=fast", "mode=fast: expected hypercall or trap");
    expect_error("mode=tra", "mode=tra: expected hypercall or trap");
    expect_error("mode=trapp", "mode=trapp: expected hypercall or trap");
    expect_error("onexit=x", "onexit=x: expected poweroff, reboot or halt");
}

Test(options, refuses_malformed_and_out_of_range_numbers)
{
    expect_error("weight=0", "weight=0: expected a number from 1 to 5000");
    expect_error("weight=5001", "weight=5001: expected a number from 1 to 5000");
    expect_error("weight=-1", "weight=-1: expected a number from 1 to 5000");
    expect_error("weight=1x", "weight=1x: expected a number from 1 to 5000");
    expect_error("weight=1K", "weight=1K: expected a number from 1 to 5000");
    expect_error("weight=18446744073709551617",
                 "weight=18446744073709551617: expected a number from 1 to 5000");
}

Test(options, refuses_malformed_and_out_of_range_sizes)
{
    expect_error("mem=12Q", "mem=12Q: expected a size such as 64M");
    expect_error("mem=12MB", "mem=12MB: expected a size such as 64M");
    expect_error("mem=1K", "mem=1K: expected 1M to 1T");
    expect_error("mem=2T", "mem=2T: expected 1M to 1T");
    expect_error("mem=16777217T", "mem=16777217T: expected 1M to 1T");
    expect_error("mem=18446744073710600192", "mem=18446744073710600192: expected 1M to 1T");
}

Test(options, refuses_texts_that_are_too_long_and_writes_nothing)
{
    expect_good("name=1234567");
    memset(&settings, 0, sizeof(settings));
    expect_error("name=12345678", "name=12345678: expected 1 to 7 characters");
    cr_assert_eq(settings.name[0], '\0');
}

Test(options, a_long_wrong_word_is_shown_in_part)
{
    expect_error("mode=0123456789012345678901234567890123456789",
                 "mode=01234567890123456789012345678901234: expected hypercall or trap");
}

Test(options, a_message_never_exceeds_its_room)
{
    char small[16];

    memset(small, 'Z', sizeof(small));
    cr_assert_not(options_read("mode=fast", table, 5, &settings, &rest, small, 12));
    cr_assert_str_eq(small, "mode=fast: ");
    cr_assert_eq(small[12], 'Z');
}
