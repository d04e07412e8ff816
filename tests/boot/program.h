// SPDX-License-Identifier: MIT
/*
 * An ELF file that runs in a machine under test: its bytes by the addresses at which they are there, and its
 * symbols.
 */
#ifndef PV_TESTS_BOOT_PROGRAM_H
#define PV_TESTS_BOOT_PROGRAM_H

#include <stddef.h>
#include <stdint.h>

struct program;

/* A part of it. */
struct program_section {
    uint64_t address;
    size_t size;
    const void *bytes;
};

/* Opens an ELF file with symbols. Fails the test when it is none. */
struct program *program_open(const char *path);

/* A section by its name. Fails the test when there is none. */
struct program_section program_section(const struct program *program, const char *name);

/* The 8 bytes at an address, as a number. Fails the test when the file does not have them. */
uint64_t program_word(const struct program *program, uint64_t address);

/* The address of a symbol. Fails the test when there is none. */
uint64_t program_symbol(const struct program *program, const char *name);

/* The name of the function that begins at an address, or NULL. */
const char *program_function(const struct program *program, uint64_t address);

/* Frees it. */
void program_close(struct program *program);

#endif
