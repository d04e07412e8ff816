// SPDX-License-Identifier: MIT
// Where every entry into the kernel arrives in C, and the handlers of all exceptions.
#include "pvops/backend.h"
#include "pvops/fixup.h"

// The vector that user mode may raise: breakpoint.
enum { VECTOR_BREAKPOINT = 3 };

// Goes on elsewhere if the instruction that faulted was expected to. Returns whether it was.
static bool fixup_apply(struct pv_frame *frame)
{
    for (const struct pv_fixup *fixup = __start_pv_fixups; fixup < __stop_pv_fixups; fixup++) {
        if (fixup->access == frame->rip) {
            frame->rip = fixup->resume;
            return true;
        }
    }
    return false;
}

void pv_entry(struct pv_frame *frame)
{
    if (frame->vector >= PV_VECTOR_EXCEPTIONS)
        pv_ops->irq.dispatch((unsigned)frame->vector);
    else if (!fixup_apply(frame))
        kernel_exception(frame);
}

void pv_exception_take(unsigned vector)
{
    unsigned user = vector == VECTOR_BREAKPOINT ? PV_GATE_USER : 0;

    pv_ops->cpu.trap_set(vector, entry_stubs[vector], PV_GATE_MASKED | user);
}

void pv_exceptions_take(void)
{
    for (unsigned vector = 0; vector < PV_VECTOR_EXCEPTIONS; vector++)
        pv_exception_take(vector);
}

int pv_probe(const void *address)
{
    int byte = -1;

    __asm__ volatile("1: movzbl %[address], %[byte]\n"
                     "2:\n" PV_FIXUP("1b", "2b")
                     : [byte] "+r"(byte)
                     : [address] "m"(*(const uint8_t *)address));
    return byte;
}
