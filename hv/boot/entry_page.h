// SPDX-License-Identifier: MIT
/*
 * The page of call stubs that every guest finds in its window.
 */
#ifndef PV_BOOT_ENTRY_PAGE_H
#define PV_BOOT_ENTRY_PAGE_H

#include <stdint.h>

/** Fills a page with the stub of each call, at its number times PV_STUB_SIZE. */
void entry_page_fill(uint8_t *page);

#endif
