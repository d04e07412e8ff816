// SPDX-License-Identifier: MIT
/*
 * flood: writes to its console as fast as it can, for ever.
 *
 * What: numbered lines, each with the same text, by calls of uneven lengths, so that pieces of lines arrive
 * in every possible way; with the argument `endless` a single line without an end.
 *
 * Why: the serial line is slow and shared. Others must still get through, their lines whole, and the
 * hypervisor's buffers must not grow.
 *
 * How: the test waits for another guest's lines among these, checks that each line is whole and the numbers
 * ascend, and has this guest stopped. It cannot report a success itself.
 */
#include "tests/guests/runtime/call.h"
#include "tests/guests/runtime/test.h"

#include <stddef.h>

const char test_name[] = "flood";

static char line[] = "flood 00000000 abcdefghijklmnopqrstuvwxyz 0123456789 end\n";

/* Counts up the eight digits in the line. */
static void line_advance(void)
{
    for (char *digit = line + 13; digit >= line + 6; digit--) {
        if (*digit != '9') {
            (*digit)++;
            return;
        }
        *digit = '0';
    }
}

static void write_all(const char *text, size_t length, size_t piece)
{
    while (length > 0) {
        size_t wanted = length < piece ? length : piece;
        int64_t taken = call(PV_CALL_console_write, (uintptr_t)text, wanted, 0);
        if (taken < 0)
            test_error("console_write failed");
        text += taken;
        length -= (size_t)taken;
    }
}

void test_main(void)
{
    size_t piece = 1;

    if (argument_is("endless"))
        line[sizeof line - 2] = ' ';
    for (;;) {
        write_all(line, sizeof line - 1, piece);
        line_advance();
        piece = piece % PV_CONSOLE_CHUNK + 1;
    }
}
