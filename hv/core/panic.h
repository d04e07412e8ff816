// SPDX-License-Identifier: MIT
/*
 * The end of the hypervisor: for its own bugs, and for a machine that fails.
 */
#ifndef PV_CORE_PANIC_H
#define PV_CORE_PANIC_H

#include <stdbool.h>

#include "lib/symbol.h"
#include "x86/registers.h"

/** Prints why, and a symbolised trace of how it came to it, and stops the machine. */
__attribute__((noreturn, format(printf, 1, 2))) void panic(const char *format, ...);

/** Whether some processor panics. */
bool panic_has_begun(void);

/** The hypervisor's own symbols, for traces. */
void panic_symbols_set(const struct symbol_table *symbols);

/** States what must hold. What does not is a bug of the hypervisor's own. */
#define assert(condition)                                                                                    \
    ((condition) ? (void)0 : panic("%s:%d: saw that not %s", __FILE__, __LINE__, #condition))

#endif
