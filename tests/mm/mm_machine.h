// SPDX-License-Identifier: MIT
/*
 * The machine of mm/machine.h, modelled for tests: memory is an array, a processor is what it remembers.
 *
 * What a processor remembers of its walks has no addresses: of each frame, whether it could be written or
 * read as a page, and at which levels it was a table. That is more than any processor keeps, since guests
 * choose addresses as they like and the validator relies on flushes of everything alone; so what is safe here
 * is safe there. A flush of one page makes nothing forgotten, for the same reason.
 *
 * Everything is told to a hook, which may do whatever hardware and guests could do at that point. Without
 * one, and until machine_fill is called, processors remember nothing.
 */
#ifndef PV_TESTS_MM_MACHINE_H
#define PV_TESTS_MM_MACHINE_H

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "abi/layout.h"
#include "mm/entry.h"
#include "mm/machine.h"

#ifndef MACHINE_FRAMES
#define MACHINE_FRAMES 64
#endif
#ifndef MACHINE_PROCESSORS
#define MACHINE_PROCESSORS 2
#endif

/* The hypervisor's slots of a root, and what is recognisably there: an entry that leads to frame 0. */
#define MACHINE_SLOT_FIRST       256
#define MACHINE_SLOT_END         272
#define MACHINE_SLOT_ENTRY(slot) ((uint64_t)(slot) << 52 | PTE_PRESENT | PTE_WRITE)
#define MACHINE_ENTRIES          512

/* What is told, and its argument, mostly a machine address; pairs are before and after. */
enum machine_event {
    MACHINE_READ, /* address; before an entry is read */
    MACHINE_WRITE,
    MACHINE_WRITTEN, /* address */
    MACHINE_EXCHANGE,
    MACHINE_EXCHANGED, /* address; whether it came about or not */
    MACHINE_CLEAR,
    MACHINE_CLEARED, /* address of the frame */
    MACHINE_SHARE,
    MACHINE_UNSHARE, /* address of the root; before */
    MACHINE_FLUSH,
    MACHINE_FLUSHED,    /* processors, a bit each */
    MACHINE_FLUSH_PAGE, /* processors */
    MACHINE_ROOT_LOAD,
    MACHINE_ROOT_LOADED,       /* address of the root */
    MACHINE_DESCRIPTORS,       /* address of the frame; before it is loaded */
    MACHINE_LOCAL_DESCRIPTORS, /* the same */
    MACHINE_FETCH,             /* the guest's address */
    MACHINE_LOCK,
    MACHINE_UNLOCK /* address of the lock; before it is taken, after it is given back */
};

/* What a processor remembers of a frame, as bits. */
#define SEEN_READABLE   0x01
#define SEEN_WRITABLE   0x02
#define SEEN_TABLE(k)   (0x02 << (k)) /* a table of level k, 1 to 3: 0x04, 0x08, 0x10 */
#define SEEN_TABLES     (SEEN_TABLE(1) | SEEN_TABLE(2) | SEEN_TABLE(3))
#define MACHINE_NO_ROOT (UINT64_MAX >> PAGE_SHIFT)

/*
 * A processor. It walks from either root, whichever it is using: the kernel's is what machine_root_load
 * loads, that of user mode is for the test to set. MACHINE_NO_ROOT is the hypervisor's own, with nothing of a
 * guest's.
 */
struct machine_processor {
    uint64_t root, user_root; /* frame numbers */
    uint64_t descriptors, local_descriptors;
    uint8_t seen[MACHINE_FRAMES];
    bool beyond; /* something was seen where there is no memory */
};

struct machine {
    struct frame *frames; /* MACHINE_FRAMES */
    uint64_t *memory;     /* MACHINE_FRAMES of 512 words */
    unsigned self;        /* the processor that runs the hypervisor */
    struct machine_processor processors[MACHINE_PROCESSORS];
    void (*hook)(enum machine_event event, uint64_t argument);          /* or NULL */
    bool (*fetch)(uint64_t address, uint64_t *first, uint64_t *second); /* or NULL: nothing can be read */
    uint64_t (*processors_of)(uint64_t active, uint64_t vcpus); /* or NULL: vCPU n runs on processor n */
    const uint16_t *slots; /* the only slots of tables that guests use; NULL for all */
    unsigned slot_count;
};
extern struct machine machine;

/** Makes a machine anew: memory zero, frames nobody's, no roots, processor 0 running, no hooks. */
void machine_open(void);

/** Lets all processors remember whatever they can come to from their roots and from what they remember. */
void machine_fill(void);

/** What any processor remembers of a frame: bits SEEN_*. */
uint8_t machine_seen(uint64_t frame);

/** Makes a processor forget everything. */
void machine_forget(unsigned processor);

/** Stops the test: the code under test did what it must never do on any machine. */
_Noreturn void machine_broken(const char *what);

static inline void machine_tell(enum machine_event event, uint64_t argument)
{
    if (machine.hook != NULL) {
        machine.hook(event, argument);
    }
}

/** The machine address of a word in memory. */
static inline uint64_t machine_address_of(const uint64_t *entry)
{
    return (uint64_t)(entry - machine.memory) * sizeof(*entry);
}

static inline struct frame *machine_frames(void)
{
    return machine.frames;
}

static inline uint64_t *machine_entry(uint64_t machine_address)
{
    if (machine_address % sizeof(uint64_t) != 0 || machine_address >= MACHINE_FRAMES * PAGE_SIZE) {
        machine_broken("an address that is no entry's");
    }
    return &machine.memory[machine_address / sizeof(uint64_t)];
}

static inline uint64_t entry_read(const uint64_t *entry)
{
    machine_tell(MACHINE_READ, machine_address_of(entry));
    return *entry;
}

static inline void entry_write(uint64_t *entry, uint64_t value)
{
    machine_tell(MACHINE_WRITE, machine_address_of(entry));
    *entry = value;
    machine_tell(MACHINE_WRITTEN, machine_address_of(entry));
}

static inline bool entry_exchange(uint64_t *entry, uint64_t expected, uint64_t value)
{
    bool same;

    machine_tell(MACHINE_EXCHANGE, machine_address_of(entry));
    same = *entry == expected;
    if (same) {
        *entry = value;
    }
    machine_tell(MACHINE_EXCHANGED, machine_address_of(entry));
    return same;
}

static inline void machine_clear(mfn_t frame)
{
    machine_tell(MACHINE_CLEAR, mfn_address(frame));
    memset(machine_entry(mfn_address(frame)), 0, PAGE_SIZE);
    machine_tell(MACHINE_CLEARED, mfn_address(frame));
}

static inline void machine_root_share(mfn_t root)
{
    uint64_t *entries = machine_entry(mfn_address(root));

    machine_tell(MACHINE_SHARE, mfn_address(root));
    for (uint64_t i = MACHINE_SLOT_FIRST; i < MACHINE_SLOT_END; i++) {
        entries[i] = MACHINE_SLOT_ENTRY(i);
    }
}

static inline void machine_root_unshare(mfn_t root)
{
    uint64_t *entries = machine_entry(mfn_address(root));

    machine_tell(MACHINE_UNSHARE, mfn_address(root));
    for (uint64_t i = MACHINE_SLOT_FIRST; i < MACHINE_SLOT_END; i++) {
        entries[i] = 0;
    }
}

static inline void machine_flush(uint64_t processors)
{
    machine_tell(MACHINE_FLUSH, processors);
    for (unsigned i = 0; i < MACHINE_PROCESSORS; i++) {
        if ((processors >> i & 1) != 0) {
            machine_forget(i);
        }
    }
    machine_tell(MACHINE_FLUSHED, processors);
}

static inline void machine_flush_page(uint64_t processors, uint64_t address)
{
    if ((uint64_t)((int64_t)(address << 16) >> 16) != address) {
        machine_broken("a flush of an address that is not canonical");
    }
    machine_tell(MACHINE_FLUSH_PAGE, processors);
}

static inline uint64_t machine_self(void)
{
    return 1ull << machine.self;
}

static inline void machine_flush_self(void)
{
    machine_flush(machine_self());
}

static inline void machine_flush_page_self(uint64_t address)
{
    machine_flush_page(machine_self(), address);
}

static inline uint64_t machine_processors(uint64_t active, uint64_t vcpus)
{
    return machine.processors_of != NULL ? machine.processors_of(active, vcpus) : active & vcpus;
}

static inline void machine_root_load(uint64_t root)
{
    machine_tell(MACHINE_ROOT_LOAD, root);
    machine_forget(machine.self);
    machine.processors[machine.self].root = root >> PAGE_SHIFT;
    machine_tell(MACHINE_ROOT_LOADED, root);
}

static inline void machine_descriptors_load(mfn_t frame)
{
    machine_tell(MACHINE_DESCRIPTORS, mfn_address(frame));
    machine.processors[machine.self].descriptors = frame.number;
}

static inline void machine_local_descriptors_load(mfn_t frame)
{
    machine_tell(MACHINE_LOCAL_DESCRIPTORS, mfn_address(frame));
    machine.processors[machine.self].local_descriptors = frame.number;
}

static inline uint64_t machine_constant(uint64_t value)
{
    return value;
}

static inline bool machine_count(uint32_t *count)
{
    return !__builtin_add_overflow(*count, 1, count);
}

static inline bool machine_fetch_ok(gva_t first)
{
    return first.address - PV_HYPERVISOR_START >= PV_HYPERVISOR_END - PV_HYPERVISOR_START;
}

static inline bool machine_fetch(gva_t from, uint64_t *first, uint64_t *second)
{
    machine_tell(MACHINE_FETCH, from.address);
    return machine.fetch != NULL && machine.fetch(from.address, first, second);
}

static inline void lock_take(struct lock *lock, enum lock_rank rank)
{
    (void)rank;
    machine_tell(MACHINE_LOCK, (uintptr_t)lock);
    if (lock->held != 0) {
        machine_broken("a lock is taken twice");
    }
    lock->held = 1;
}

static inline void lock_put(struct lock *lock, enum lock_rank rank)
{
    (void)rank;
    lock->held = 0;
    machine_tell(MACHINE_UNLOCK, (uintptr_t)lock);
}

#endif
