// SPDX-License-Identifier: MIT
/*
 * Doing steps: through the same verbs that the hypercalls use, with the same lock around them.
 */
#include "step.h"

#include "mm/change.h"
#include "mm/machine.h"
#include "watch.h"

/* Where a guest has its batch. */
#define BATCH_AT    0x10000
#define BATCH_LIMIT 2

static struct {
    struct pv_mmu_update operations[BATCH_LIMIT];
    unsigned count, fetched;
} batch;

/* The guest changes each operation as soon as it was read, so none may be read twice. */
static bool fetch(uint64_t address, uint64_t *first, uint64_t *second)
{
    unsigned index = (unsigned)((address - BATCH_AT) / sizeof(batch.operations[0]));

    if (index != batch.fetched || index >= batch.count) {
        watch_found("an operation is read twice, or not in its turn", 0);
        return false;
    }
    if (watch.root_loaded) {
        watch_found("a batch goes on in memory that another root may map", 0);
    }
    batch.fetched++;
    *first = batch.operations[index].target;
    *second = batch.operations[index].value;
    return true;
}

static int batch_do(struct mmu *mmu, struct mmu_context *context)
{
    struct mmu_progress progress;
    int error;

    machine.fetch = fetch;
    batch.fetched = 0;
    error = mmu_batch(mmu, context, gva(BATCH_AT), batch.count, &progress);
    if (progress.done != batch.fetched - (error != 0 ? 1 : 0)) {
        watch_found("a batch says that it has done what it has not", 0);
    }
    return error;
}

static int operation_do(struct mmu *mmu, struct mmu_context *context, unsigned operation, uint64_t target,
                        uint64_t value)
{
    batch.operations[0] = (struct pv_mmu_update){target | operation, value};
    batch.count = 1;
    return batch_do(mmu, context);
}

/*
 * As hv/call/mmu.c does it: the usual case, or else any. The user's root is loaded in line with the kernel's,
 * which is the one that is loaded, or the same.
 */
static int line_load(struct mmu *mmu, struct mmu_context *context, const struct step *step)
{
    mfn_t root = mfn(step->frame);
    mfn_t kernel = step->differs ? root : context->loaded[PV_LOAD_KERNEL_ROOT];

    if (step->which == PV_LOAD_USER_ROOT) {
        return roots_load(mmu, context, mfn_address(kernel), mfn_address(root)) ? 0 : -PV_E_TYPE;
    }
    return root_load(mmu, context, mfn_address(root)) ? 0 : mmu_load(mmu, context, PV_LOAD_KERNEL_ROOT, root);
}

static int address_do(struct mmu *mmu, const struct mmu_context *context, const struct step *step)
{
    mfn_t root = context->loaded[PV_LOAD_KERNEL_ROOT];

    if (step->line && address_map(mmu, mfn_address(root), gva(step->address), step->value)) {
        return 0;
    }
    return mmu_address_set(mmu, root, gva(step->address), step->value);
}

/* A load of the kernel's root is followed by another operation, which must not be read. */
static int load_do(struct mmu *mmu, struct mmu_context *context, const struct step *step)
{
    batch.operations[0] = (struct pv_mmu_update){mfn_address(mfn(step->frame)) | PV_MMU_LOAD, step->which};
    batch.operations[1] = (struct pv_mmu_update){PV_MMU_FLUSH, 0};
    batch.count = step->which == PV_LOAD_KERNEL_ROOT ? 2 : 1;
    return batch_do(mmu, context);
}

static int exchange_do(struct mmu *mmu, uint64_t entry, const struct step *step)
{
    uint64_t expected = machine.memory[entry / sizeof(expected)];

    return mmu_entry_exchange(mmu, entry, step->differs ? expected ^ PTE_WRITE : expected, step->value);
}

static int call_do(struct mmu *mmu, struct mmu_context *context, const struct step *step)
{
    uint64_t frame = mfn_address(mfn(step->frame)), entry = frame + step_slot(step->slot) * sizeof(uint64_t);

    switch ((enum step_kind)step->kind) {
    case STEP_SET:
        return operation_do(mmu, context, PV_MMU_SET, entry, step->value);
    case STEP_KEEP:
        return operation_do(mmu, context, PV_MMU_SET_KEEP, entry, step->value);
    case STEP_EXCHANGE:
        return exchange_do(mmu, entry, step);
    case STEP_ADDRESS:
        return address_do(mmu, context, step);
    case STEP_RETYPE:
        return operation_do(mmu, context, PV_MMU_RETYPE, frame, step->type);
    case STEP_CLEAR:
        return operation_do(mmu, context, PV_MMU_CLEAR, frame, step->type);
    case STEP_LOAD:
        return step->line ? line_load(mmu, context, step) : load_do(mmu, context, step);
    case STEP_FLUSH:
        return operation_do(mmu, context, PV_MMU_FLUSH, 0, step->which);
    default:
        return operation_do(mmu, context, PV_MMU_FLUSH_PAGE, step->address, step->which);
    }
}

/* What the guest writes to a frame of data before it asks for another type; the hypervisor's slots, too. */
static void contents_put(const struct step *step, bool junk)
{
    uint64_t *entries = machine.memory + step->frame * MACHINE_ENTRIES;

    if (step->frame >= MACHINE_FRAMES || (machine.frames[step->frame].tag & STATE_TYPE) != FRAME_DATA) {
        return;
    }
    for (unsigned slot = 0; slot < MODEL_SLOTS; slot++) {
        entries[model_slots[slot]] = step->contents[slot];
    }
    if (step->type == FRAME_LEVEL4) {
        entries[MACHINE_SLOT_FIRST] = junk ? model_entry(0, true) : 0;
    }
}

static int locked_do(unsigned domain, const struct step *step)
{
    struct mmu *mmu = &world.mmu[domain];
    int error;

    mmu_lock(mmu);
    watch.in_call = true;
    error = call_do(mmu, &world.contexts[domain][step->processor], step);
    watch.in_call = false;
    mmu_unlock(mmu);
    return error;
}

static int guest_do(const struct step *step)
{
    unsigned domain = world.runs[step->processor] - 1;
    mfn_t user;
    int error;

    watch.mark = step->kind == STEP_KEEP;
    if (step->kind == STEP_RETYPE) {
        contents_put(step, true);
    }
    error = locked_do(domain, step);
    if (step->kind == STEP_RETYPE && error != 0) {
        contents_put(step, false);
    }
    user = world.contexts[domain][step->processor].loaded[PV_LOAD_USER_ROOT];
    machine.processors[step->processor].user_root = user.number != 0 ? user.number : MACHINE_NO_ROOT;
    return error;
}

static void processors_change(unsigned domain, uint64_t more, uint64_t fewer)
{
    mmu_lock(&world.mmu[domain]);
    mmu_processors_change(&world.mmu[domain], more, fewer);
    mmu_unlock(&world.mmu[domain]);
}

/* As hv/core/vcpu.c does it: a domain's processors are noted before, and forgotten after. */
static int run_do(const struct step *step)
{
    struct machine_processor *processor = &machine.processors[step->processor];
    unsigned before = world.runs[step->processor];
    const struct mmu_context *context =
        &world.contexts[step->which != 0 ? step->which - 1 : 0][step->processor];
    mfn_t user = context->loaded[PV_LOAD_USER_ROOT];

    if (step->which != 0) {
        processors_change(step->which - 1, machine_self(), 0);
    }
    processor->user_root = MACHINE_NO_ROOT;
    machine_root_load(
        mfn_address(step->which != 0 ? context->loaded[PV_LOAD_KERNEL_ROOT] : mfn(MACHINE_NO_ROOT)));
    if (before != 0) {
        processors_change(before - 1, 0, machine_self());
    }
    processor->user_root = step->which != 0 && user.number != 0 ? user.number : MACHINE_NO_ROOT;
    world.runs[step->processor] = step->which;
    return 0;
}

int step_do(const struct step *step)
{
    unsigned self = machine.self;
    int error;

    machine.self = step->processor;
    error = step->kind == STEP_RUN ? run_do(step) : guest_do(step);
    machine.self = self;
    machine_fill();
    return error;
}
