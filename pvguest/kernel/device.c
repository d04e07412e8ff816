// SPDX-License-Identifier: MIT
// The devices: the console, one that is empty and takes everything, and one without end of zeros.
#include "kernel/device.h"

#include <errno.h>
#include <sys/stat.h>

#include "kernel/directory.h"
#include "kernel/node.h"
#include "kernel/path.h"
#include "kernel/string.h"
#include "kernel/tty.h"
#include "kernel/user.h"
#include "pvops/kernel.h"

// Zeros in one call, so that nobody waits long for its end.
enum { ZERO_LIMIT = 1 << 20 };

int64_t device_no_control(uint64_t request, uint64_t argument)
{
    (void)request, (void)argument;
    return -ENOTTY;
}

static int64_t console_read(const struct device *device, uint64_t to, size_t size, bool wait)
{
    (void)device;
    return tty_read(to, size, wait);
}

static int64_t console_write(const struct device *device, uint64_t from, size_t size, bool wait)
{
    (void)device;
    return tty_write(from, size, wait);
}

static int64_t null_read(const struct device *device, uint64_t to, size_t size, bool wait)
{
    (void)device, (void)to, (void)size, (void)wait;
    return 0;
}

static int64_t null_write(const struct device *device, uint64_t from, size_t size, bool wait)
{
    (void)device, (void)from, (void)wait;
    return (int64_t)size;
}

static int64_t zero_read(const struct device *device, uint64_t to, size_t size, bool wait)
{
    size_t done = 0;

    (void)device, (void)wait;
    size = size < ZERO_LIMIT ? size : ZERO_LIMIT;
    while (done < size) {
        size_t page = PAGE_SIZE - (to + done) % PAGE_SIZE;
        size_t step = size - done < page ? size - done : page;

        if (!user_write(to + done, content_zeros, step))
            return done != 0 ? (int64_t)done : -EFAULT;
        done += step;
    }
    return (int64_t)done;
}

static const struct device devices[] = {
    {.name = "console",
     .number = 0x501,
     .mode = 0600,
     .read = console_read,
     .write = console_write,
     .control = tty_control},
    {.name = "null",
     .number = 0x103,
     .mode = 0666,
     .read = null_read,
     .write = null_write,
     .control = device_no_control},
    {.name = "zero",
     .number = 0x105,
     .mode = 0666,
     .read = zero_read,
     .write = null_write,
     .control = device_no_control},
};

// Holds the folder of a path, and makes it if there is none.
static int folder_find_or_make(const char *path, struct node **folder)
{
    struct path_end end;
    int error = path_find(path, folder);

    if (error != -ENOENT)
        return error;
    error = path_find_end(path, &end);
    if (error != 0)
        return error;
    error = directory_make(end.directory, end.name, S_IFDIR | 0755, folder);
    node_put(end.directory);
    return error;
}

int device_add(const char *folder, const struct device *device)
{
    struct node *directory, *node;
    int error = strchr(device->name, '/') != NULL ? -EINVAL : folder_find_or_make(folder, &directory);

    if (error != 0)
        return error;
    error = directory_make(directory, device->name, S_IFCHR | device->mode, &node);
    node_put(directory);
    if (error != 0)
        return error;
    node->device = device;
    node_put(node);
    return 0;
}

void device_start(void)
{
    for (size_t i = 0; i < sizeof(devices) / sizeof(devices[0]); i++) {
        if (device_add("/dev", &devices[i]) != 0)
            kernel_panic("a device cannot be put into /dev");
    }
}
