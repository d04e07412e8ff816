// SPDX-License-Identifier: MIT
/*
 * The checks of an entry that is not simply a page of data, or a table of the level below.
 */
#include "mm/check.h"

/*
 * An entry that is not present may hold anything but the address of a frame that is not the domain's: there
 * are processors that read through it all the same, speculatively (CVE-2018-3620). That leaves address 0,
 * where the firmware keeps its data.
 */
static inline int entry_check_absent(uint32_t own, uint64_t entry)
{
    if ((entry & PTE_ADDRESS) == 0) {
        return 0;
    }
    return (entry & PTE_ADDRESS & ~FRAME_ADDRESS) == 0 && tag_is_of(own, entry_frame(entry)->tag)
               ? 0
               : -PV_E_OWNER;
}

int entry_check_form(uint32_t own, uint64_t entry)
{
    if ((entry & PTE_PRESENT) == 0) {
        return entry_check_absent(own, entry);
    }
    return (entry & PTE_ADDRESS & ~FRAME_ADDRESS) != 0 ? -PV_E_OWNER : -PV_E_BITS;
}

int entry_check_other(uint32_t own, enum frame_type type, uint64_t entry)
{
    uint32_t tag = entry_frame(entry)->tag;

    if (!tag_is_of(own, tag)) {
        return -PV_E_OWNER;
    }
    if (type != FRAME_LEVEL1) {
        return -PV_E_TYPE;
    }
    return (entry & PTE_WRITE) == 0 || tag == own + FRAME_SHARED ? 0 : -PV_E_READONLY;
}
