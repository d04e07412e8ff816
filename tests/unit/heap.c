// SPDX-License-Identifier: MIT
// The heap, against an array that is searched from end to end.
#include "lib/heap.h"

#include <criterion/criterion.h>
#include <stdlib.h>

#define COUNT 1000
#define STEPS 20000

static struct heap heap;
static struct heap_link links[COUNT];

static unsigned members(void)
{
    unsigned count = 0;

    for (unsigned i = 0; i < COUNT; i++)
        count += heap_has(&links[i]);
    return count;
}

static uint64_t least_key(void)
{
    uint64_t least = UINT64_MAX;

    for (unsigned i = 0; i < COUNT; i++)
        if (heap_has(&links[i]) && links[i].key < least)
            least = links[i].key;
    return least;
}

static unsigned rank(const struct heap_link *link)
{
    return link != NULL ? link->rank : 0;
}

// Looks at a link and all below; returns how many they are.
static unsigned tree_check(const struct heap_link *link, const struct heap_link *parent)
{
    if (link == NULL)
        return 0;
    cr_assert(link->parent == parent);
    cr_assert(parent == NULL || parent->key <= link->key);
    cr_assert_geq(rank(link->left), rank(link->right));
    cr_assert_eq(link->rank, rank(link->right) + 1);
    return 1 + tree_check(link->left, link) + tree_check(link->right, link);
}

// That the way down on the right is no longer than it may be is what bounds the work.
static void check(void)
{
    unsigned count = tree_check(heap.least, NULL);

    cr_assert_eq(count, members());
    cr_assert(rank(heap.least) == 0 || 1u << rank(heap.least) <= count + 1);
    if (count != 0)
        cr_assert_eq(heap.least->key, least_key());
    else
        cr_assert_null(heap.least);
}

static void add(unsigned index, uint64_t key)
{
    links[index].key = key;
    heap_add(&heap, &links[index]);
}

Test(heap, a_new_heap_is_empty)
{
    cr_assert_null(heap.least);
    cr_assert_not(heap_has(&links[0]));
}

Test(heap, the_least_comes_first)
{
    static const uint64_t keys[] = {5, 3, 8, 1, UINT64_MAX, 0, 3};
    static const uint64_t sorted[] = {0, 1, 3, 3, 5, 8, UINT64_MAX};

    for (unsigned i = 0; i < 7; i++)
        add(i, keys[i]);
    for (unsigned i = 0; i < 7; i++) {
        cr_assert_eq(heap.least->key, sorted[i]);
        heap_remove(&heap, heap.least);
        check();
    }
}

Test(heap, removing_what_is_in_no_heap_does_nothing)
{
    add(0, 1);
    heap_remove(&heap, &links[1]);
    check();
    heap_remove(&heap, &links[0]);
    heap_remove(&heap, &links[0]);
    check();
}

// Keys that ascend, descend and are all the same make the most lopsided trees.
Test(heap, orders_that_are_unkind)
{
    for (unsigned order = 0; order < 3; order++) {
        for (unsigned i = 0; i < COUNT; i++)
            add(i, order == 0 ? i : order == 1 ? COUNT - i : 7);
        check();
        for (unsigned i = 0; i < COUNT; i++) {
            heap_remove(&heap, &links[i * 7 % COUNT]);
            if (i % 50 == 0)
                check();
        }
        check();
    }
}

Test(heap, any_order_of_adding_and_removing)
{
    srand(1);
    for (unsigned step = 0; step < STEPS; step++) {
        unsigned index = (unsigned)rand() % COUNT;

        if (heap_has(&links[index]))
            heap_remove(&heap, &links[index]);
        else
            add(index, (uint64_t)rand() % 64);
        cr_assert(heap.least == NULL || heap.least->key == least_key());
        if (step % 100 == 0)
            check();
    }
}
