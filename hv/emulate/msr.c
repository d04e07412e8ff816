// SPDX-License-Identifier: MIT
/*
 * Model-specific registers of a guest in mode=trap.
 */
#include "core/exception.h"
#include "emulate/emulate.h"
#include "x86/instruction.h"

#define MSR_TSC 0x10
#define MSR_PAT 0x277

/* Memory types after a reset (Intel SDM vol. 3, table 12-12). */
#define PAT_START 0x0007040600070406ull

/* The registers that are plain words of the machine. */
static uint64_t *word_of(struct machine *machine, uint32_t msr)
{
    switch (msr) {
    case MSR_STAR:
        return &machine->star;
    case MSR_LSTAR:
        return &machine->lstar;
    case MSR_SFMASK:
        return &machine->sfmask;
    case MSR_KERNEL_GS_BASE:
        return &machine->kernel_gs_base;
    default:
        return NULL;
    }
}

static bool machine_msr_read(struct vcpu *vcpu, uint32_t msr, uint64_t *value)
{
    struct machine *machine = machine_of(vcpu);
    const uint64_t *word = word_of(machine, msr);

    switch (msr) {
    case MSR_EFER:
        *value = machine->efer;
        return true;
    case MSR_TSC:
        *value = tsc_read();
        return true;
    case MSR_PAT:
        *value = PAT_START;
        return true;
    case MSR_FS_BASE:
        *value = msr_read(MSR_FS_BASE);
        return true;
    case MSR_GS_BASE: /* the guest's is where the hypervisor's would be */
        *value = msr_read(MSR_KERNEL_GS_BASE);
        return true;
    default:
        if (word == NULL) {
            return machine_apic_read(vcpu, msr, value);
        }
        *value = *word;
        return true;
    }
}

static bool machine_msr_write(struct vcpu *vcpu, uint32_t msr, uint64_t value)
{
    struct machine *machine = machine_of(vcpu);
    uint64_t *word = word_of(machine, msr);

    switch (msr) {
    case MSR_EFER: /* the loader has set it up: whether there is `syscall` is all that may change */
        if (((value ^ machine->efer) & ~(uint64_t)EFER_SCE) != 0) {
            return false;
        }
        machine->efer = value;
        return true;
    case MSR_PAT:
        return value == PAT_START;
    case MSR_FS_BASE:
    case MSR_GS_BASE:
        if (!emulate_canonical(value)) {
            return false;
        }
        msr_write(msr == MSR_FS_BASE ? MSR_FS_BASE : MSR_KERNEL_GS_BASE, value);
        return true;
    default:
        if (word == NULL) {
            return machine_apic_write(vcpu, msr, value);
        }
        if (msr != MSR_STAR && msr != MSR_SFMASK && !emulate_canonical(value)) {
            return false;
        }
        *word = value;
        return true;
    }
}

void emulate_rdmsr(struct vcpu *vcpu, const struct instruction *instruction)
{
    struct registers *r = &vcpu->entry.registers;
    uint64_t value;

    if (!machine_msr_read(vcpu, (uint32_t)r->rcx, &value)) {
        exception_raise(vcpu, VECTOR_GENERAL_PROTECTION, 0);
        return;
    }
    r->rax = (uint32_t)value;
    r->rdx = value >> 32;
    vcpu_skip(vcpu, instruction->length);
}

void emulate_wrmsr(struct vcpu *vcpu, const struct instruction *instruction)
{
    const struct registers *r = &vcpu->entry.registers;

    if (!machine_msr_write(vcpu, (uint32_t)r->rcx, r->rdx << 32 | (uint32_t)r->rax)) {
        exception_raise(vcpu, VECTOR_GENERAL_PROTECTION, 0);
        return;
    }
    vcpu_skip(vcpu, instruction->length);
}
