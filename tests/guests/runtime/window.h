// SPDX-License-Identifier: MIT
/*
 * Addresses that a test guest asks for in its note; for C and for assembly.
 */
#ifndef PV_TESTS_GUESTS_RUNTIME_WINDOW_H
#define PV_TESTS_GUESTS_RUNTIME_WINDOW_H

#define WINDOW  0xfffffffff0000000
#define PHYSMAP 0xffff888000000000

#define STACK_SIZE 16384

#endif
