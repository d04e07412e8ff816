// SPDX-License-Identifier: MIT
// What is on the kernel's stack while it handles an exception or an event; for C and for assembly.
// entry.S pushes it from the last member to the first, so that the stack pointer is then the structure's
// address.
#ifndef PV_PVOPS_FRAME_H
#define PV_PVOPS_FRAME_H

// Vectors with an entry stub of their own: the exceptions, then the 16 inputs of a PC's interrupt
// controllers.
#define PV_VECTOR_EXCEPTIONS 32
#define PV_VECTOR_LIMIT      48

// Bytes from one entry stub to the next.
#define PV_ENTRY_STUB_SIZE 16

// Bytes of an FXSAVE area (Intel SDM volume 1, section 10.5.1).
#define PV_FRAME_FPU_SIZE 512

#ifndef __ASSEMBLER__

#include <stddef.h>
#include <stdint.h>

struct pv_frame {
    uint8_t fpu[PV_FRAME_FPU_SIZE]; // x87 and SSE state, as FXSAVE64 stores it
    uint64_t r15, r14, r13, r12, r11, r10, r9, r8;
    uint64_t rbp, rdi, rsi, rdx, rcx, rbx, rax;
    uint64_t vector; // pushed by the entry stub
    uint64_t error;  // pushed by the processor, or 0 by the entry stub
    uint64_t rip, cs, rflags, rsp, ss;
};
_Static_assert(offsetof(struct pv_frame, r15) == PV_FRAME_FPU_SIZE, "the registers follow the FXSAVE area");
_Static_assert(sizeof(struct pv_frame) % 16 == 0, "a frame keeps the stack aligned for FXSAVE and for C");

#endif
#endif
