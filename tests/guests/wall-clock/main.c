// SPDX-License-Identifier: MIT
/*
 * wall-clock: what day it was when the hypervisor's clock began.
 *
 * What: the start-info page's wall_clock, printed in seconds since 1970.
 *
 * Why: the hypervisor reads it from a device of the machine's that guests cannot reach.
 *
 * How: who starts the machine has set that device, and compares.
 */
#include "tests/guests/runtime/test.h"

const char test_name[] = "wall-clock";

#define NS_PER_SECOND 1000000000ul

void test_main(void)
{
    if (start_info->version < 3)
        test_error("the hypervisor is older than its wall clock");
    print("seconds since 1970: %u\n", start_info->wall_clock / NS_PER_SECOND);
}
