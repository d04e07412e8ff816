// SPDX-License-Identifier: MIT
/*
 * spin-masked: loops with events masked, for ever.
 *
 * What: the event mask in the shared page is set, the timer is armed, and no call is ever made again.
 *
 * Why: masking events is the guest's own business. It must not keep the hypervisor from taking the processor
 * away when the guest's share is used up.
 *
 * How: the test asks another guest for something while this one loops, and then has it stopped. It cannot
 * report a success itself.
 */
#include "tests/guests/runtime/call.h"
#include "tests/guests/runtime/test.h"

#include "abi/vcpu.h"

const char test_name[] = "spin-masked";

void test_main(void)
{
    ((volatile struct pv_vcpu_page *)(WINDOW + PV_WINDOW_VCPU))->event_mask = 1;
    call(PV_CALL_timer_set, 1, 0, 0);
    print("looping with events masked\n");
    for (;;)
        __asm__ volatile("");
}
