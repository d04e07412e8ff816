// SPDX-License-Identifier: MIT
// Segment descriptors of guests: data and 64-bit code of ring 3, and nothing else.
#include "tests/unit/mm_scene.h"

#include "mm/descriptor.h"

TestSuite(descriptor, .init = scene_open);

#define ACCESS(byte)   ((uint64_t)(byte) << 40)
#define FLAGS(bits)    ((uint64_t)(bits) << 52)
#define PRESENT_RING_3 0xe0
#define SEGMENT        0x10
#define CODE           0x08
#define LONG           0x2
#define BIG            0x4

Test(descriptor, what_is_not_present_may_be_anything)
{
    for (unsigned access = 0; access < 0x80; access++)
        cr_expect(descriptor_ok(ACCESS(access) | 0xffff00ffffffffff));
    cr_expect(descriptor_ok(0));
}

Test(descriptor, no_ring_but_3)
{
    for (unsigned ring = 0; ring < 4; ring++) {
        for (unsigned type = 0; type < 16; type++)
            cr_expect_eq(descriptor_ok(ACCESS(0x80 | ring << 5 | SEGMENT | type) | FLAGS(LONG)), ring == 3,
                         "ring %u, type %u", ring, type);
    }
}

Test(descriptor, no_gates_and_no_other_system_segments)
{
    for (unsigned type = 0; type < 16; type++) {
        for (unsigned flags = 0; flags < 16; flags++)
            cr_expect_not(descriptor_ok(ACCESS(PRESENT_RING_3 | type) | FLAGS(flags)), "type %u", type);
    }
}

Test(descriptor, code_is_64_bit_code)
{
    for (unsigned type = CODE; type < 16; type++) {
        for (unsigned flags = 0; flags < 16; flags++)
            cr_expect_eq(descriptor_ok(ACCESS(PRESENT_RING_3 | SEGMENT | type) | FLAGS(flags)),
                         (flags & (LONG | BIG)) == LONG, "type %u, flags %u", type, flags);
    }
}

Test(descriptor, data_has_any_base_limit_and_flags)
{
    for (unsigned type = 0; type < CODE; type++) {
        for (unsigned flags = 0; flags < 16; flags++)
            cr_expect(
                descriptor_ok(ACCESS(PRESENT_RING_3 | SEGMENT | type) | FLAGS(flags) | 0xff0f00ffffffffff));
    }
}

Test(descriptor, each_is_checked_before_it_is_written)
{
    const uint64_t good = ACCESS(PRESENT_RING_3 | SEGMENT | 2) | 0xffff, gate = ACCESS(0xee);

    table_build(DATA, FRAME_DESCRIPTORS);
    cr_expect_eq(set(DATA, 511, good), 0);
    cr_expect_eq(*word(DATA, 511), good);
    expect_refused(PV_E_BITS, set(DATA, 511, gate), "set");
    expect_refused(PV_E_BITS, mmu_entry_set_keep(&mmu, at(DATA, 1), gate), "set_keep");
    expect_refused(PV_E_BITS, mmu_entry_exchange(&mmu, at(DATA, 511), good, gate), "exchange");
    expect_refused(-1, mmu_entry_exchange(&mmu, at(DATA, 511), 0, good), "expected another");
    cr_expect_eq(mmu_entry_exchange(&mmu, at(DATA, 511), good, 0), 0);
    cr_expect_eq(*word(DATA, 511), 0);
}

Test(descriptor, set_keep_writes_all_of_a_descriptor)
{
    table_build(DATA, FRAME_DESCRIPTORS);
    cr_assert_eq(set(DATA, 1, PTE_ACCESSED), 0);
    cr_expect_eq(mmu_entry_set_keep(&mmu, at(DATA, 1), PTE_DIRTY), 0);
    cr_expect_eq(*word(DATA, 1), PTE_DIRTY);
}

Test(descriptor, nothing_is_counted_for_what_looks_like_an_entry)
{
    table_build(DATA, FRAME_DESCRIPTORS);
    cr_expect_eq(set(DATA, 1, entry_of(SPARE, WRITABLE)), 0);
    cr_expect_eq(frame_at(mfn(SPARE))->count, 0);
    cr_expect_eq(set(DATA, 1, 0), 0);
    *word(DATA + 2, 1) = entry_of(SPARE, WRITABLE);
    cr_expect_eq(frame_retype(&mmu, mfn(DATA + 2), FRAME_DESCRIPTORS, false), 0);
    cr_expect_eq(frame_at(mfn(SPARE))->count, 0);
    cr_expect_eq(frame_retype(&mmu, mfn(DATA + 2), FRAME_DATA, false), 0);
    cr_expect_eq(frame_at(mfn(SPARE))->count, 0);
}
