// SPDX-License-Identifier: MIT
// The intrusive list.
#include "lib/list.h"

#include <criterion/criterion.h>

struct item {
    int value;
    struct list link;
};

static struct list head;
static struct item items[4];

static void setup(void)
{
    list_init(&head);
    for (int i = 0; i < 4; i++) {
        items[i].value = i;
        list_init(&items[i].link);
    }
}

// The values from head to tail as a decimal number; checks that the links back agree.
static int list_digits(void)
{
    struct item *item;
    int digits = 0;

    list_for_each (item, &head, link) {
        cr_assert(item->link.next->previous == &item->link);
        cr_assert(item->link.previous->next == &item->link);
        digits = digits * 10 + item->value;
    }
    return digits;
}

TestSuite(list, .init = setup);

Test(list, a_new_list_is_empty)
{
    cr_assert(list_empty(&head));
    cr_assert_eq(list_digits(), 0);
}

Test(list, adding_at_the_tail_and_at_the_head)
{
    list_add_tail(&head, &items[1].link);
    list_add_tail(&head, &items[2].link);
    list_add_head(&head, &items[3].link);
    cr_assert_eq(list_digits(), 312);
    cr_assert_eq(list_first(&head, struct item, link), &items[3]);
    cr_assert_not(list_empty(&head));
}

Test(list, removing_from_the_middle_the_ends_and_twice)
{
    for (int i = 1; i < 4; i++)
        list_add_tail(&head, &items[i].link);
    list_remove(&items[2].link);
    cr_assert_eq(list_digits(), 13);
    list_remove(&items[2].link);
    cr_assert_eq(list_digits(), 13);
    cr_assert(list_empty(&items[2].link));
    list_remove(&items[1].link);
    cr_assert_eq(list_digits(), 3);
    list_remove(&items[3].link);
    cr_assert(list_empty(&head));
}

Test(list, an_entry_can_leave_during_a_safe_walk)
{
    struct item *item, *after;

    for (int i = 1; i < 4; i++)
        list_add_tail(&head, &items[i].link);
    list_for_each_safe (item, after, &head, link) {
        if (item->value != 2)
            list_remove(&item->link);
    }
    cr_assert_eq(list_digits(), 2);
}

Test(list, container_of_leads_back_to_the_structure)
{
    cr_assert_eq(container_of(&items[3].link, struct item, link), &items[3]);
}
