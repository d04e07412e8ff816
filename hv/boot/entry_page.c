// SPDX-License-Identifier: MIT
/*
 * Stubs of the calls. How they enter the hypervisor is not the guest's business, so it may change here.
 */
#include "boot/entry_page.h"

#include "abi/call.h"
#include "abi/layout.h"
#include "lib/string.h"

#define BREAKPOINT 0xcc

_Static_assert(PV_CALL_LIMIT *PV_STUB_SIZE <= PV_PAGE_SIZE, "all stubs fit the page");

/* mov $number, %eax; syscall; ret */
static const uint8_t call_stub[] = {0xb8, 0, 0, 0, 0, 0x0f, 0x05, 0xc3};
#define CALL_NUMBER 1

/* exception_return is jumped to and keeps rax, rcx and r11: push %rax; push %rcx; push %r11; mov; syscall */
static const uint8_t return_stub[] = {0x50, 0x51, 0x41, 0x53, 0xb8, 0, 0, 0, 0, 0x0f, 0x05};
#define RETURN_NUMBER 5

void entry_page_fill(uint8_t *page)
{
    memset(page, BREAKPOINT, PV_PAGE_SIZE);
    for (unsigned number = 0; number < PV_CALL_LIMIT; number++) {
        uint8_t *stub = page + (size_t)number * PV_STUB_SIZE;

        memcpy(stub, call_stub, sizeof(call_stub));
        stub[CALL_NUMBER] = (uint8_t)number;
    }
    memcpy(page + (size_t)PV_CALL_exception_return * PV_STUB_SIZE, return_stub, sizeof(return_stub));
    page[PV_CALL_exception_return * PV_STUB_SIZE + RETURN_NUMBER] = PV_CALL_exception_return;
}
