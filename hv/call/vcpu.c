// SPDX-License-Identifier: MIT
/*
 * Calls about the virtual CPUs of a domain.
 */
#include "abi/vcpu.h"

#include "call/call.h"
#include "core/domain.h"
#include "core/scheduler.h"
#include "x86/guest_access.h"

/* What a guest asks for: copied once, and checked as far as it needs no lock. */
struct start {
    struct pv_vcpu_state state;
    struct {
        uint64_t handler, word;
    } traps[PV_TRAP_LIMIT]; /* struct pv_trap, as two words */
};
_Static_assert(sizeof(((struct start *)0)->traps[0]) == sizeof(struct pv_trap), "a trap is two words");

static bool address_or_none(uint64_t address)
{
    return address == 0 || guest_address_canonical(gva(address));
}

static bool state_ok(const struct pv_vcpu_state *state)
{
    return guest_address_canonical(gva(state->rip)) && guest_address_ok(gva(state->kernel_stack)) &&
           guest_address_ok(gva(state->event_entry)) && address_or_none(state->syscall_entry) &&
           address_or_none(state->fs_base) && address_or_none(state->gs_base) &&
           state->kernel_root % PAGE_SIZE == 0 && state->user_root % PAGE_SIZE == 0 &&
           state->trap_count <= PV_TRAP_LIMIT;
}

static int start_read(struct start *start, gva_t from)
{
    if (!guest_read(&start->state, from, sizeof(start->state))) {
        return -PV_E_FAULT;
    }
    if (!state_ok(&start->state)) {
        return -PV_E_INVALID;
    }
    if (!guest_read(start->traps, gva(start->state.traps),
                    start->state.trap_count * sizeof(start->traps[0]))) {
        return -PV_E_FAULT;
    }
    for (uint64_t i = 0; i < start->state.trap_count; i++) {
        if (!vcpu_trap_ok(start->traps[i].word)) {
            return -PV_E_INVALID;
        }
    }
    return 0;
}

/* Both roots, or none. */
static int roots_hold(struct vcpu *vcpu, uint64_t kernel, uint64_t user)
{
    struct mmu *mmu = &vcpu->domain->mmu;
    int error;

    mmu_lock(mmu);
    error = mmu_hold(mmu, &vcpu->context, PV_LOAD_KERNEL_ROOT, mfn_of(kernel));
    if (error == 0) {
        error = mmu_hold(mmu, &vcpu->context, PV_LOAD_USER_ROOT, mfn_of(user != 0 ? user : kernel));
    }
    if (error != 0) {
        mmu_drop(mmu, &vcpu->context);
    }
    mmu_unlock(mmu);
    return error;
}

/* Of one that is down, and nobody else's: the domain's lock is held. */
static int start_do(struct vcpu *vcpu, const struct start *start)
{
    const struct pv_vcpu_state *state = &start->state;
    int error;

    if (!domain_vcpu_is_free(vcpu)) {
        return -PV_E_BUSY;
    }
    error = roots_hold(vcpu, state->kernel_root, state->user_root);
    if (error != 0) {
        return error;
    }
    vcpu_reset(vcpu);
    vcpu_roots_note(vcpu);
    vcpu_start_at(vcpu, state->rip, state->argument);
    vcpu->entry.registers.rsp = state->rsp;
    vcpu_event_entry_set(vcpu, state->event_entry);
    vcpu_kernel_entry_set(vcpu, state->kernel_stack, state->syscall_entry);
    vcpu->fs_base = state->fs_base;
    vcpu->gs_base = state->gs_base;
    for (uint64_t i = 0; i < state->trap_count; i++) {
        vcpu_trap_fill(&vcpu->entry.traps[start->traps[i].word % PV_TRAP_LIMIT], start->traps[i].handler,
                       start->traps[i].word);
    }
    domain_vcpu_up(vcpu);
    return 0;
}

HANDLER int64_t call_vcpu_start(uint64_t number, uint64_t state)
{
    struct domain *domain = vcpu_current()->domain;
    struct vcpu *vcpu = domain_vcpu(domain, number);
    struct start start;
    int error;

    if (vcpu == NULL) {
        return -PV_E_INVALID;
    }
    error = start_read(&start, gva(state));
    if (error != 0) {
        return error;
    }
    lock_take(&domain->lock, LOCK_DOMAIN);
    error = start_do(vcpu, &start);
    lock_put(&domain->lock, LOCK_DOMAIN);
    if (error == 0) {
        scheduler_add(vcpu, VCPU_DOWN);
        vcpu_current()->entry.enough = 1;
    }
    return error;
}

/* One that is down has nothing to be stopped, and one that is being started is stopped as soon as it runs. */
HANDLER int64_t call_vcpu_stop(uint64_t number)
{
    struct domain *domain = vcpu_current()->domain;
    struct vcpu *vcpu = domain_vcpu(domain, number);

    if (vcpu == NULL) {
        return -PV_E_INVALID;
    }
    lock_take(&domain->lock, LOCK_DOMAIN);
    if (vcpu->up) {
        vcpu_notify(vcpu, ATTENTION_STOP);
    }
    lock_put(&domain->lock, LOCK_DOMAIN);
    return 0;
}

/* To one that is down it is not sent. */
HANDLER int64_t call_vcpu_send(uint64_t number)
{
    struct domain *domain = vcpu_current()->domain;
    struct vcpu *vcpu = domain_vcpu(domain, number);

    if (vcpu == NULL) {
        return -PV_E_INVALID;
    }
    if (__atomic_load_n(&vcpu->up, __ATOMIC_RELAXED)) {
        domain->mode->event(vcpu, PV_EVENT_PROCESSOR);
    }
    return 0;
}

static uint32_t activity_of(enum vcpu_state state)
{
    static const uint32_t activities[] = {[VCPU_DOWN] = PV_VCPU_DOWN,
                                          [VCPU_RUNNABLE] = PV_VCPU_RUNNABLE,
                                          [VCPU_BLOCKED] = PV_VCPU_BLOCKED,
                                          [VCPU_ENDED] = PV_VCPU_DOWN};

    return activities[state];
}

HANDLER int64_t call_vcpu_status(uint64_t number, uint64_t to)
{
    struct vcpu *vcpu = domain_vcpu(vcpu_current()->domain, number);
    struct pv_vcpu_status status;
    struct vcpu_times times;

    if (vcpu == NULL) {
        return -PV_E_INVALID;
    }
    times = scheduler_times(vcpu);
    status = (struct pv_vcpu_status){
        .activity = activity_of(times.state),
        .processor = times.processor,
        .down = times.spent[SPEND_DOWN],
        .running = times.spent[SPEND_RUNNING],
        .waiting = times.spent[SPEND_WAITING],
        .stolen = times.spent[SPEND_STOLEN],
        .blocked = times.spent[SPEND_BLOCKED],
    };
    return guest_write(gva(to), &status, sizeof(status)) ? 0 : -PV_E_FAULT;
}
