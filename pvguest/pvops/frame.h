// SPDX-License-Identifier: MIT
// What is on the kernel's stack while it handles an exception, an event or a system call; for C and for
// assembly. entry.S pushes it from the last member to the first, so that the stack pointer is then the
// structure's address.
#ifndef PV_PVOPS_FRAME_H
#define PV_PVOPS_FRAME_H

// Vectors with an entry stub of their own: the exceptions, then the 16 inputs of a PC's interrupt
// controllers, then what one processor sends to another.
#define PV_VECTOR_EXCEPTIONS 32
#define PV_VECTOR_PROCESSOR  48
#define PV_VECTOR_LIMIT      49

// A system call, from which the kernel returns with rcx and r11 lost; and one of which the frame was changed,
// from which it returns with every register as the frame has it.
#define PV_VECTOR_SYSCALL 49
#define PV_VECTOR_CHANGED 50

// Bytes from one entry stub to the next.
#define PV_ENTRY_STUB_SIZE 16

// Offsets in struct pv_frame.
#define PV_FRAME_VECTOR 120
#define PV_FRAME_SIZE   176

#ifndef __ASSEMBLER__

#include <stddef.h>
#include <stdint.h>

struct pv_frame {
    uint64_t r15, r14, r13, r12, r11, r10, r9, r8;
    uint64_t rbp, rdi, rsi, rdx, rcx, rbx, rax;
    uint64_t vector; // pushed by the entry stub
    uint64_t error;  // pushed by the processor, or 0 by the entry stub
    uint64_t rip, cs, rflags, rsp, ss;
};
_Static_assert(offsetof(struct pv_frame, vector) == PV_FRAME_VECTOR, "offset of vector");
_Static_assert(sizeof(struct pv_frame) == PV_FRAME_SIZE, "size of a frame");
_Static_assert(PV_FRAME_SIZE % 16 == 0, "a frame keeps the stack aligned for C");

#endif
#endif
