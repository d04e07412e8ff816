// SPDX-License-Identifier: MIT
/*
 * Exceptions: how a guest states its handlers, and the frame with which it returns.
 */
#ifndef PV_ABI_TRAP_H
#define PV_ABI_TRAP_H

/* The exceptions of the architecture; external interrupts reach a guest as events. */
#define PV_TRAP_LIMIT 32

/* In mode=trap, where what one virtual CPU sends to another arrives: behind the interrupts of the PC. */
#define PV_TRAP_PROCESSOR_VECTOR 48

/* Flags of a trap. */
#define PV_TRAP_MASK_EVENTS 1 /* enters with events masked, as an interrupt gate would */
#define PV_TRAP_USER                                                                                         \
    2 /* user mode may raise it with int n, as a gate of privilege 3 would allow; int 3, int 4: always */

/* Offsets in struct pv_return_frame. */
#define PV_RETURN_R11    0
#define PV_RETURN_RCX    8
#define PV_RETURN_RAX    16
#define PV_RETURN_RIP    24
#define PV_RETURN_CS     32
#define PV_RETURN_RFLAGS 40
#define PV_RETURN_RSP    48
#define PV_RETURN_SS     56

#ifndef __ASSEMBLER__

#include <stddef.h>
#include <stdint.h>

/* What trap_set takes. A handler of 0 removes it: the exception then ends the domain. */
struct pv_trap {
    uint64_t handler; /* where the kernel is entered, on a frame as the processor pushes it */
    uint8_t vector;   /* below PV_TRAP_LIMIT */
    uint8_t flags;    /* PV_TRAP_* */
    uint8_t reserved[6];
};
_Static_assert(sizeof(struct pv_trap) == 16, "struct pv_trap is 16 bytes");
_Static_assert(offsetof(struct pv_trap, vector) == 8, "vector follows the handler");

/*
 * What exception_return finds at the guest's stack pointer: the three registers that its stub pushed, then
 * the frame as an exception or an upcall pushed it (without an error code).
 */
struct pv_return_frame {
    uint64_t r11;
    uint64_t rcx;
    uint64_t rax;
    uint64_t rip;
    uint64_t cs;
    uint64_t rflags;
    uint64_t rsp;
    uint64_t ss;
};
_Static_assert(offsetof(struct pv_return_frame, r11) == PV_RETURN_R11, "offset of r11");
_Static_assert(offsetof(struct pv_return_frame, rcx) == PV_RETURN_RCX, "offset of rcx");
_Static_assert(offsetof(struct pv_return_frame, rax) == PV_RETURN_RAX, "offset of rax");
_Static_assert(offsetof(struct pv_return_frame, rip) == PV_RETURN_RIP, "offset of rip");
_Static_assert(offsetof(struct pv_return_frame, cs) == PV_RETURN_CS, "offset of cs");
_Static_assert(offsetof(struct pv_return_frame, rflags) == PV_RETURN_RFLAGS, "offset of rflags");
_Static_assert(offsetof(struct pv_return_frame, rsp) == PV_RETURN_RSP, "offset of rsp");
_Static_assert(offsetof(struct pv_return_frame, ss) == PV_RETURN_SS, "offset of ss");
_Static_assert(sizeof(struct pv_return_frame) == 64, "struct pv_return_frame is 64 bytes");

#endif
#endif
