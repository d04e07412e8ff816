// SPDX-License-Identifier: MIT
// faultbench: touches pages that were never touched before, and says how long that takes. Each round is a
// page; they are mapped and given back by the thousand.
#include "rounds.h"

#include <stddef.h>
#include <sys/mman.h>

enum { USUAL = 10000, PAGE = 4096, PAGES = 1024 };

static bool fault_round(void)
{
    static char *area;
    static size_t used = PAGES;

    if (used == PAGES) {
        if (area != NULL && munmap(area, (size_t)PAGES * PAGE) != 0)
            return false;
        area = mmap(NULL, (size_t)PAGES * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (area == MAP_FAILED)
            return false;
        used = 0;
    }
    *(volatile char *)(area + used++ * PAGE) = 1;
    return true;
}

int main(int argc, char **argv)
{
    (void)argc;
    return rounds_main(argv, USUAL, "one fresh page", fault_round);
}
