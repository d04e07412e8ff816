// SPDX-License-Identifier: MIT
/*
 * libelf does the reading. What it hands out stays valid until the program is closed.
 */
#include "tests/boot/program.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <gelf.h>
#include <libelf.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct program {
    int file;
    Elf *elf;
    size_t names;    /* the section with the names of sections */
    Elf_Data *table; /* of symbols, */
    size_t strings;  /* whose names are in this section */
    size_t symbols;  /* how many */
};

/* The next section behind one, NULL for the first; NULL when there is none. */
static Elf_Scn *section_next(const struct program *program, Elf_Scn *section, GElf_Shdr *header)
{
    section = elf_nextscn(program->elf, section);
    if (section != NULL)
        cr_assert_not_null(gelf_getshdr(section, header));
    return section;
}

static struct program_section section_of(Elf_Scn *section, const GElf_Shdr *header)
{
    const Elf_Data *data = elf_rawdata(section, NULL);

    cr_assert_not_null(data);
    return (struct program_section){header->sh_addr, data->d_size, data->d_buf};
}

static void symbols_open(struct program *program)
{
    GElf_Shdr header;

    for (Elf_Scn *section = NULL; (section = section_next(program, section, &header)) != NULL;) {
        if (header.sh_type != SHT_SYMTAB)
            continue;
        program->table = elf_getdata(section, NULL);
        program->strings = header.sh_link;
        program->symbols = header.sh_size / header.sh_entsize;
    }
    cr_assert_not_null(program->table, "no symbols");
}

struct program *program_open(const char *path)
{
    struct program *program = calloc(1, sizeof *program);

    cr_assert_not_null(program);
    elf_version(EV_CURRENT);
    program->file = open(path, O_RDONLY | O_CLOEXEC);
    cr_assert(program->file >= 0, "cannot read %s: has it been built?", path);
    program->elf = elf_begin(program->file, ELF_C_READ, NULL);
    cr_assert(program->elf != NULL && elf_getshdrstrndx(program->elf, &program->names) == 0,
              "%s is no ELF file", path);
    symbols_open(program);
    return program;
}

struct program_section program_section(const struct program *program, const char *name)
{
    GElf_Shdr header;
    Elf_Scn *section = NULL;

    while ((section = section_next(program, section, &header)) != NULL) {
        if (strcmp(elf_strptr(program->elf, program->names, header.sh_name), name) == 0)
            return section_of(section, &header);
    }
    cr_assert_fail("no section %s", name);
    abort();
}

uint64_t program_word(const struct program *program, uint64_t address)
{
    GElf_Shdr header;
    Elf_Scn *section = NULL;
    uint64_t word = 0;

    while ((section = section_next(program, section, &header)) != NULL) {
        if (header.sh_type != SHT_PROGBITS || address < header.sh_addr ||
            address - header.sh_addr + sizeof word > header.sh_size)
            continue;
        memcpy(&word, (const char *)section_of(section, &header).bytes + (address - header.sh_addr),
               sizeof word);
        return word;
    }
    cr_assert_fail("no bytes at %#lx", (unsigned long)address);
    abort();
}

static GElf_Sym symbol_at(const struct program *program, size_t index)
{
    GElf_Sym symbol;

    cr_assert_not_null(gelf_getsym(program->table, (int)index, &symbol));
    return symbol;
}

static const char *symbol_name(const struct program *program, const GElf_Sym *symbol)
{
    return elf_strptr(program->elf, program->strings, symbol->st_name);
}

uint64_t program_symbol(const struct program *program, const char *name)
{
    for (size_t i = 0; i < program->symbols; i++) {
        GElf_Sym symbol = symbol_at(program, i);

        if (strcmp(symbol_name(program, &symbol), name) == 0)
            return symbol.st_value;
    }
    cr_assert_fail("no symbol %s", name);
    abort();
}

const char *program_function(const struct program *program, uint64_t address)
{
    for (size_t i = 0; i < program->symbols; i++) {
        GElf_Sym symbol = symbol_at(program, i);

        if (symbol.st_value == address && GELF_ST_TYPE(symbol.st_info) == STT_FUNC)
            return symbol_name(program, &symbol);
    }
    return NULL;
}

void program_close(struct program *program)
{
    elf_end(program->elf);
    close(program->file);
    free(program);
}
