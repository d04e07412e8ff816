// SPDX-License-Identifier: MIT
// Entries of directories, in the order in which they were made. Each has a position of its own, which no
// later one gets, so that a listing goes on at the right place whatever is made and removed meanwhile.
#include "kernel/entry.h"

#include "kernel/directory.h"
#include "kernel/heap.h"
#include "kernel/string.h"

// Positions of `.` and `..`, and the first of an entry.
enum { POSITION_SELF, POSITION_PARENT, POSITION_FIRST };

struct entry **entry_place(struct node *directory, const char *name)
{
    struct entry **place = &directory->directory.first;

    while (*place != NULL && strcmp((*place)->name, name) != 0)
        place = &(*place)->next;
    return place;
}

struct entry *entry_create(const char *name)
{
    size_t size = strlen(name) + 1;
    struct entry *entry = content_room() ? heap_allocate(sizeof(*entry) + size) : NULL;

    if (entry != NULL)
        memcpy(entry->name, name, size);
    return entry;
}

void entry_insert(struct node *directory, struct entry *entry, struct node *node)
{
    if (directory->directory.position < POSITION_FIRST)
        directory->directory.position = POSITION_FIRST;
    entry->position = directory->directory.position++;
    entry->node = node;
    *entry_place(directory, entry->name) = entry;
    node->links++;
    if (node_is_directory(node))
        node->directory.parent = directory;
    node_touch(directory);
}

void entry_remove(struct node *directory, struct entry **place)
{
    struct entry *entry = *place;

    *place = entry->next;
    if (node_is_directory(entry->node))
        entry->node->directory.parent = NULL;
    node_touch(directory);
    node_unlink(entry->node);
    heap_free(entry);
}

static uint8_t node_kind(const struct node *node)
{
    if (node_is_directory(node))
        return DT_DIR;
    return node_is_regular(node) ? DT_REG : DT_CHR;
}

static void entry_describe(struct dirent *described, const struct node *node, const char *name)
{
    memset(described, 0, sizeof(*described));
    described->d_ino = node->number;
    described->d_type = node_kind(node);
    text_copy(described->d_name, sizeof(described->d_name), name);
}

bool directory_next(const struct node *directory, uint64_t *position, struct dirent *entry)
{
    const struct entry *next = directory->directory.first;

    if (directory->directory.parent == NULL)
        return false;
    if (*position < POSITION_FIRST) {
        bool self = *position == POSITION_SELF;

        entry_describe(entry, self ? directory : directory->directory.parent, self ? "." : "..");
        (*position)++;
        return true;
    }
    while (next != NULL && next->position < *position)
        next = next->next;
    if (next == NULL)
        return false;
    entry_describe(entry, next->node, next->name);
    *position = next->position + 1;
    return true;
}

const char *directory_name_of(const struct node *directory, const struct node *node)
{
    const struct entry *entry = directory->directory.first;

    while (entry != NULL && entry->node != node)
        entry = entry->next;
    return entry != NULL ? entry->name : NULL;
}

uint32_t directory_children(const struct node *directory)
{
    uint32_t children = 0;

    for (const struct entry *entry = directory->directory.first; entry != NULL; entry = entry->next)
        children += node_is_directory(entry->node);
    return children;
}
