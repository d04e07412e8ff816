// SPDX-License-Identifier: MIT
/*
 * forger: prints what would make a terminal show a line of somebody else's.
 *
 * What: carriage returns, backspaces, and escape sequences that erase the line or move the cursor, each
 * followed by text that begins like the hypervisor's lines or another guest's.
 *
 * Why: a prefix at the beginning of each line tells the reader, and every program that reads the log, who
 * said it. It is worth nothing if the guest can write over it, or hide a line of the hypervisor's.
 *
 * How: the test reads the lines as a terminal would show them; none may begin with somebody else's prefix.
 * The success that is reported here says only that the printing was over.
 */
#include "tests/guests/runtime/test.h"

#include <stddef.h>

const char test_name[] = "forger";

static const char *const covers[] = {
    "\r",
    "\n\r",
    "\x1b[2K\r",
    "\x1b[1G",
    "\x1b[80D",
    "\x1b[1A\r",
    "\x9b"
    "1G",
    "\x1b"
    "c",
    "\v\r",
    "\f\r",
    "\x85",
    "\x1b"
    "E",
    "\b\b\b\b\b\b\b\b\b\b\b\b\b\b\b\b\b\b\b\b",
};

void test_main(void)
{
    for (size_t i = 0; i < sizeof covers / sizeof *covers; i++) {
        print("%s(pv) forged %u\n", covers[i], (uint64_t)i);
        print("some text%s(pv) forged %u\n", covers[i], (uint64_t)i);
        print("%s[beta] forged %u\n", covers[i], (uint64_t)i);
        print("%s\x1b[K", covers[i]);
        print("(pv) forged %u\n", (uint64_t)i);
    }
}
