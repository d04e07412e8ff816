// SPDX-License-Identifier: MIT
/*
 * Included before everything else in the hypervisor's build: the image is linked whole at a fixed address, so
 * no symbol is ever looked up elsewhere, and every one is addressed relative to the instruction.
 */
#pragma GCC visibility push(hidden)
