// SPDX-License-Identifier: MIT
/*
 * Offsets of C structures for assembly. This file is compiled, not linked: the build reads the constants out
 * of the compiler's output, so no offset is counted by hand.
 */
#include "abi/mmu.h"
#include "x86/entry.h"
#include "x86/processor.h"

#define OFFSET(name, structure, member)                                                                      \
    asm volatile("\n.ascii \"->" #name " %c0\"" : : "i"(offsetof(struct structure, member)))
#define SIZE(name, structure) asm volatile("\n.ascii \"->" #name " %c0\"" : : "i"(sizeof(struct structure)))
#define REGISTER(name, member)                                                                               \
    asm volatile("\n.ascii \"->ENTRY_" #name " %c0\"" : : "i"(offsetof(struct entry_state, registers.member)))

void offsets(void);

void offsets(void)
{
    OFFSET(ENTRY_SELF, entry_state, self);
    OFFSET(ENTRY_REGISTERS, entry_state, registers);
    OFFSET(ENTRY_GUEST_RSP, entry_state, guest_rsp);
    OFFSET(ENTRY_STACK, entry_state, stack);
    OFFSET(ENTRY_TOP, entry_state, top);
    OFFSET(ENTRY_CALL_LIMIT, entry_state, call_limit);
    OFFSET(ENTRY_STACK_FLOOR, entry_state, stack_floor);
    OFFSET(ENTRY_HOLE, entry_state, hole);
    OFFSET(ENTRY_PAGE, entry_state, page);
    OFFSET(ENTRY_KERNEL_ROOT, entry_state, roots[PV_LOAD_KERNEL_ROOT]);
    OFFSET(ENTRY_USER_ROOT, entry_state, roots[PV_LOAD_USER_ROOT]);
    OFFSET(ENTRY_KERNEL_STACK, entry_state, kernel_stack);
    OFFSET(ENTRY_FRAME_STACK, entry_state, frame_stack);
    OFFSET(ENTRY_UPCALL_ENTRY, entry_state, upcall_entry);
    OFFSET(ENTRY_SYSCALL_ENTRY, entry_state, syscall_entry);
    OFFSET(ENTRY_SYSCALL_WORDS, entry_state, syscall_words);
    OFFSET(ENTRY_COUNT_CALLS, entry_state, count_calls);
    OFFSET(ENTRY_COUNT_TRAPS, entry_state, count_traps);
    OFFSET(ENTRY_COUNT_FAST_SYSCALLS, entry_state, count_fast_syscalls);
    OFFSET(ENTRY_COUNT_FAST_TRAPS, entry_state, count_fast_traps);
    OFFSET(ENTRY_COUNT_FAST_RETURNS, entry_state, count_fast_returns);
    OFFSET(ENTRY_COUNT_FAST_UPCALLS, entry_state, count_fast_upcalls);
    OFFSET(ENTRY_EXCEPTION, entry_state, exception);
    OFFSET(ENTRY_ATTENTION, entry_state, attention);
    OFFSET(ENTRY_TRAPS, entry_state, traps);
    SIZE(TRAP_SIZE, trap);
    OFFSET(TRAP_HANDLER, trap, handler);
    OFFSET(TRAP_FAST, trap, fast);
    OFFSET(ENTRY_CALLS, entry_state, calls);

    REGISTER(RDX, rdx);
    REGISTER(RCX, rcx);
    REGISTER(RAX, rax);
    REGISTER(ERROR, error);
    REGISTER(VECTOR, vector);
    REGISTER(RIP, rip);
    REGISTER(CS, cs);
    REGISTER(RFLAGS, rflags);
    REGISTER(RSP, rsp);
    REGISTER(SS, ss);

    OFFSET(PROCESSOR_CURRENT, processor, current);
}
