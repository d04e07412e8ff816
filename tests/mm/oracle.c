// SPDX-License-Identifier: MIT
/*
 * The oracle: recount, reachability, legality.
 */
#include "oracle.h"

#include <string.h>

#include "mm/entry.h"
#include "mm/machine.h"

static uint32_t owner_of(uint64_t frame)
{
    return machine.frames[frame].tag >> FRAME_TYPE_BITS;
}

static unsigned type_of(uint64_t frame)
{
    return machine.frames[frame].tag & ((1u << FRAME_TYPE_BITS) - 1);
}

static bool slot_is_hypervisors(unsigned level, unsigned slot)
{
    return level == FRAME_LEVEL4 && slot >= MACHINE_SLOT_FIRST && slot < MACHINE_SLOT_END;
}

static bool found(struct oracle_finding *finding, const char *what, uint64_t frame, unsigned slot)
{
    *finding = (struct oracle_finding){what, frame, slot};
    return false;
}

static bool is_writable_type(uint64_t frame)
{
    return type_of(frame) == FRAME_DATA || type_of(frame) == FRAME_SHARED;
}

/* What one processor remembers of one frame, whose domain is the one that it runs. */
static bool seen_check(uint8_t seen, uint64_t frame, uint32_t owner, struct oracle_finding *finding)
{
    if (seen == 0) {
        return true;
    }
    if (owner_of(frame) != owner) {
        return found(finding, "a processor reaches a frame that is not its domain's", frame, 0);
    }
    for (unsigned level = 1; level <= 3; level++) {
        if ((seen & SEEN_TABLE(level)) != 0 && type_of(frame) != level) {
            return found(finding, "a processor remembers as a table what is none of that level", frame, 0);
        }
    }
    return true;
}

static bool root_check(uint64_t root, uint32_t *owner, struct oracle_finding *finding)
{
    if (root == MACHINE_NO_ROOT) {
        return true;
    }
    if (root >= MACHINE_FRAMES || type_of(root) != FRAME_LEVEL4) {
        return found(finding, "a processor has a root loaded that is no level-4 table", root, 0);
    }
    if (*owner != OWNER_NONE && owner_of(root) != *owner) {
        return found(finding, "a processor has roots of two domains loaded", root, 0);
    }
    *owner = owner_of(root);
    return true;
}

static bool processor_check(const struct machine_processor *processor, struct oracle_finding *finding)
{
    uint32_t owner = OWNER_NONE;

    if (!root_check(processor->root, &owner, finding) || !root_check(processor->user_root, &owner, finding)) {
        return false;
    }
    if (processor->beyond) {
        return found(finding, "a processor reaches beyond memory", MACHINE_FRAMES, 0);
    }
    for (uint64_t frame = 0; frame < MACHINE_FRAMES; frame++) {
        if (!seen_check(processor->seen[frame], frame, owner, finding)) {
            return false;
        }
    }
    return true;
}

bool oracle_always(struct oracle_finding *finding)
{
    for (unsigned i = 0; i < MACHINE_PROCESSORS; i++) {
        if (!processor_check(&machine.processors[i], finding)) {
            return false;
        }
    }
    return true;
}

bool oracle_stable(uint64_t frame, struct oracle_finding *finding)
{
    if ((machine_seen(frame) & SEEN_WRITABLE) != 0 && !is_writable_type(frame)) {
        return found(finding, "a processor can still write a frame that is not data", frame, 0);
    }
    return true;
}

/* An entry that is not present must not name a frame of somebody else's: speculation reads through it. */
static const char *absent_fault(uint32_t owner, uint64_t entry)
{
    uint64_t frame = (entry & PTE_ADDRESS) >> PAGE_SHIFT;

    if ((entry & PTE_ADDRESS) != 0 && (frame >= MACHINE_FRAMES || owner_of(frame) != owner)) {
        return "an entry that is not present names a frame that is not its domain's";
    }
    return NULL;
}

static const char *entry_fault(uint32_t owner, unsigned level, uint64_t entry)
{
    const uint64_t forbidden = PTE_LARGE | PTE_UNCACHED | PTE_GLOBAL | 0x7800000000000000ull;
    uint64_t frame = (entry & PTE_ADDRESS) >> PAGE_SHIFT;

    if ((entry & PTE_PRESENT) == 0) {
        return absent_fault(owner, entry);
    }
    if ((entry & forbidden) != 0 || (entry & PTE_USER) == 0) {
        return "an entry has bits that it must not have";
    }
    if (frame >= MACHINE_FRAMES || owner_of(frame) != owner) {
        return "an entry leads to a frame that is not its domain's";
    }
    if (level != FRAME_LEVEL1 && type_of(frame) != level - 1) {
        return "an entry leads to a frame that is no table of the level below";
    }
    if (level == FRAME_LEVEL1 && (entry & PTE_WRITE) != 0 && !is_writable_type(frame)) {
        return "an entry makes a frame writable that is not data";
    }
    return NULL;
}

/* Data or code of ring 3, or nothing (Intel SDM vol. 3, 3.4.5); code in 64-bit mode. */
static const char *descriptor_fault(uint64_t descriptor)
{
    unsigned access = (descriptor >> 40) & 0xff, flags = (descriptor >> 52) & 0xf;
    bool code = (access & 0x08) != 0;

    if ((access & 0x80) == 0) {
        return NULL;
    }
    if ((access & 0x70) != 0x70 || (code && (flags & 0x6) != 0x2)) {
        return "a descriptor is none that a guest may have";
    }
    return NULL;
}

static bool counts_up(unsigned level, uint64_t entry)
{
    return (entry & PTE_PRESENT) != 0 && (level != FRAME_LEVEL1 || (entry & PTE_WRITE) != 0);
}

static bool slot_check(uint64_t frame, unsigned slot, uint32_t *counts, struct oracle_finding *finding)
{
    uint64_t entry = machine.memory[frame * MACHINE_ENTRIES + slot];
    unsigned type = type_of(frame);
    const char *fault;

    if (slot_is_hypervisors(type, slot)) {
        return true;
    }
    fault = type == FRAME_DESCRIPTORS ? descriptor_fault(entry) : entry_fault(owner_of(frame), type, entry);
    if (fault != NULL) {
        return found(finding, fault, frame, slot);
    }
    if (type != FRAME_DESCRIPTORS && counts_up(type, entry)) {
        counts[(entry & PTE_ADDRESS) >> PAGE_SHIFT]++;
    }
    return true;
}

static bool own_slots_check(uint64_t frame, struct oracle_finding *finding)
{
    for (unsigned slot = MACHINE_SLOT_FIRST; slot < MACHINE_SLOT_END; slot++) {
        if (machine.memory[frame * MACHINE_ENTRIES + slot] != MACHINE_SLOT_ENTRY(slot)) {
            return found(finding, "a slot of the hypervisor's in a root has something else", frame, slot);
        }
    }
    return true;
}

/* A table or descriptors; adds to the counts what it leads to. */
static bool table_check(uint64_t frame, uint32_t *counts, struct oracle_finding *finding)
{
    unsigned type = type_of(frame);
    unsigned count = machine.slots != NULL ? machine.slot_count : MACHINE_ENTRIES;

    if (type < FRAME_LEVEL1 || type > FRAME_DESCRIPTORS) {
        return true;
    }
    for (unsigned i = 0; i < count; i++) {
        if (!slot_check(frame, machine.slots != NULL ? machine.slots[i] : i, counts, finding)) {
            return false;
        }
    }
    return type != FRAME_LEVEL4 || own_slots_check(frame, finding);
}

static bool load_check(const struct oracle_domain *domain, unsigned which, mfn_t loaded, uint32_t *counts,
                       struct oracle_finding *finding)
{
    uint32_t tag = domain->mmu->tag + (which <= PV_LOAD_USER_ROOT ? FRAME_LEVEL4 : FRAME_DESCRIPTORS);

    if (loaded.number == 0) {
        return true;
    }
    if (loaded.number >= MACHINE_FRAMES || machine.frames[loaded.number].tag != tag) {
        return found(finding, "a virtual CPU has a frame loaded that is not what it is loaded as",
                     loaded.number, 0);
    }
    counts[loaded.number]++;
    return true;
}

static bool domain_check(const struct oracle_domain *domain, uint32_t *counts, struct oracle_finding *finding)
{
    for (unsigned i = 0; i < domain->context_count; i++) {
        for (unsigned which = 0; which < MMU_LOADS; which++) {
            if (!load_check(domain, which, domain->contexts[i].loaded[which], counts, finding)) {
                return false;
            }
        }
    }
    return domain->mmu->lock.held == 0 || found(finding, "a lock is still held", 0, 0);
}

bool oracle_rest(const struct oracle_domain *domains, unsigned count, struct oracle_finding *finding)
{
    uint32_t counts[MACHINE_FRAMES] = {0};

    if (!oracle_always(finding)) {
        return false;
    }
    for (unsigned i = 0; i < count; i++) {
        if (!domain_check(&domains[i], counts, finding)) {
            return false;
        }
    }
    for (uint64_t frame = 0; frame < MACHINE_FRAMES; frame++) {
        if (!oracle_stable(frame, finding) || !table_check(frame, counts, finding)) {
            return false;
        }
    }
    for (uint64_t frame = 0; frame < MACHINE_FRAMES; frame++) {
        if (machine.frames[frame].count != counts[frame]) {
            return found(finding, "a count is not what is counted anew", frame, 0);
        }
    }
    return true;
}
