// SPDX-License-Identifier: MIT
/*
 * Addresses and selectors that both sides know; for C and for assembly.
 */
#ifndef PV_ABI_LAYOUT_H
#define PV_ABI_LAYOUT_H

#define PV_PAGE_SIZE 4096

/*
 * Level-4 slots 256 to 271 of every address space are the hypervisor's: from START up to, not including, END.
 * Everything else is the guest's.
 */
#define PV_HYPERVISOR_START 0xffff800000000000
#define PV_HYPERVISOR_END   0xffff880000000000

/*
 * Selectors. The real ones have privilege 3 in kernel mode too; frames pushed to a guest show privilege 0
 * for its kernel mode, as the bare machine would. A frame that a guest returns to counts by these two
 * privilege bits alone.
 */
#define PV_KERNEL_CS 0x28
#define PV_KERNEL_SS 0x20
#define PV_USER_CS   0x2b
#define PV_USER_SS   0x23

/*
 * The window: consecutive pages of the hypervisor's in the guest's part of the address space, at the address
 * that the guest's note asks for. The first holds the entry page (a stub of PV_STUB_SIZE bytes for each call,
 * by number; read and execute), then follows one struct pv_vcpu_page for each virtual CPU that the domain has
 * (read and write), the ports (since 0.4; read and write), and the regions that the domain shares with
 * others.
 */
#define PV_STUB_SIZE           32
#define PV_WINDOW_ENTRY        0
#define PV_WINDOW_VCPU         PV_PAGE_SIZE
#define PV_WINDOW_VCPU_LIMIT   64
#define PV_WINDOW_PORTS        (PV_WINDOW_VCPU + PV_WINDOW_VCPU_LIMIT * PV_PAGE_SIZE)
#define PV_WINDOW_REGIONS      (PV_WINDOW_PORTS + PV_PAGE_SIZE)
#define PV_WINDOW_REGION_PAGES 256
#define PV_WINDOW_SIZE         (PV_WINDOW_REGIONS + PV_WINDOW_REGION_PAGES * PV_PAGE_SIZE)

#endif
