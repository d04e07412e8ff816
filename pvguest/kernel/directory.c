// SPDX-License-Identifier: MIT
// Directories: what may be done with names. Each function checks first, and makes what can fail; then it
// changes.
//
// Invariant: a directory has one name, or was removed and is empty; its parent is the directory with that
// name.
#include "kernel/directory.h"

#include <errno.h>
#include <sys/stat.h>

#include "kernel/entry.h"
#include "kernel/heap.h"
#include "kernel/string.h"

static bool name_is_dots(const char *name)
{
    return strcmp(name, ".") == 0 || strcmp(name, "..") == 0;
}

static int name_check(const struct node *directory, const char *name)
{
    if (!node_is_directory(directory))
        return -ENOTDIR;
    if (!node_allows(directory, NODE_EXECUTE))
        return -EACCES;
    return strlen(name) < DIRENT_NAME ? 0 : -ENAMETOOLONG;
}

// Whether a name may be made in a directory, or taken away.
static int change_check(const struct node *directory, const char *name)
{
    int error = name_check(directory, name);

    if (error == 0 && directory->directory.parent == NULL)
        error = -ENOENT;
    if (error == 0 && !node_allows(directory, NODE_WRITE))
        error = -EACCES;
    return error;
}

int directory_find(struct node *directory, const char *name, struct node **found)
{
    int error = name_check(directory, name);
    const struct entry *entry;
    struct node *node;

    if (error != 0)
        return error;
    if (strcmp(name, ".") == 0) {
        node = directory;
    } else if (strcmp(name, "..") == 0) {
        node = directory->directory.parent;
    } else {
        entry = *entry_place(directory, name);
        node = entry != NULL ? entry->node : NULL;
    }
    if (node == NULL)
        return -ENOENT;
    *found = node_get(node);
    return 0;
}

// Checks that a new name may be made, and makes its entry.
static int entry_prepare(struct node *directory, const char *name, struct entry **entry)
{
    int error = change_check(directory, name);

    if (error == 0 && (name_is_dots(name) || *entry_place(directory, name) != NULL))
        error = -EEXIST;
    if (error == 0 && (*entry = entry_create(name)) == NULL)
        error = -ENOSPC;
    return error;
}

int directory_make(struct node *directory, const char *name, uint32_t mode, struct node **made)
{
    struct entry *entry;
    int error = entry_prepare(directory, name, &entry);

    if (error != 0)
        return error;
    *made = node_create(mode);
    if (*made == NULL) {
        heap_free(entry);
        return -ENOSPC;
    }
    entry_insert(directory, entry, *made);
    return 0;
}

int directory_link(struct node *directory, const char *name, struct node *node)
{
    struct entry *entry;
    int error = node_is_directory(node) ? -EPERM : entry_prepare(directory, name, &entry);

    if (error == 0)
        entry_insert(directory, entry, node);
    return error;
}

int directory_unlink(struct node *directory, const char *name)
{
    int error = change_check(directory, name);
    struct entry **place;

    if (error != 0)
        return error;
    if (name_is_dots(name))
        return -EISDIR;
    place = entry_place(directory, name);
    if (*place == NULL)
        return -ENOENT;
    if (node_is_directory((*place)->node))
        return -EISDIR;
    entry_remove(directory, place);
    return 0;
}

int directory_remove(struct node *directory, const char *name)
{
    int error = change_check(directory, name);
    struct entry **place;

    if (error != 0)
        return error;
    if (name_is_dots(name))
        return name[1] == '\0' ? -EINVAL : -ENOTEMPTY;
    place = entry_place(directory, name);
    if (*place == NULL)
        return -ENOENT;
    if (!node_is_directory((*place)->node))
        return -ENOTDIR;
    if ((*place)->node->directory.first != NULL)
        return -ENOTEMPTY;
    entry_remove(directory, place);
    return 0;
}

// Whether `node` is a directory or one that it is in.
static bool is_above(const struct node *node, const struct node *directory)
{
    while (directory != node && directory->directory.parent != directory)
        directory = directory->directory.parent;
    return directory == node;
}

// Whether a node may take the name of another, which then is gone.
static int replace_check(const struct node *node, const struct node *replaced)
{
    if (!node_is_directory(node))
        return node_is_directory(replaced) ? -EISDIR : 0;
    if (!node_is_directory(replaced))
        return -ENOTDIR;
    return replaced->directory.first == NULL ? 0 : -ENOTEMPTY;
}

// Everything is checked: moves a node.
static void entry_move(struct node *from, const char *old_name, struct node *to, struct entry *entry)
{
    struct node *node = node_get((*entry_place(from, old_name))->node);
    struct entry **replaced = entry_place(to, entry->name);

    if (*replaced != NULL)
        entry_remove(to, replaced);
    entry_remove(from, entry_place(from, old_name));
    entry_insert(to, entry, node);
    node_put(node);
}

int directory_rename(struct node *from, const char *old_name, struct node *to, const char *new_name)
{
    int error = change_check(from, old_name);
    const struct entry *old, *replaced;
    struct entry *entry;

    if (error == 0)
        error = change_check(to, new_name);
    if (error != 0)
        return error;
    if (name_is_dots(old_name) || name_is_dots(new_name))
        return -EINVAL;
    old = *entry_place(from, old_name);
    replaced = *entry_place(to, new_name);
    if (old == NULL)
        return -ENOENT;
    if (node_is_directory(old->node) && is_above(old->node, to))
        return -EINVAL;
    if (replaced != NULL && replaced->node == old->node)
        return 0; // two names of one file: POSIX wants both to stay
    if (replaced != NULL && (error = replace_check(old->node, replaced->node)) != 0)
        return error;
    entry = entry_create(new_name);
    if (entry == NULL)
        return -ENOSPC;
    entry_move(from, old_name, to, entry);
    return 0;
}
