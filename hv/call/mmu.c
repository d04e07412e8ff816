// SPDX-License-Identifier: MIT
/*
 * Calls of memory management. Those that are counted by the instruction try the most common case in line;
 * every other goes to a function of its own that starts over, with the same arguments, so that they need not
 * be kept anywhere.
 */
#include "mm/change.h"

#include "call/call.h"
#include "core/domain.h"
#include "x86/guest_access.h"

#define SLOW HANDLER __attribute__((noinline))

/* Tells a guest where and why its batch stopped; one that cannot be told has asked at the wrong address. */
static void status_write(gva_t to, uint64_t done, int error)
{
    struct pv_mmu_status status = {.done = done, .error = (uint32_t)-error};

    if (to.address != 0) {
        guest_write(to, &status, sizeof(status));
    }
}

SLOW static int64_t mmu_update_any(uint64_t operations, uint64_t count, uint64_t status)
{
    struct vcpu *vcpu = vcpu_current();
    struct mmu *mmu = &vcpu->domain->mmu;
    struct mmu_progress progress;
    int error;

    mmu_lock(mmu);
    error = mmu_batch(mmu, &vcpu->context, gva(operations), count, &progress);
    mmu_unlock(mmu);
    vcpu_roots_note(vcpu);
    vcpu->work += progress.work;
    if (vcpu->work >= PV_MMU_WORK) {
        vcpu->entry.enough = 1;
    }
    if (error != 0) {
        status_write(gva(status), progress.done, error);
        return error;
    }
    return (int64_t)progress.done;
}

/* One operation that maps data. */
HANDLER int64_t call_mmu_update(uint64_t operations, uint64_t count, uint64_t status)
{
    struct vcpu *vcpu = vcpu_current();
    struct mmu *mmu = &vcpu->domain->mmu;
    uint64_t target, value;
    bool done;

    if (count != 1 || !guest_read_pair(gva(operations), &target, &value)) {
        return mmu_update_any(operations, count, status);
    }
    mmu_lock(mmu);
    done = entry_map(mmu, target, value, FRAME_ADDRESS);
    mmu_unlock(mmu);
    if (!done) {
        return mmu_update_any(operations, count, status);
    }
    return 1;
}

SLOW static int64_t va_update_any(uint64_t address, uint64_t entry, uint64_t flags)
{
    struct vcpu *vcpu = vcpu_current();
    struct mmu *mmu = &vcpu->domain->mmu;
    int error;

    if ((flags & ~(uint64_t)(PV_VA_INVALIDATE | PV_VA_INVALIDATE_ALL)) != 0) {
        return -PV_E_INVALID;
    }
    mmu_lock(mmu);
    error = mmu_address_set(mmu, vcpu->context.loaded[PV_LOAD_KERNEL_ROOT], gva(address), entry);
    if (error == 0 && flags != 0) {
        machine_flush_page((flags & PV_VA_INVALIDATE_ALL) != 0 ? mmu->processors : machine_self(), address);
    }
    mmu_unlock(mmu);
    return error;
}

/* Data is mapped, and forgotten on this processor. */
HANDLER int64_t call_va_update(uint64_t address, uint64_t entry, uint64_t flags)
{
    const struct vcpu *vcpu = vcpu_current();
    const uint64_t root = vcpu->entry.roots[PV_LOAD_KERNEL_ROOT];
    struct mmu *mmu = &vcpu->domain->mmu;
    bool done;

    if (flags != PV_VA_INVALIDATE) {
        return va_update_any(address, entry, flags);
    }
    mmu_lock(mmu);
    done = address_map(mmu, root, gva(address), entry);
    mmu_unlock(mmu);
    if (!done) {
        return va_update_any(address, entry, flags);
    }
    machine_flush_page_self(address);
    return 0;
}

SLOW static int64_t root_load_any(uint64_t root)
{
    struct vcpu *vcpu = vcpu_current();
    struct mmu *mmu = &vcpu->domain->mmu;
    int error = -PV_E_OWNER;

    if (root % PAGE_SIZE == 0) {
        mmu_lock(mmu);
        error = mmu_load(mmu, &vcpu->context, PV_LOAD_KERNEL_ROOT, mfn_of(root));
        mmu_unlock(mmu);
    }
    vcpu_roots_note(vcpu);
    return error;
}

HANDLER int64_t call_root_load(uint64_t root)
{
    struct vcpu *vcpu = vcpu_current();
    struct mmu *mmu = &vcpu->domain->mmu;
    bool done;

    mmu_lock(mmu);
    done = root_load(mmu, &vcpu->context, root);
    mmu_unlock(mmu);
    if (!done) {
        return root_load_any(root);
    }
    vcpu->entry.roots[PV_LOAD_KERNEL_ROOT] = root;
    return 0;
}

/* Which of the roots was refused, and why; kept apart, since it is seldom asked. */
SLOW static int64_t space_refuse(uint64_t kernel, uint64_t user, uint64_t stack)
{
    struct mmu *mmu = &vcpu_current()->domain->mmu;
    int error;

    if (!guest_address_ok(gva(stack))) {
        return -PV_E_INVALID;
    }
    mmu_lock(mmu);
    error = mmu_root_error(mmu, kernel);
    error = error != 0 ? error : mmu_root_error(mmu, user);
    mmu_unlock(mmu);
    return error;
}

HANDLER int64_t call_space_load(uint64_t kernel, uint64_t user, uint64_t stack)
{
    struct vcpu *vcpu = vcpu_current();
    struct mmu *mmu = &vcpu->domain->mmu;
    bool done;

    if (!guest_address_ok(gva(stack))) {
        return space_refuse(kernel, user, stack);
    }
    mmu_lock(mmu);
    done = roots_load(mmu, &vcpu->context, kernel, user);
    mmu_unlock(mmu);
    if (!done) {
        return space_refuse(kernel, user, stack);
    }
    vcpu->entry.roots[PV_LOAD_KERNEL_ROOT] = kernel;
    vcpu->entry.roots[PV_LOAD_USER_ROOT] = user;
    vcpu_kernel_stack_move(vcpu, stack);
    return 0;
}

HANDLER int64_t call_tlb_flush(void)
{
    struct mmu *mmu = &vcpu_current()->domain->mmu;

    mmu_lock(mmu);
    flush_self(mmu);
    mmu_unlock(mmu);
    return 0;
}
