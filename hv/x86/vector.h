// SPDX-License-Identifier: MIT
/*
 * Interrupt vectors, for C and for assembly. Input has a higher priority class (the upper four bits) than the
 * timer, so that no guest's timer can keep the keyboard from being heard.
 */
#ifndef PV_X86_VECTOR_H
#define PV_X86_VECTOR_H

/* Exceptions that are treated specially (Intel SDM vol. 3, table 6-1). */
#define VECTOR_NMI                2
#define VECTOR_INVALID_OPCODE     6
#define VECTOR_NOT_PRESENT        11
#define VECTOR_STACK_FAULT        12
#define VECTOR_GENERAL_PROTECTION 13
#define VECTOR_PAGE_FAULT         14

/* Interrupts of the machine. */
#define VECTOR_TIMER    0x20
#define VECTOR_KICK     0x21 /* from another processor: look what is to be done */
#define VECTOR_FLUSH    0x22 /* from another processor: forget translations */
#define VECTOR_SERIAL   0x30
#define VECTOR_KEYBOARD 0x31
#define VECTOR_SPURIOUS 0x3f

#endif
