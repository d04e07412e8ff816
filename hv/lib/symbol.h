// SPDX-License-Identifier: MIT
// Names for code addresses, from the symbol table of an ELF file in memory or from the sections that a boot
// loader left behind. Hostile-safe: a table that was made by one of these functions never leads outside of
// its own two areas. Source: System V ABI (gABI), chapter 4, "Symbol Table" and "String Table".
#ifndef PV_LIB_SYMBOL_H
#define PV_LIB_SYMBOL_H

#include "lib/physical.h"

#include <stdbool.h>
#include <stdint.h>

struct symbol_table {
    const uint8_t *symbols; // `count` entries of Elf64_Sym, of any alignment
    uint64_t count;
    const char *names; // `names_size` bytes, the last of them a terminator
    uint64_t names_size;
};

// How far behind a symbol without a size an address may lie and still be named by it, in bytes.
#define SYMBOL_REACH 4096u

// Makes a table of the `symbols_size` bytes of symbols and the names. False, and an empty table, if
// `entry_size` is not that of Elf64_Sym, or the names are not terminated.
bool symbol_table_make(struct symbol_table *table, const void *symbols, uint64_t symbols_size,
                       uint64_t entry_size, const void *names, uint64_t names_size);

// Makes a table from the `count` section headers of `entry_size` bytes each at `headers`, all readable, in
// which the addresses are the physical ones where a boot loader put the sections (multiboot2's ELF-symbols
// tag). False, and an empty table, if there are no symbols, they are malformed, or `map` cannot reach them.
bool symbol_table_from_sections(struct symbol_table *table, const void *headers, uint32_t count,
                                uint32_t entry_size, physical_map *map);

// The function or global label nearest to `address`, at it or before: within its size if it has one, else
// within SYMBOL_REACH. Returns its terminated name and the distance in `*offset`, or NULL. For a return
// address pass the address less 1, as a call may be the last instruction of its function. Linear in the size
// of the table.
const char *symbol_find(const struct symbol_table *table, uint64_t address, uint64_t *offset);

#endif
