// SPDX-License-Identifier: MIT
// An intrusive doubly linked list: a ring through a head and the `struct list` members of the entries.
// An entry is on at most one list for each such member; one that is on none is linked to itself or was never
// used.
#ifndef PV_LIB_LIST_H
#define PV_LIB_LIST_H

#include <stdbool.h>
#include <stddef.h>

struct list {
    struct list *next;
    struct list *previous;
};

// The structure of type `type` whose `member` is at `pointer`.
#define container_of(pointer, type, member) ((type *)((char *)(pointer)-offsetof(type, member)))

// Visits each entry from head to tail. `entry` is a pointer to the structure that holds the `member`.
// The body must not take `entry` off the list; list_for_each_safe allows that (`after` is a second such
// pointer).
#define list_for_each(entry, head, member)                                                                   \
    for ((entry) = container_of((head)->next, __typeof__(*(entry)), member); &(entry)->member != (head);     \
         (entry) = container_of((entry)->member.next, __typeof__(*(entry)), member))

#define list_for_each_safe(entry, after, head, member)                                                       \
    for ((entry) = container_of((head)->next, __typeof__(*(entry)), member),                                 \
        (after) = container_of((entry)->member.next, __typeof__(*(entry)), member);                          \
         &(entry)->member != (head);                                                                         \
         (entry) = (after), (after) = container_of((entry)->member.next, __typeof__(*(entry)), member))

// The first entry of a list that is not empty.
#define list_first(head, type, member) container_of((head)->next, type, member)

// Makes `list` an empty head, or an entry that is on no list.
static inline void list_init(struct list *list)
{
    list->next = list;
    list->previous = list;
}

// True if the head has no entries; for an entry, if it is on no list.
static inline bool list_empty(const struct list *list)
{
    return list->next == list;
}

// Puts `entry`, which is on no list, between two neighbours.
static inline void list_insert(struct list *entry, struct list *previous, struct list *next)
{
    entry->previous = previous;
    entry->next = next;
    previous->next = entry;
    next->previous = entry;
}

// Puts `entry`, which is on no list, before all others.
static inline void list_add_head(struct list *head, struct list *entry)
{
    list_insert(entry, head, head->next);
}

// Puts `entry`, which is on no list, after all others.
static inline void list_add_tail(struct list *head, struct list *entry)
{
    list_insert(entry, head->previous, head);
}

// Takes `entry` off its list, if it is on one; it is on none afterwards, and may be removed again.
static inline void list_remove(struct list *entry)
{
    entry->previous->next = entry->next;
    entry->next->previous = entry->previous;
    list_init(entry);
}

#endif
