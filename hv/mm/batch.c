// SPDX-License-Identifier: MIT
/*
 * mmu_batch: many operations in one call. Each is read from the guest once and done before the next is read.
 */
#include "abi/call.h"
#include "mm/change.h"

/* The work that each operation counts as, by its number. That of a retype is as much as one call may do. */
static const uint16_t costs[PV_MMU_OPERATION + 1] = {
    [PV_MMU_SET] = 1,   [PV_MMU_SET_KEEP] = 1, [PV_MMU_RETYPE] = PV_MMU_WORK, [PV_MMU_CLEAR] = 64,
    [PV_MMU_LOAD] = 16, [PV_MMU_FLUSH] = 16,   [PV_MMU_FLUSH_PAGE] = 4,       [PV_MMU_OPERATION] = 1,
};

static int retype(struct mmu *mmu, uint64_t address, uint64_t value, bool clear)
{
    if (address % PAGE_SIZE != 0 || value > PV_FRAME_DESCRIPTORS) {
        return -PV_E_INVALID;
    }
    return frame_retype(mmu, mfn_of(address), (enum frame_type)value, clear);
}

static int load(struct mmu *mmu, struct mmu_context *context, uint64_t address, uint64_t which)
{
    return address % PAGE_SIZE != 0 ? -PV_E_INVALID : mmu_load(mmu, context, which, mfn_of(address));
}

static int flush(struct mmu *mmu, uint64_t vcpus)
{
    mmu_flush(mmu, machine_processors(mmu->processors, vcpus));
    return 0;
}

static int operation_do(struct mmu *mmu, struct mmu_context *context, unsigned operation, uint64_t target,
                        uint64_t value)
{
    switch (operation) {
    case PV_MMU_SET_KEEP:
        return mmu_entry_set_keep(mmu, target, value);
    case PV_MMU_RETYPE:
        return retype(mmu, target, value, false);
    case PV_MMU_CLEAR:
        return value == PV_FRAME_DATA ? -PV_E_INVALID : retype(mmu, target, value, true);
    case PV_MMU_LOAD:
        return load(mmu, context, target, value);
    case PV_MMU_FLUSH:
        return target != 0 ? -PV_E_INVALID : flush(mmu, value);
    case PV_MMU_FLUSH_PAGE:
        return target % PAGE_SIZE != 0
                   ? -PV_E_INVALID
                   : mmu_flush_page(machine_processors(mmu->processors, value), gva(target));
    default:
        return -PV_E_INVALID;
    }
}

#define STEP sizeof(struct pv_mmu_update)

/* Where a batch ends: addresses of operations, the first that is not to be done any more. */
struct limits {
    uint64_t end;  /* for whatever reason */
    uint64_t work; /* because no work would be left, if all from here on were SET */
};

/* Not an error: an operation that is to be done by the next batch. */
#define NEXT_BATCH 1

/* The operations that are left are in memory that another root may not map, or map to something else. */
static inline bool root_changes(unsigned operation, uint64_t value)
{
    return operation == PV_MMU_LOAD && value == PV_LOAD_KERNEL_ROOT;
}

/* Does an operation, at an address, that is no SET, and so is more work, or the last. */
__attribute__((noinline)) static int limited_do(struct limits *limits, uint64_t at, struct mmu *mmu,
                                                struct mmu_context *context, uint64_t target, uint64_t value)
{
    unsigned operation = target & PV_MMU_OPERATION;
    uint64_t more = (costs[operation] - 1) * STEP;
    int error;

    if (limits->work - at <= more) {
        return NEXT_BATCH;
    }
    error = operation_do(mmu, context, operation, target - operation, value);
    limits->work -= more;
    if (limits->work - at < limits->end - at) {
        limits->end = limits->work;
    }
    if (root_changes(operation, value)) {
        limits->end = at + STEP;
    }
    return error;
}

int mmu_batch(struct mmu *mmu, struct mmu_context *context, gva_t operations, uint64_t count,
              struct mmu_progress *progress)
{
    const uint64_t first = operations.address;
    struct limits limits = {first + (count < PV_MMU_WORK ? count : PV_MMU_WORK) * STEP,
                            first + PV_MMU_WORK * STEP};
    const uint64_t mask = machine_constant(FRAME_ADDRESS);
    uint64_t target, value, at = first;
    int error = machine_fetch_ok(operations) ? 0 : -PV_E_FAULT;

    for (; error == 0 && at != limits.end; at += STEP) {
        if (!machine_fetch(gva(at), &target, &value)) {
            error = -PV_E_FAULT;
            break;
        }
        if (!entry_map(mmu, target, value, mask)) {
            error = target % (PV_MMU_OPERATION + 1) == PV_MMU_SET
                        ? mmu_entry_set(mmu, target, value)
                        : limited_do(&limits, at, mmu, context, target, value);
            if (error != 0) {
                break;
            }
        }
    }
    progress->done = (at - first) / STEP;
    progress->work = PV_MMU_WORK - (limits.work - at) / STEP + (error < 0 ? 1 : 0);
    return error < 0 ? error : 0;
}
