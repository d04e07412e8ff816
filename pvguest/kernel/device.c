// SPDX-License-Identifier: MIT
// The devices: the console, one that is empty and takes everything, and one without end of zeros.
#include "kernel/device.h"

#include <errno.h>
#include <sys/stat.h>

#include "kernel/directory.h"
#include "kernel/node.h"
#include "kernel/path.h"
#include "kernel/tty.h"
#include "kernel/user.h"
#include "pvops/kernel.h"

// Zeros in one call, so that nobody waits long for its end.
enum { ZERO_LIMIT = 1 << 20 };

static int64_t null_read(uint64_t to, size_t size, bool wait)
{
    (void)to, (void)size, (void)wait;
    return 0;
}

static int64_t null_write(uint64_t from, size_t size, bool wait)
{
    (void)from, (void)wait;
    return (int64_t)size;
}

static int64_t no_control(uint64_t request, uint64_t argument)
{
    (void)request, (void)argument;
    return -ENOTTY;
}

static int64_t zero_read(uint64_t to, size_t size, bool wait)
{
    size_t done = 0;

    (void)wait;
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
     .read = tty_read,
     .write = tty_write,
     .control = tty_control},
    {.name = "null",
     .number = 0x103,
     .mode = 0666,
     .read = null_read,
     .write = null_write,
     .control = no_control},
    {.name = "zero",
     .number = 0x105,
     .mode = 0666,
     .read = zero_read,
     .write = null_write,
     .control = no_control},
};

void device_start(void)
{
    struct node *folder, *node;

    if (path_find("/dev", &folder) != 0 && directory_make(path_root(), "dev", S_IFDIR | 0755, &folder) != 0)
        kernel_panic("there is no room for /dev");
    for (size_t i = 0; i < sizeof(devices) / sizeof(devices[0]); i++) {
        if (directory_make(folder, devices[i].name, S_IFCHR | devices[i].mode, &node) != 0)
            kernel_panic("a device cannot be put into /dev");
        node->device = &devices[i];
        node_put(node);
    }
    node_put(folder);
}
