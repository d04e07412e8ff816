// SPDX-License-Identifier: MIT
// The leftist tree. No child has a lesser key than its parent, and no right child a greater rank than its
// sibling on the left: so the way down on the right is the shortest out of each part, and has at most
// log2(n + 1) links. Everything is done along such ways, downwards, and mended on the way back.
#include "lib/heap.h"

#include <stddef.h>

static uint32_t rank_of(const struct heap_link *link)
{
    return link != NULL ? link->rank : 0;
}

// Makes a link right whose children are. Returns whether its rank has changed.
static bool mend(struct heap_link *link)
{
    uint32_t before = link->rank;

    if (rank_of(link->left) < rank_of(link->right)) {
        struct heap_link *child = link->left;

        link->left = link->right;
        link->right = child;
    }
    link->rank = rank_of(link->right) + 1;
    return link->rank != before;
}

// Makes one tree of two, either of which may be empty: their ways on the right become one, in order.
static struct heap_link *meld(struct heap_link *one, struct heap_link *other)
{
    struct heap_link *root = NULL, *parent = NULL, **place = &root;

    while (one != NULL && other != NULL) {
        struct heap_link *least = other->key < one->key ? other : one;

        other = least == one ? other : one;
        one = least->right;
        least->parent = parent;
        *place = least;
        place = &least->right;
        parent = least;
    }
    *place = one != NULL ? one : other;
    if (*place != NULL) {
        (*place)->parent = parent;
    }
    for (; parent != NULL; parent = parent->parent) {
        mend(parent);
    }
    return root;
}

void heap_add(struct heap *heap, struct heap_link *link)
{
    *link = (struct heap_link){.key = link->key, .rank = 1};
    heap->least = meld(heap->least, link);
}

// The ranks above grow with each link, so that those which change are no more than the greatest rank.
void heap_remove(struct heap *heap, struct heap_link *link)
{
    struct heap_link *parent = link->parent, *rest;

    if (!heap_has(link)) {
        return;
    }
    rest = meld(link->left, link->right);
    if (rest != NULL) {
        rest->parent = parent;
    }
    if (parent == NULL) {
        heap->least = rest;
    } else if (parent->left == link) {
        parent->left = rest;
    } else {
        parent->right = rest;
    }
    while (parent != NULL && mend(parent)) {
        parent = parent->parent;
    }
    *link = (struct heap_link){.key = link->key};
}
