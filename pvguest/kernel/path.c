// SPDX-License-Identifier: MIT
// Paths. A walk holds the node where it is, and no other.
#include "kernel/path.h"

#include <errno.h>
#include <stdbool.h>
#include <sys/stat.h>

#include "kernel/interface.h"
#include "kernel/process.h"
#include "kernel/string.h"
#include "kernel/user.h"

enum { ROOT_MODE = S_IFDIR | 0755 };

static struct node *root;

void path_start(void)
{
    root = node_create(ROOT_MODE);
    root->links = 1;
    root->directory.parent = root;
}

struct node *path_root(void)
{
    return root;
}

static struct node *walk_start(const char *path)
{
    const struct process *process = process_current();

    return *path == '/' || process == NULL || process->cwd == NULL ? root : process->cwd;
}

static const char *slashes_skip(const char *at, const char *end)
{
    while (at < end && *at == '/')
        at++;
    return at;
}

// Copies the name at *at and moves on behind it.
static int name_take(const char **at, const char *end, char name[DIRENT_NAME])
{
    size_t length = 0;

    for (; *at < end && **at != '/'; (*at)++) {
        if (length == DIRENT_NAME - 1)
            return -ENAMETOOLONG;
        name[length++] = **at;
    }
    name[length] = '\0';
    return 0;
}

// Follows the names from the path's start to `end`.
static int path_walk(const char *path, const char *end, struct node **found)
{
    struct node *node = node_get(walk_start(path));
    const char *at = path;

    while ((at = slashes_skip(at, end)) < end) {
        char name[DIRENT_NAME];
        struct node *next = NULL;
        int error = name_take(&at, end, name);

        if (error == 0)
            error = directory_find(node, name, &next);
        node_put(node);
        if (error != 0)
            return error;
        node = next;
    }
    *found = node;
    return 0;
}

int path_find(const char *path, struct node **found)
{
    size_t length = strlen(path);
    int error = length != 0 ? path_walk(path, path + length, found) : -ENOENT;

    if (error == 0 && path[length - 1] == '/' && !node_is_directory(*found)) {
        node_put(*found);
        error = -ENOTDIR;
    }
    return error;
}

int path_find_end(const char *path, struct path_end *end)
{
    const char *behind = path + strlen(path), *name;
    int error;

    if (behind == path)
        return -ENOENT;
    end->slash = behind[-1] == '/';
    while (behind > path && behind[-1] == '/')
        behind--;
    if (behind == path)
        return -EEXIST;
    name = behind;
    while (name > path && name[-1] != '/')
        name--;
    error = path_walk(path, name, &end->directory);
    if (error != 0)
        return error;
    error = node_is_directory(end->directory) ? name_take(&name, behind, end->name) : -ENOTDIR;
    if (error != 0)
        node_put(end->directory);
    return error;
}

int path_find_user(uint64_t path, struct node **found)
{
    char text[PATH_LIMIT];
    int64_t length = user_string(text, path, sizeof(text));

    return length >= 0 ? path_find(text, found) : (int)length;
}

int path_find_end_user(uint64_t path, struct path_end *end)
{
    char text[PATH_LIMIT];
    int64_t length = user_string(text, path, sizeof(text));

    return length >= 0 ? path_find_end(text, end) : (int)length;
}

// Puts a name and the slash before it in front of what begins at *at. False: there is no room.
static bool name_prepend(char *text, size_t *at, const char *name)
{
    size_t length = strlen(name);

    if (length + 1 > *at)
        return false;
    *at -= length + 1;
    text[*at] = '/';
    memcpy(text + *at + 1, name, length);
    return true;
}

int64_t path_of(const struct node *directory, char *text, size_t size)
{
    size_t at = size;

    if (size < sizeof("/"))
        return -ERANGE;
    text[--at] = '\0';
    if (directory == root)
        text[--at] = '/';
    while (directory != root) {
        const struct node *parent = directory->directory.parent;

        if (parent == NULL)
            return -ENOENT;
        if (!name_prepend(text, &at, directory_name_of(parent, directory)))
            return -ERANGE;
        directory = parent;
    }
    memmove(text, text + at, size - at);
    return (int64_t)(size - at);
}
