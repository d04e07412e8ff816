// SPDX-License-Identifier: MIT
/*
 * Memory as a guest that builds its own page tables sees it: frames, tables, and the calls that change them.
 *
 * A page here is a pseudo-physical address, of 4 KiB alignment, in the guest's own memory. Pages are mapped
 * at PHYSMAP, writable unless they were protected.
 */
#ifndef PV_TESTS_GUESTS_RUNTIME_MEMORY_H
#define PV_TESTS_GUESTS_RUNTIME_MEMORY_H

#include "abi/call.h"
#include "abi/mmu.h"
#include "tests/guests/runtime/window.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Bits of an entry (Intel SDM vol. 3, 4.5). */
#define ENTRY_PRESENT  0x1ul
#define ENTRY_WRITE    0x2ul
#define ENTRY_USER     0x4ul
#define ENTRY_ACCESSED 0x20ul
#define ENTRY_DIRTY    0x40ul
#define ENTRY_LARGE    0x80ul
#define ENTRY_NX       0x8000000000000000ul
#define ENTRY_ADDRESS  0x000ffffffffff000ul

/* What most entries have. */
#define ENTRY_READ (ENTRY_PRESENT | ENTRY_USER)
#define ENTRY_DATA (ENTRY_PRESENT | ENTRY_USER | ENTRY_WRITE | ENTRY_NX)
#define ENTRY_LINK (ENTRY_PRESENT | ENTRY_USER | ENTRY_WRITE)

#define ENTRIES   512
#define PAGE_SIZE 4096ul

/* Bits of a page fault's error code (Intel SDM vol. 3, 4.7). */
#define ERROR_PRESENT 1
#define ERROR_WRITE   2
#define ERROR_USER    4
#define ERROR_FETCH   16

/* The machine address of a byte of the guest's memory, by its pseudo-physical address. */
uint64_t machine_address(uint64_t physical);

/* The pseudo-physical address of a byte that is linked into the guest, and where it is in the physmap. */
uint64_t physical_address(const void *byte);

/* A page, in the physmap. */
static inline uint64_t *page_at(uint64_t page)
{
    return (uint64_t *)(PHYSMAP + page);
}

/* How many pages of the guest's memory nothing else uses. */
uint64_t pages_free(void);

/* A page of memory that nothing else uses, zeroed. Ends the test when there is none. */
uint64_t page_take(void);

/* The entry that a page has in the physmap, with other rights or, with an `entry` of 0, none. */
int64_t page_map(uint64_t page, uint64_t entry);

/* Takes the writable mapping of a page away, and gives it back; ends the test if that fails. */
void page_protect(uint64_t page);
void page_unprotect(uint64_t page);

/* One operation of mmu_update. Returns 0 or an error negated. */
int64_t mmu_do(uint64_t target, uint64_t value);

/* Many of them, as often as it takes; returns how many were done, or an error negated. */
int64_t mmu_batch(const struct pv_mmu_update *operations, uint64_t count);

/* Sets an entry of a table, by its page and index. */
int64_t entry_set(uint64_t table, unsigned int index, uint64_t entry);

/* Changes the type of a page. */
int64_t page_retype(uint64_t page, enum pv_frame_type type);

/*
 * Makes a page that is filled in a table; and data, writable in the physmap, again. Ends the test if that
 * fails.
 */
void table_make(uint64_t page, enum pv_frame_type type);
void table_unmake(uint64_t page);

/* Loads a page: enum pv_load. */
int64_t page_load(uint64_t page, enum pv_load which);

/* The root that the runtime believes to be loaded for kernel mode: the loader's, or set after a page_load. */
uint64_t root_page(void);
void root_page_set(uint64_t page);

/*
 * The machine address of the entry that translates an address in the root that is loaded, at a level from 4
 * to 1; 0 when there is no table there.
 */
uint64_t entry_of(uint64_t address, unsigned int level);

/* An entry's value, by its machine address; it has to be in a table of the guest's. */
uint64_t entry_value(uint64_t entry);

/* Sets the level-1 entry of an address, with the tables on the way to it made as needed. */
int64_t map_at(uint64_t address, uint64_t entry);

/* What write_word writes: no entry of any table, and no descriptor, so that no mode lets it through. */
#define WRITTEN 0xdadadadadadadadaul

/* Accesses, for attempt(). */
void read_word(uint64_t address);
void write_word(uint64_t address);
void jump_to(uint64_t address);

#endif
