// SPDX-License-Identifier: MIT
// The archive that is part of the kernel's image: the files that the system starts with.
#ifndef PV_KERNEL_ARCHIVE_H
#define PV_KERNEL_ARCHIVE_H

// Makes the file system, at boot: the root, what the archive has, /dev with the devices, and /tmp. Panics if
// the archive is damaged.
void archive_start(void);

#endif
