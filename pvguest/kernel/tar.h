// SPDX-License-Identifier: MIT
// Reads an archive of the format ustar (POSIX.1-2008, XCU: pax, "ustar Interchange Format"). Nothing in it is
// trusted.
#ifndef PV_KERNEL_TAR_H
#define PV_KERNEL_TAR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { TAR_PATH = 257, TAR_FILE = '0', TAR_DIRECTORY = '5' };

struct tar {
    const uint8_t *bytes;
    size_t size;
    size_t offset;     // of the next header
    const char *error; // what is wrong with the archive; NULL: nothing
};

struct tar_entry {
    char path[TAR_PATH]; // as in the archive
    char type;           // TAR_FILE, TAR_DIRECTORY, or another
    uint32_t mode;       // permissions
    uint64_t size;
    uint64_t modified; // seconds since 1970
    const uint8_t *data;
};

// Reads the next entry, all of which is in the archive. False: there is none, or tar->error says why not.
bool tar_next(struct tar *tar, struct tar_entry *entry);

#endif
