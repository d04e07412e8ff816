// SPDX-License-Identifier: MIT
/*
 * Registers and call traces in messages.
 */
#ifndef PV_CORE_REGISTERS_PRINT_H
#define PV_CORE_REGISTERS_PRINT_H

#include <stdbool.h>

#include "lib/symbol.h"
#include "x86/registers.h"

/** Prints all general registers as error messages. */
void registers_print(const struct registers *registers);

/** Reads the two words of a frame (saved frame pointer, return address); false where there is none. */
typedef bool frame_reader(uint64_t address, uint64_t *saved, uint64_t *return_address);

/**
 * Prints the call chain: the instruction itself, then each return address along the frame pointers, by name
 * where the symbols know one.
 */
void trace_print(const struct symbol_table *symbols, uint64_t instruction, uint64_t frame,
                 frame_reader *read);

#endif
