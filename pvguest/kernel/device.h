// SPDX-License-Identifier: MIT
// Devices: what a character special file leads to.
#ifndef PV_KERNEL_DEVICE_H
#define PV_KERNEL_DEVICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct device {
    const char *name;
    uint32_t number; // that stat() tells
    uint32_t mode;   // permissions
    // A file has been opened for reading, for writing or for both, and is closed again. NULL, both: it does
    // not matter.
    void (*open)(const struct device *device, bool reads, bool writes);
    void (*close)(const struct device *device, bool reads, bool writes);
    // As read(), write() and ioctl() with user memory. wait: whether the device may sleep until it can do
    // something; otherwise -EAGAIN.
    int64_t (*read)(const struct device *device, uint64_t to, size_t size, bool wait);
    int64_t (*write)(const struct device *device, uint64_t from, size_t size, bool wait);
    int64_t (*control)(uint64_t request, uint64_t argument);
};

// The control() of a device that has nothing to be controlled: -ENOTTY.
int64_t device_no_control(uint64_t request, uint64_t argument);

// Puts a device, which stays for good, into a folder of /dev, which is made if it is missing. Returns 0,
// -ENOSPC, -EEXIST, or -EINVAL and -ENAMETOOLONG for a name that is none.
int device_add(const char *folder, const struct device *device);

// Puts those that every machine has into /dev, at boot.
void device_start(void);

#endif
