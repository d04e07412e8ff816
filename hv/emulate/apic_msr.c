// SPDX-License-Identifier: MIT
/*
 * How a virtual CPU of mode=trap reaches its local APIC, and others reach it. Only its own processor touches
 * the model; what others send waits in the machine's `asked`.
 */
#include "emulate/machine.h"
#include "x86/clock.h"

/* IA32_APIC_BASE (Intel SDM vol. 3, figure 11-26): where it always is, enabled, in x2APIC mode. */
#define MSR_APIC_BASE  0x1b
#define BASE           0xfee00c00ull
#define BASE_BOOTSTRAP 0x100ull /* the processor that runs first */

#define PRIORITY_SHIFT 4

static uint64_t base_of(const struct vcpu *vcpu)
{
    return BASE | (vcpu->number == 0 ? BASE_BOOTSTRAP : 0);
}

bool machine_apic_read(struct vcpu *vcpu, uint32_t msr, uint64_t *value)
{
    if (!machine_has_apic(vcpu)) {
        return false;
    }
    if (msr == MSR_APIC_BASE) {
        *value = base_of(vcpu);
        return true;
    }
    machine_refresh(vcpu);
    return apic_read(&machine_of(vcpu)->apic, msr - APIC_MSR, clock_now(), value);
}

static void message_send(const struct domain *domain, struct apic_message message)
{
    for (unsigned i = 0; i < domain->vcpu_count; i++) {
        if ((message.targets >> i & 1) != 0) {
            uint64_t *asked = machine_of(domain->vcpus[i])->asked;

            __atomic_or_fetch(&asked[message.vector / 64], 1ull << message.vector % 64, __ATOMIC_SEQ_CST);
            machine_note(domain->vcpus[i], MACHINE_REQUEST);
        }
    }
}

static bool register_write(struct vcpu *vcpu, unsigned number, uint64_t value)
{
    struct machine *machine = machine_of(vcpu);
    struct apic_message message;

    machine_refresh(vcpu);
    if (!apic_write(&machine->apic, number, value, clock_now(), &message)) {
        return false;
    }
    message_send(vcpu->domain, message);
    machine_timer_update(vcpu);
    if (apic_pending(&machine->apic)) {
        vcpu_attention(vcpu, ATTENTION_EVENT);
    }
    return true;
}

bool machine_apic_write(struct vcpu *vcpu, uint32_t msr, uint64_t value)
{
    if (!machine_has_apic(vcpu)) {
        return false;
    }
    if (msr == MSR_APIC_BASE) {
        return value == base_of(vcpu);
    }
    if (!register_write(vcpu, msr - APIC_MSR, value)) {
        return false;
    }
    machine_of(vcpu)->cr[8] = machine_of(vcpu)->apic.registers[APIC_TPR] >> PRIORITY_SHIFT;
    return true;
}

bool machine_priority_write(struct vcpu *vcpu, uint64_t value)
{
    return value >> PRIORITY_SHIFT == 0 && register_write(vcpu, APIC_TPR, value << PRIORITY_SHIFT);
}
