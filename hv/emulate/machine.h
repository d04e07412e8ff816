// SPDX-License-Identifier: MIT
/*
 * A processor as a guest in mode=trap sees it, with its control registers and tables: one for each virtual
 * CPU. What is around them is the board.
 */
#ifndef PV_EMULATE_MACHINE_H
#define PV_EMULATE_MACHINE_H

#include <stdbool.h>
#include <stdint.h>

#include "core/domain.h"
#include "core/mode.h"
#include "core/vcpu.h"
#include "emulate/apic.h"
#include "emulate/decode.h"

/* A descriptor-table register. */
struct table_register {
    uint16_t limit;
    uint64_t base;
};

/* What a virtual CPU has not taken note of yet. */
enum machine_notice {
    MACHINE_TIMER = 1,   /* its timer has run out, or is to be set anew */
    MACHINE_REQUEST = 2, /* `asked` is not empty */
    MACHINE_CALLED = 4,  /* another virtual CPU sent PV_EVENT_PROCESSOR */
};

struct machine {
    uint32_t notices;           /* enum machine_notice, set by any processor */
    bool called;                /* an interrupt at PV_TRAP_PROCESSOR_VECTOR waits */
    bool halted;                /* it sleeps, and only an interrupt ends that */
    uint64_t asked[APIC_WORDS]; /* vectors for its local APIC, a bit each, set by any processor */
    uint64_t cr[16];
    uint64_t dr[8];
    uint64_t efer, star, lstar, sfmask, kernel_gs_base;
    struct table_register gdt, idt;
    struct apic apic; /* of use if the domain has several virtual CPUs */
    uint64_t armed;   /* the time for which its timer is set, or CLOCK_NEVER */
    uint16_t task;
    uint64_t task_base;

    /* The instruction that is being emulated, and the bytes that were fetched for it. */
    struct instruction instruction;
    union {
        uint64_t words[2];
        uint8_t bytes[16];
    } fetched;
    unsigned available; /* how many bytes */
};
_Static_assert(sizeof(struct machine) <= PAGE_SIZE, "a machine fits a page");

extern const struct mode mode_trap;

/** The machine of a virtual CPU. */
static inline struct machine *machine_of(struct vcpu *vcpu)
{
    return vcpu->mode_state;
}

/** Gives a virtual CPU something to take note of; on any processor, whatever locks are held. */
static inline void machine_note(struct vcpu *vcpu, enum machine_notice what)
{
    __atomic_or_fetch(&machine_of(vcpu)->notices, (uint32_t)what, __ATOMIC_SEQ_CST);
    vcpu_notify(vcpu, ATTENTION_EVENT);
}

/**
 * Brings the current virtual CPU and the board up to date with what has happened since: before the guest
 * looks at a device.
 */
void machine_refresh(struct vcpu *vcpu);

/** Sleeps until an interrupt can be delivered, with interrupts enabled. */
void machine_halt(struct vcpu *vcpu);

/**
 * Reads and writes a model-specific register of the local APIC's: IA32_APIC_BASE, or one from APIC_MSR on.
 * Returns false if it is to raise #GP, or if there is no local APIC.
 */
bool machine_apic_read(struct vcpu *vcpu, uint32_t msr, uint64_t *value);
bool machine_apic_write(struct vcpu *vcpu, uint32_t msr, uint64_t value);

/** Writes CR8, which is the upper half of the local APIC's task priority; returns likewise. */
bool machine_priority_write(struct vcpu *vcpu, uint64_t value);

/** Whether the virtual CPU has a local APIC. */
static inline bool machine_has_apic(const struct vcpu *vcpu)
{
    return vcpu->domain->vcpu_count > 1;
}

/** Sets the virtual CPU's timer to what is due first, if that has changed. */
void machine_timer_update(struct vcpu *vcpu);

/** mode_trap's exception: emulates a privileged instruction of the kernel's; reflects everything else. */
void emulate_exception(struct vcpu *vcpu);

#endif
