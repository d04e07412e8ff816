// SPDX-License-Identifier: MIT
/*
 * Floating-point and vector state of guests. The hypervisor itself uses none, so it is exchanged only
 * when another virtual CPU gets the processor.
 */
#ifndef PV_X86_FPU_H
#define PV_X86_FPU_H

/* An area of one page holds the state: XSAVE's, or FXSAVE's where there is no XSAVE. */

/** Turns on every state component that a guest may use and that fits an area. */
void fpu_open(void);

/** Fills an area, page-aligned and 4096 bytes long, with the state after a reset. */
void fpu_area_open(void *area);

/** Saves the state to an area. */
void fpu_save(void *area);

/** Loads the state from an area. */
void fpu_load(const void *area);

#endif
