// SPDX-License-Identifier: MIT
// Where every entry into the kernel arrives in C, and the handlers of all exceptions.
#include "pvops/backend.h"
#include "pvops/fixup.h"

enum { VECTOR_BREAKPOINT = 3, VECTOR_PAGE_FAULT = 14 };

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

static void exception_handle(struct pv_frame *frame)
{
    if (frame->vector == VECTOR_PAGE_FAULT && kernel_page_fault(frame, pvop_cpu_read_cr2()))
        return;
    if (pv_frame_is_user(frame) || !fixup_apply(frame))
        kernel_exception(frame);
}

// The kernel's own exceptions come while it is entered already, events never.
void pv_entry(struct pv_frame *frame)
{
    bool user = pv_frame_is_user(frame), event = frame->vector >= PV_VECTOR_EXCEPTIONS;

    if (user || event)
        kernel_enter();
    if (event)
        pvop_irq_dispatch((unsigned)frame->vector);
    else
        exception_handle(frame);
    if (user)
        kernel_user_return(frame);
    if (user || event)
        kernel_leave();
}

void pv_syscall(struct pv_frame *frame)
{
    kernel_enter();
    kernel_syscall(frame);
    kernel_user_return(frame);
    kernel_leave();
}

void pv_exception_take(unsigned vector)
{
    unsigned user = vector == VECTOR_BREAKPOINT ? PV_GATE_USER : 0;

    pvop_cpu_trap_set(vector, entry_stubs[vector], PV_GATE_MASKED | user);
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

// Words first: under an emulator that counts iterations as instructions bytes would cost eight times as much.
bool pv_copy(void *to, const void *from, size_t size)
{
    size_t words = size / 8, bytes = size % 8;

    __asm__ volatile("1: rep movsq\n"
                     "movq %[bytes], %%rcx\n"
                     "2: rep movsb\n"
                     "xorl %k[bytes], %k[bytes]\n"
                     "3:\n" PV_FIXUP("1b", "4f") PV_FIXUP("2b", "4f") ".pushsection .text.fixup, \"ax\"\n"
                                                                      "4: movl $1, %k[bytes]\n"
                                                                      "jmp 3b\n"
                                                                      ".popsection\n"
                     : "+D"(to), "+S"(from), "+c"(words), [bytes] "+r"(bytes)
                     :
                     : "memory", "cc");
    return bytes == 0;
}
