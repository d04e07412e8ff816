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
    // As read(), write() and ioctl() with user memory. wait: whether the device may sleep until it can do
    // something; otherwise -EAGAIN.
    int64_t (*read)(uint64_t to, size_t size, bool wait);
    int64_t (*write)(uint64_t from, size_t size, bool wait);
    int64_t (*control)(uint64_t request, uint64_t argument);
};

// Puts all devices into /dev, at boot.
void device_start(void);

#endif
