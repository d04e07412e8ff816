// SPDX-License-Identifier: MIT
// Symbol tables: made once with all checks on their shape, then searched. Each entry is copied out before
// use, so the alignment of the table does not matter.
#include "lib/symbol.h"

#include "lib/elf_format.h"
#include "lib/string.h"

#include <stddef.h>

bool symbol_table_make(struct symbol_table *table, const void *symbols, uint64_t symbols_size,
                       uint64_t entry_size, const void *names, uint64_t names_size)
{
    *table = (struct symbol_table){0};
    if (entry_size != sizeof(struct elf_symbol) || names_size == 0)
        return false;
    if (((const char *)names)[names_size - 1] != '\0')
        return false;
    table->symbols = symbols;
    table->count = symbols_size / sizeof(struct elf_symbol);
    table->names = names;
    table->names_size = names_size;
    return true;
}

bool symbol_table_from_sections(struct symbol_table *table, const void *headers, uint32_t count,
                                uint32_t entry_size, physical_map *map)
{
    const uint8_t *bytes = headers;
    struct elf_section section;
    struct elf_section strings;

    *table = (struct symbol_table){0};
    if (entry_size != sizeof(section))
        return false;
    for (uint64_t i = 0; i < count; i++) {
        memcpy(&section, bytes + i * sizeof(section), sizeof(section));
        if (section.type != ELF_SECTION_SYMBOLS || section.link >= count)
            continue;
        memcpy(&strings, bytes + section.link * sizeof(strings), sizeof(strings));
        if (strings.type != ELF_SECTION_STRINGS)
            return false;
        const void *symbols = map(section.address, section.size);
        const void *names = map(strings.address, strings.size);

        return symbols != NULL && names != NULL &&
               symbol_table_make(table, symbols, section.size, section.entry_size, names, strings.size);
    }
    return false;
}

// True if the symbol may name code: a function, or a label that assembly made global.
static bool symbol_is_code(const struct elf_symbol *symbol)
{
    unsigned int type = symbol->info & 15;
    unsigned int binding = symbol->info >> 4;

    if (symbol->section == ELF_SECTION_UNDEFINED || symbol->section >= ELF_SECTION_SPECIAL)
        return false;
    return type == ELF_SYMBOL_FUNCTION || (type == ELF_SYMBOL_NOTYPE && binding != ELF_BINDING_LOCAL);
}

static bool symbol_covers(const struct elf_symbol *symbol, uint64_t address)
{
    uint64_t reach = symbol->size != 0 ? symbol->size : SYMBOL_REACH;

    return symbol->value <= address && address - symbol->value < reach;
}

// Of two symbols that cover the address the nearer one, of two at the same place the one that knows its size.
static bool symbol_is_better(const struct elf_symbol *symbol, const struct elf_symbol *best)
{
    if (symbol->value != best->value)
        return symbol->value > best->value;
    return symbol->size != 0 && best->size == 0;
}

const char *symbol_find(const struct symbol_table *table, uint64_t address, uint64_t *offset)
{
    struct elf_symbol best = {0};
    struct elf_symbol symbol;
    const char *name = NULL;

    for (uint64_t i = 0; i < table->count; i++) {
        memcpy(&symbol, table->symbols + i * sizeof(symbol), sizeof(symbol));
        if (symbol.name >= table->names_size || table->names[symbol.name] == '\0')
            continue;
        if (!symbol_is_code(&symbol) || !symbol_covers(&symbol, address))
            continue;
        if (name == NULL || symbol_is_better(&symbol, &best)) {
            best = symbol;
            name = table->names + symbol.name;
        }
    }
    if (name != NULL)
        *offset = address - best.value;
    return name;
}
