// SPDX-License-Identifier: MIT
// The frame allocator: each frame has one owner at a time, and all come back.
#include "mm/frame.h"

#include <criterion/criterion.h>

static struct frame_list list;

static void open_table(void)
{
    machine_open();
    frame_list_open(&list);
}

TestSuite(frame, .init = open_table);

Test(frame, nothing_is_free_before_a_range_is_added)
{
    mfn_t frame;

    cr_expect_eq(frame_free_count(), 0);
    cr_expect_not(frame_take(&list, OWNER_HYPERVISOR, FRAME_DATA, &frame));
}

Test(frame, all_frames_of_all_ranges_are_handed_out_once)
{
    bool seen[MACHINE_FRAMES] = {false};
    mfn_t frame;

    cr_assert(frame_range_add(mfn(3), mfn(10)));
    cr_assert(frame_range_add(mfn(20), mfn(25)));
    cr_expect_eq(frame_free_count(), 12);
    while (frame_take(&list, OWNER_DOMAIN + 1, FRAME_DATA, &frame)) {
        cr_assert((frame.number >= 3 && frame.number < 10) || (frame.number >= 20 && frame.number < 25));
        cr_assert_not(seen[frame.number]);
        seen[frame.number] = true;
    }
    cr_expect_eq(list.count, 12);
    cr_expect_eq(frame_free_count(), 0);
}

Test(frame, the_owner_holds_until_the_frame_is_given_back)
{
    mfn_t frame;

    frame_range_add(mfn(1), mfn(2));
    cr_assert(frame_take(&list, OWNER_DOMAIN + 7, FRAME_LEVEL2, &frame));
    cr_expect_eq(frame_owner(frame), OWNER_DOMAIN + 7);
    cr_expect_eq(frame_list_release(&list, UINT64_MAX), 1);
    cr_expect_eq(frame_owner(frame), OWNER_NONE);
}

Test(frame, release_goes_in_slices_and_everything_can_be_taken_again)
{
    struct frame_list other;
    mfn_t frame;

    frame_range_add(mfn(0), mfn(10));
    for (unsigned i = 0; i < 10; i++) {
        cr_assert(frame_take(&list, OWNER_DOMAIN, FRAME_DATA, &frame));
    }
    cr_expect_eq(frame_list_release(&list, 4), 4);
    cr_expect_eq(list.count, 6);
    cr_expect_eq(frame_free_count(), 4);
    cr_expect_eq(frame_list_release(&list, UINT64_MAX), 6);
    cr_expect_eq(frame_list_release(&list, UINT64_MAX), 0);
    frame_list_open(&other);
    for (unsigned i = 0; i < 10; i++) {
        cr_expect(frame_take(&other, OWNER_HYPERVISOR, FRAME_DATA, &frame));
    }
    cr_expect_not(frame_take(&other, OWNER_HYPERVISOR, FRAME_DATA, &frame));
}

Test(frame, a_frame_that_its_last_owner_had_linked_is_not_linked_for_the_next)
{
    mfn_t frame;

    frame_range_add(mfn(1), mfn(2));
    cr_assert(frame_take(&list, OWNER_DOMAIN, FRAME_LEVEL1, &frame));
    frame_at(frame)->count = 3;
    frame_at(frame)->stamp = 1;
    frame_list_release(&list, UINT64_MAX);
    cr_assert(frame_take(&list, OWNER_DOMAIN + 1, FRAME_DATA, &frame));
    cr_expect_eq(frame_at(frame)->count, 0);
    cr_expect_eq(frame_at(frame)->stamp, 0);
}

Test(frame, a_list_is_walked_from_the_last_to_the_first)
{
    mfn_t taken[3], frame, before;

    frame_range_add(mfn(5), mfn(8));
    for (unsigned i = 0; i < 3; i++) {
        cr_assert(frame_take(&list, OWNER_DOMAIN, FRAME_DATA, &taken[i]));
    }
    frame = mfn(list.first);
    cr_expect_eq(frame.number, taken[2].number);
    cr_assert(frame_before(frame, &before));
    cr_expect_eq(before.number, taken[1].number);
    cr_assert(frame_before(before, &frame));
    cr_expect_eq(frame.number, taken[0].number);
    cr_expect_not(frame_before(frame, &before));
}

Test(frame, ranges_that_are_empty_turned_round_or_beyond_the_table_are_refused)
{
    cr_expect_not(frame_range_add(mfn(5), mfn(5)));
    cr_expect_not(frame_range_add(mfn(6), mfn(5)));
    cr_expect_not(frame_range_add(mfn(MACHINE_FRAMES - 1), mfn(MACHINE_FRAMES + 1)));
    cr_expect_eq(frame_free_count(), 0);
}

Test(frame, a_frame_beyond_the_table_has_no_owner)
{
    cr_expect_eq(frame_owner(mfn(MACHINE_FRAMES)), OWNER_NONE);
}
