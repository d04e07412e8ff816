// SPDX-License-Identifier: MIT
// Makes files of the archive in the kernel's image. Their bytes stay where they are until they are written.
//
// The archive is part of the kernel: one that is damaged ends the machine before it can do anything wrong.
#include "kernel/archive.h"

#include <errno.h>
#include <sys/stat.h>

#include "kernel/device.h"
#include "kernel/directory.h"
#include "kernel/node.h"
#include "kernel/path.h"
#include "kernel/print.h"
#include "kernel/tar.h"
#include "pvops/kernel.h"

enum { NS_PER_SECOND = 1000000000, TMP_MODE = 0777 };

// From archive_data.S.
extern const uint8_t archive_data[];
extern const uint8_t archive_end[];

// Makes a node for a path, or finds the directory that is there already.
static int node_place(const char *path, uint32_t mode, struct node **node)
{
    struct path_end end;
    int error = path_find_end(path, &end);

    if (error == 0) {
        error = directory_make(end.directory, end.name, mode, node);
        node_put(end.directory);
    }
    if (error != -EEXIST || !S_ISDIR(mode))
        return error;
    error = path_find(path, node);
    if (error == 0 && !node_is_directory(*node)) {
        node_put(*node);
        error = -ENOTDIR;
    }
    return error;
}

static void entry_unpack(const struct tar_entry *entry)
{
    bool folder = entry->type == TAR_DIRECTORY;
    uint32_t mode = (folder ? S_IFDIR : S_IFREG) | entry->mode;
    struct node *node;
    int error;

    if (!folder && entry->type != TAR_FILE) {
        kprintf("archive: %s is left out, it is neither a file nor a directory\n", entry->path);
        return;
    }
    error = node_place(entry->path, mode, &node);
    if (error != 0) {
        kprintf("archive: %s cannot be made (error %d)\n", entry->path, -error);
        kernel_panic("the archive of files cannot be unpacked");
    }
    node->mode = mode;
    if (!folder) {
        node->content.image = entry->data;
        node->size = entry->size;
    }
    node->modified = entry->modified * NS_PER_SECOND;
    node_put(node);
}

static void archive_unpack(void)
{
    struct tar tar = {.bytes = archive_data, .size = (size_t)(archive_end - archive_data)};
    struct tar_entry entry;

    while (tar_next(&tar, &entry))
        entry_unpack(&entry);
    if (tar.error != NULL) {
        kprintf("archive: %s, at byte %zu\n", tar.error, tar.offset);
        kernel_panic("the archive of files is damaged");
    }
}

void archive_start(void)
{
    struct node *node;

    path_start();
    archive_unpack();
    device_start();
    if (node_place("/tmp", S_IFDIR | TMP_MODE, &node) != 0)
        kernel_panic("there is no room for /tmp");
    node_put(node);
}
