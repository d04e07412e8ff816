// SPDX-License-Identifier: MIT
// System calls that take a path. They decode what the user gave; path.c, directory.c and node.c do the work.
#include <errno.h>
#include <sys/stat.h>

#include "kernel/directory.h"
#include "kernel/node.h"
#include "kernel/path.h"
#include "kernel/process.h"
#include "kernel/syscall.h"
#include "kernel/user.h"

enum { PERMISSIONS = 0777, ACCESS_MODES = 7, ACCESS_SHIFT = 6 };

int64_t sys_stat(uint64_t path, uint64_t status)
{
    struct stat described;
    struct node *node;
    int error = path_find_user(path, &node);

    if (error != 0)
        return error;
    node_stat(node, &described);
    node_put(node);
    return user_write(status, &described, sizeof(described)) ? 0 : -EFAULT;
}

int64_t sys_access(uint64_t path, uint64_t mode)
{
    struct node *node;
    int error = path_find_user(path, &node);

    if (error != 0)
        return error;
    if (mode & ~(uint64_t)ACCESS_MODES)
        error = -EINVAL;
    else if (!node_allows(node, (uint32_t)mode << ACCESS_SHIFT))
        error = -EACCES;
    node_put(node);
    return error;
}

int64_t sys_chmod(uint64_t path, uint64_t mode)
{
    struct node *node;
    int error = path_find_user(path, &node);

    if (error != 0)
        return error;
    node->mode = (node->mode & ~(uint32_t)PERMISSIONS) | (mode & PERMISSIONS);
    node_put(node);
    return 0;
}

int64_t sys_chdir(uint64_t path)
{
    struct process *process = process_current();
    struct node *node;
    int error = path_find_user(path, &node);

    if (error != 0)
        return error;
    if (!node_is_directory(node))
        error = -ENOTDIR;
    else if (!node_allows(node, NODE_EXECUTE))
        error = -EACCES;
    if (error != 0) {
        node_put(node);
        return error;
    }
    node_put(process->cwd);
    process->cwd = node;
    return 0;
}

int64_t sys_getcwd(uint64_t to, uint64_t size)
{
    char text[PATH_LIMIT];
    int64_t length = path_of(process_current()->cwd, text, sizeof(text));

    if (size == 0)
        return -EINVAL;
    // A larger buffer would not help.
    if (length == -ERANGE && size >= sizeof(text))
        return -ENAMETOOLONG;
    if (length < 0)
        return length;
    if ((uint64_t)length > size)
        return -ERANGE;
    return user_write(to, text, (size_t)length) ? length : -EFAULT;
}

int64_t sys_mkdir(uint64_t path, uint64_t mode)
{
    struct path_end end;
    struct node *node;
    int error = path_find_end_user(path, &end);

    if (error != 0)
        return error;
    error = directory_make(end.directory, end.name, S_IFDIR | (mode & PERMISSIONS), &node);
    if (error == 0)
        node_put(node);
    node_put(end.directory);
    return error;
}

int64_t sys_rmdir(uint64_t path)
{
    struct path_end end;
    int error = path_find_end_user(path, &end);

    if (error != 0)
        return error == -EEXIST ? -EBUSY : error;
    error = directory_remove(end.directory, end.name);
    node_put(end.directory);
    return error;
}

// A name with a slash behind it has to be a directory's, if there is such a name.
static int slash_check(const struct path_end *end)
{
    struct node *node;
    int error;

    if (!end->slash || directory_find(end->directory, end->name, &node) != 0)
        return 0;
    error = node_is_directory(node) ? 0 : -ENOTDIR;
    node_put(node);
    return error;
}

int64_t sys_unlink(uint64_t path)
{
    struct path_end end;
    int error = path_find_end_user(path, &end);

    if (error != 0)
        return error == -EEXIST ? -EISDIR : error;
    error = slash_check(&end);
    if (error == 0)
        error = directory_unlink(end.directory, end.name);
    node_put(end.directory);
    return error;
}

int64_t sys_link(uint64_t old_path, uint64_t new_path)
{
    struct path_end end;
    struct node *node;
    int error = path_find_user(old_path, &node);

    if (error != 0)
        return error;
    error = path_find_end_user(new_path, &end);
    if (error == 0) {
        error = end.slash ? -ENOENT : directory_link(end.directory, end.name, node);
        node_put(end.directory);
    }
    node_put(node);
    return error;
}

// A new name with a slash behind it is for a directory only.
static int end_rename(struct path_end *from, const struct path_end *to)
{
    int error;

    from->slash |= to->slash;
    error = slash_check(from);

    if (error == 0)
        error = slash_check(to);
    return error == 0 ? directory_rename(from->directory, from->name, to->directory, to->name) : error;
}

int64_t sys_rename(uint64_t old_path, uint64_t new_path)
{
    struct path_end from, to;
    int error = path_find_end_user(old_path, &from);

    if (error == 0) {
        error = path_find_end_user(new_path, &to);
        if (error == 0) {
            error = end_rename(&from, &to);
            node_put(to.directory);
        }
        node_put(from.directory);
    }
    return error == -EEXIST ? -EBUSY : error;
}
