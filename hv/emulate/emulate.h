// SPDX-License-Identifier: MIT
/*
 * Emulation of privileged instructions: a function for each kind, which does what the instruction does and
 * moves the guest past it, or raises the exception that the processor would. None can fail in another way.
 */
#ifndef PV_EMULATE_EMULATE_H
#define PV_EMULATE_EMULATE_H

#include "emulate/decode.h"
#include "emulate/machine.h"
#include "mm/address.h"

/** Emulates one decoded instruction at the guest's instruction pointer. */
typedef void emulate_function(struct vcpu *vcpu, const struct instruction *instruction);

emulate_function emulate_mov_from_cr;
emulate_function emulate_mov_to_cr;
emulate_function emulate_mov_from_dr;
emulate_function emulate_mov_to_dr;
emulate_function emulate_nothing;
emulate_function emulate_invlpg;
emulate_function emulate_lgdt;
emulate_function emulate_lidt;
emulate_function emulate_sgdt;
emulate_function emulate_sidt;
emulate_function emulate_lldt;
emulate_function emulate_sldt;
emulate_function emulate_ltr;
emulate_function emulate_str;
emulate_function emulate_smsw;
emulate_function emulate_cli;
emulate_function emulate_sti;
emulate_function emulate_hlt;
emulate_function emulate_in;
emulate_function emulate_out;
emulate_function emulate_rdmsr;
emulate_function emulate_wrmsr;
emulate_function emulate_swapgs;
emulate_function emulate_iret;
emulate_function emulate_sysret;

/** For an instruction that is not known, or not emulated: ends the domain; the reason has its bytes. */
emulate_function emulate_refuse;

/**
 * Fetches the bytes at the guest's instruction pointer, once, into the machine's state; as many as there are.
 */
void emulate_fetch(struct vcpu *vcpu);

/**
 * Does a store of the guest's kernel that faulted because it goes to a table of its own.
 * @address  where the page fault was
 * Returns false, with nothing done, if it is no such store, or one that may not be.
 */
bool emulate_table_store(struct vcpu *vcpu, gva_t address);

/** Whether an address is canonical (Intel SDM vol. 1, 3.3.7.1). */
static inline bool emulate_canonical(uint64_t address)
{
    return (uint64_t)((int64_t)(address << 16) >> 16) == address;
}

/** The general register that is the instruction's operand. */
static inline uint64_t *emulate_operand(struct vcpu *vcpu, const struct instruction *instruction)
{
    return register_at(&vcpu->entry.registers, instruction->rm);
}

/** The address of the instruction's operand in memory. */
gva_t emulate_address(struct vcpu *vcpu, const struct instruction *instruction);

#endif
