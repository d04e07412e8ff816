// SPDX-License-Identifier: MIT
/*
 * Emulation of what controls the processor: control and debug registers, the interrupt flag, halting, the
 * TLB, and the returns from interrupts and system calls.
 */
#include "core/domain.h"
#include "core/exception.h"
#include "emulate/emulate.h"
#include "x86/guest_access.h"
#include "x86/instruction.h"
#include "x86/layout.h"

#define HLT_OPCODE 0xf4

/* Which control registers there are, by number. */
#define CONTROL_REGISTERS 0x11du

/* CR0 and CR4 as a guest may have them: the loader's, plus what makes no difference to it. */
#define CR0_REQUIRED 0x80000001ull
#define CR0_REFUSED  0x6000000cull /* CD NW TS EM */
#define CR4_ALLOWED  0x3f0ff8ull

void emulate_mov_from_cr(struct vcpu *vcpu, const struct instruction *instruction)
{
    if ((CONTROL_REGISTERS >> instruction->reg & 1) == 0) {
        exception_raise(vcpu, VECTOR_INVALID_OPCODE, 0);
        return;
    }
    *emulate_operand(vcpu, instruction) = instruction->reg == 3
                                              ? mfn_address(vcpu->context.loaded[PV_LOAD_KERNEL_ROOT])
                                              : machine_of(vcpu)->cr[instruction->reg];
    vcpu_skip(vcpu, instruction->length);
}

/*
 * There is one root for both modes, as on the bare machine. It is a machine address, as in the entries of
 * tables.
 */
static void root_load(struct vcpu *vcpu, const struct instruction *instruction, uint64_t value)
{
    struct mmu *mmu = &vcpu->domain->mmu;
    int error;

    mmu_lock(mmu);
    error = mmu_hold(mmu, &vcpu->context, PV_LOAD_USER_ROOT, mfn_of(value & PTE_ADDRESS));
    error =
        error != 0 ? error : mmu_load(mmu, &vcpu->context, PV_LOAD_KERNEL_ROOT, mfn_of(value & PTE_ADDRESS));
    mmu_unlock(mmu);
    if (error != 0) {
        domain_end(vcpu->domain, true, "loads CR3 with %lx, which is no level-4 table of its own", value);
        return;
    }
    vcpu_roots_note(vcpu);
    vcpu_skip(vcpu, instruction->length);
}

static void cr0_load(struct vcpu *vcpu, const struct instruction *instruction, uint64_t value)
{
    if ((value & CR0_REQUIRED) != CR0_REQUIRED || (value & CR0_REFUSED) != 0) {
        domain_end(vcpu->domain, true, "loads CR0 with %lx, which mode=trap cannot do", value);
        return;
    }
    machine_of(vcpu)->cr[0] = value;
    vcpu_skip(vcpu, instruction->length);
}

/* Kernels change it to flush what no load of CR3 does (Intel SDM vol. 3, 4.10.4.1). */
static void cr4_load(struct vcpu *vcpu, const struct instruction *instruction, uint64_t value)
{
    struct mmu *mmu = &vcpu->domain->mmu;

    if ((value & ~CR4_ALLOWED) != 0) {
        exception_raise(vcpu, VECTOR_GENERAL_PROTECTION, 0);
        return;
    }
    machine_of(vcpu)->cr[4] = value;
    mmu_lock(mmu);
    mmu_flush(mmu, machine_self());
    mmu_unlock(mmu);
    vcpu_skip(vcpu, instruction->length);
}

/* Without a local APIC it is a word like any other. */
static void cr8_load(struct vcpu *vcpu, const struct instruction *instruction, uint64_t value)
{
    if (machine_has_apic(vcpu) && !machine_priority_write(vcpu, value)) {
        exception_raise(vcpu, VECTOR_GENERAL_PROTECTION, 0);
        return;
    }
    machine_of(vcpu)->cr[8] = value;
    vcpu_skip(vcpu, instruction->length);
}

void emulate_mov_to_cr(struct vcpu *vcpu, const struct instruction *instruction)
{
    uint64_t value = *emulate_operand(vcpu, instruction);

    switch (instruction->reg) {
    case 0:
        cr0_load(vcpu, instruction, value);
        break;
    case 3:
        root_load(vcpu, instruction, value);
        break;
    case 4:
        cr4_load(vcpu, instruction, value);
        break;
    case 2:
        machine_of(vcpu)->cr[2] = value;
        vcpu_skip(vcpu, instruction->length);
        break;
    case 8:
        cr8_load(vcpu, instruction, value);
        break;
    default:
        exception_raise(vcpu, VECTOR_INVALID_OPCODE, 0);
        break;
    }
}

/* Debug registers hold what is written to them, without effect. */
void emulate_mov_from_dr(struct vcpu *vcpu, const struct instruction *instruction)
{
    *emulate_operand(vcpu, instruction) = machine_of(vcpu)->dr[instruction->reg & 7];
    vcpu_skip(vcpu, instruction->length);
}

void emulate_mov_to_dr(struct vcpu *vcpu, const struct instruction *instruction)
{
    machine_of(vcpu)->dr[instruction->reg & 7] = *emulate_operand(vcpu, instruction);
    vcpu_skip(vcpu, instruction->length);
}

void emulate_cli(struct vcpu *vcpu, const struct instruction *instruction)
{
    vcpu->entry.page->event_mask = 1;
    vcpu_skip(vcpu, instruction->length);
}

void emulate_hlt(struct vcpu *vcpu, const struct instruction *instruction)
{
    vcpu_skip(vcpu, instruction->length);
    if (vcpu->entry.page->event_mask != 0) {
        domain_end(vcpu->domain, true, "halted with interrupts disabled");
    } else {
        machine_halt(vcpu);
    }
}

/* The byte after an instruction, or -1 where none was fetched. */
static int next_byte(struct vcpu *vcpu, const struct instruction *instruction)
{
    const struct machine *machine = machine_of(vcpu);

    return instruction->length < machine->available ? machine->fetched.bytes[instruction->length] : -1;
}

/*
 * STI takes effect after the next instruction (Intel SDM vol. 2, STI). That matters before HLT, where an
 * interrupt in between would be served and the processor then sleep on: the two are done as one.
 */
void emulate_sti(struct vcpu *vcpu, const struct instruction *instruction)
{
    vcpu_skip(vcpu, instruction->length);
    vcpu->entry.page->event_mask = 0;
    if (next_byte(vcpu, instruction) == HLT_OPCODE) {
        vcpu_skip(vcpu, 1);
        machine_halt(vcpu);
    } else if (vcpu->domain->mode->pending(vcpu)) {
        vcpu_attention(vcpu, ATTENTION_EVENT);
    }
}

void emulate_nothing(struct vcpu *vcpu, const struct instruction *instruction)
{
    vcpu_skip(vcpu, instruction->length);
}

void emulate_invlpg(struct vcpu *vcpu, const struct instruction *instruction)
{
    gva_t address = emulate_address(vcpu, instruction);

    if (guest_address_ok(address)) {
        page_invalidate(address.address);
    }
    vcpu_skip(vcpu, instruction->length);
}

void emulate_swapgs(struct vcpu *vcpu, const struct instruction *instruction)
{
    struct machine *machine = machine_of(vcpu);
    uint64_t base = msr_read(MSR_KERNEL_GS_BASE);

    msr_write(MSR_KERNEL_GS_BASE, machine->kernel_gs_base);
    machine->kernel_gs_base = base;
    vcpu_skip(vcpu, instruction->length);
}

void emulate_iret(struct vcpu *vcpu, const struct instruction *instruction)
{
    struct iret_frame frame;

    if (instruction->operand_size != 8) {
        emulate_refuse(vcpu, instruction);
        return;
    }
    if (!guest_read(&frame, gva(vcpu->entry.registers.rsp), sizeof(frame))) {
        domain_end(vcpu->domain, true, "iret: the frame at %lx cannot be read", vcpu->entry.registers.rsp);
    } else {
        exception_return(vcpu, &frame);
    }
}

/* Only to 64-bit code. It raises its exceptions in the kernel, as on processors of Intel's. */
void emulate_sysret(struct vcpu *vcpu, const struct instruction *instruction)
{
    const struct registers *r = &vcpu->entry.registers;

    if (instruction->operand_size != 8) {
        emulate_refuse(vcpu, instruction);
    } else if ((machine_of(vcpu)->efer & EFER_SCE) == 0) {
        exception_raise(vcpu, VECTOR_INVALID_OPCODE, 0);
    } else if (!emulate_canonical(r->rcx)) {
        exception_raise(vcpu, VECTOR_GENERAL_PROTECTION, 0);
    } else {
        exception_return(vcpu, &(struct iret_frame){.rip = r->rcx,
                                                    .cs = PV_USER_CS,
                                                    .rflags = r->r11 & ~(uint64_t)RFLAGS_RF,
                                                    .rsp = r->rsp});
    }
}
