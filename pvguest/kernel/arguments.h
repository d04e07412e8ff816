// SPDX-License-Identifier: MIT
// The arguments and the environment of a program that is about to start: texts in the kernel's own memory,
// between the old program's and the new one's.
#ifndef PV_KERNEL_ARGUMENTS_H
#define PV_KERNEL_ARGUMENTS_H

#include <stddef.h>
#include <stdint.h>

enum {
    ARGUMENTS_BYTES = 32 * 1024, // of all texts with their terminators
    ARGUMENTS_PAGES = ARGUMENTS_BYTES / 4096,
    ARGUMENTS_TEXTS = 1024
};

struct space;

struct arguments {
    char *pages[ARGUMENTS_PAGES]; // the texts, one after the other; NULL: not needed so far
    size_t used;                  // bytes of them
    uint16_t *starts;             // of each text: first the arguments, then the environment; a page, or NULL
    unsigned count;               // arguments
    unsigned environment_count;
};

// Adds a text to the arguments, of which there is no environment so far. Returns 0, -E2BIG or -ENOMEM.
int arguments_add(struct arguments *arguments, const char *text);

// Reads the current process's argument and environment vectors, each of which ends with a null pointer; a
// null pointer instead of one is an empty one. Returns 0, -EFAULT, -E2BIG or -ENOMEM. *arguments starts as
// zeros.
int arguments_read(struct arguments *arguments, uint64_t argv, uint64_t envp);

// Puts `text` before the first argument; removes the first argument, if there is one. Errors as above.
int arguments_add_first(struct arguments *arguments, const char *text);
void arguments_remove_first(struct arguments *arguments);

// Writes texts and vectors to the top of a new space's stack, as the System V ABI (x86-64 supplement, 3.4.1)
// has them, but without auxiliary vector. Returns the stack pointer for the entry, aligned to 16 bytes, or
// -ENOMEM.
int64_t arguments_push(const struct arguments *arguments, struct space *space);

// Frees the texts. The structure may be used again.
void arguments_free(struct arguments *arguments);

#endif
