// SPDX-License-Identifier: MIT
// Memory that a process asks for: the break, malloc over it, and mappings.
#include "call.h"
#include "test.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static uintptr_t address;

static void address_read(void)
{
    (void)*(volatile char *)address;
}

static void address_write(void)
{
    *(volatile char *)address = 1;
}

static bool is_filled(const char *area, size_t size, char byte)
{
    for (size_t i = 0; i < size; i++) {
        if (area[i] != byte)
            return false;
    }
    return true;
}

static void break_moves(void)
{
    char *start = sbrk(0);
    char *area = sbrk(10 * PAGE);

    EXPECT_TRUE(area == start);
    EXPECT_TRUE(sbrk(0) == start + 10UL * PAGE);
    EXPECT_TRUE(is_filled(area, 10UL * PAGE, 0));
    memset(area, 'x', 10UL * PAGE);
    EXPECT_TRUE(sbrk(-(ptrdiff_t)(5 * PAGE)) == start + 10UL * PAGE);
    EXPECT_TRUE(is_filled(area, 5UL * PAGE, 'x'));
    address = (uintptr_t)start + 8UL * PAGE;
    EXPECT(signal_of(address_read), SIGSEGV);
    /* What comes back is new. */
    EXPECT_TRUE(sbrk(5 * PAGE) == start + 5UL * PAGE);
    EXPECT_TRUE(is_filled(area + 6UL * PAGE, 4UL * PAGE, 0));
    EXPECT_TRUE(sbrk(-(ptrdiff_t)(10 * PAGE)) == start + 10UL * PAGE);
    EXPECT_TRUE(sbrk(0) == start);
}

static void break_errors(void)
{
    static const int64_t wrong[] = {INT64_MAX, INT64_MIN, 0x7fffffffffff, -(1L << 40), 1L << 46};
    void *start = sbrk(0);

    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        EXPECT_TRUE(call_raw(CALL_sbrk, (uint64_t)wrong[i], 0, 0) < 0);
        EXPECT_TRUE(sbrk(0) == start);
    }
    EXPECT_ERROR((long)sbrk(1L << 46), ENOMEM);
}

static uint32_t random_state = 1;

static uint32_t random_next(void)
{
    random_state = random_state * 1103515245 + 12345;
    return random_state >> 8;
}

// Blocks of many sizes, each filled with its own byte, in any order.
static void heap(void)
{
    enum { BLOCKS = 100 };
    char *blocks[BLOCKS] = {NULL};
    size_t sizes[BLOCKS] = {0};

    for (int round = 0; round < 5000; round++) {
        uint32_t i = random_next() % BLOCKS;

        EXPECT_TRUE(is_filled(blocks[i], sizes[i], (char)i));
        free(blocks[i]);
        sizes[i] = random_next() % (round % 50 == 0 ? 40000 : 500);
        blocks[i] = malloc(sizes[i]);
        EXPECT_TRUE(blocks[i] != NULL);
        memset(blocks[i], (int)i, sizes[i]);
    }
}

static char *map(size_t length)
{
    char *area = mmap(NULL, length, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    EXPECT_TRUE(area != MAP_FAILED);
    return area;
}

static void mapped(void)
{
    char *one = map(PAGE);
    char *two = map(3 * PAGE - 100);

    EXPECT((uintptr_t)one % PAGE, 0);
    EXPECT((uintptr_t)two % PAGE, 0);
    EXPECT_TRUE(is_filled(one, PAGE, 0));
    EXPECT_TRUE(is_filled(two, 3UL * PAGE, 0));
    memset(one, 1, PAGE);
    memset(two, 2, 3UL * PAGE);
    EXPECT_TRUE(is_filled(one, PAGE, 1));
    EXPECT_TRUE(is_filled(two, 3UL * PAGE, 2));
}

static void unmapped(void)
{
    char *area = map(5 * PAGE);

    memset(area, 'x', 5UL * PAGE);
    MUST(munmap(area + 2UL * PAGE, PAGE));
    EXPECT_TRUE(is_filled(area, 2UL * PAGE, 'x'));
    EXPECT_TRUE(is_filled(area + 3UL * PAGE, 2UL * PAGE, 'x'));
    address = (uintptr_t)area + 2UL * PAGE;
    EXPECT(signal_of(address_read), SIGSEGV);
    EXPECT(signal_of(address_write), SIGSEGV);
    MUST(munmap(area, 5UL * PAGE));
    for (int i = 0; i < 5; i++) {
        address = (uintptr_t)area + (uintptr_t)i * PAGE;
        EXPECT(signal_of(address_read), SIGSEGV);
    }
    MUST(munmap(area, PAGE));
}

static void protected(void)
{
    char *constant = mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    char *nothing = mmap(NULL, PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    EXPECT_TRUE(constant != MAP_FAILED && nothing != MAP_FAILED);
    address = (uintptr_t)constant;
    EXPECT(signal_of(address_read), 0);
    EXPECT(signal_of(address_write), SIGSEGV);
    EXPECT(*constant, 0);
    address = (uintptr_t)nothing;
    EXPECT(signal_of(address_read), SIGSEGV);
    EXPECT(signal_of(address_write), SIGSEGV);
}

static void map_errors(void)
{
    static const size_t lengths[] = {SIZE_MAX, SIZE_MAX - PAGE + 1, SIZE_MAX / 2, 1UL << 47, 1UL << 52};
    char *area = map(2 * PAGE);

    EXPECT_TRUE(mmap(NULL, 0, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED);
    EXPECT(errno, EINVAL);
    for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
        EXPECT_TRUE(mmap(NULL, lengths[i], PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED);
        EXPECT(errno, ENOMEM);
        EXPECT(munmap(area, lengths[i]), -1);
        EXPECT(errno, EINVAL);
    }
    EXPECT_ERROR(munmap(area, 0), EINVAL);
    EXPECT_ERROR(munmap(area + 1, PAGE), EINVAL);
    EXPECT_ERROR(munmap((void *)ADDRESS_PHYSMAP, PAGE), EINVAL);
    EXPECT_ERROR(munmap((void *)ADDRESS_HYPERVISOR, PAGE), EINVAL);
    EXPECT_ERROR(munmap((void *)ADDRESS_LAST, PAGE), EINVAL);
    EXPECT_ERROR(munmap((void *)(ADDRESS_NONCANONICAL - PAGE), 2UL * PAGE), EINVAL);
    area[0] = 1;
}

// More mappings than a few, made and unmade in any order.
static void map_many(void)
{
    enum { AREAS = 40 };
    char *areas[AREAS] = {NULL};
    size_t sizes[AREAS];

    for (int round = 0; round < 1500; round++) {
        uint32_t i = random_next() % AREAS;

        if (areas[i] != NULL) {
            EXPECT(areas[i][0], (char)i);
            EXPECT(areas[i][sizes[i] - 1], (char)(i + 1));
            MUST(munmap(areas[i], sizes[i]));
            areas[i] = NULL;
        } else {
            sizes[i] = PAGE + random_next() % (20 * PAGE);
            areas[i] = map(sizes[i]);
            EXPECT(areas[i][0], 0);
            EXPECT(areas[i][sizes[i] - 1], 0);
            areas[i][0] = (char)i;
            areas[i][sizes[i] - 1] = (char)(i + 1);
        }
    }
}

// A process that takes its own code away has no more to come back to.
static void code_taken_away(void)
{
    munmap((void *)((uintptr_t)code_taken_away & -(uintptr_t)PAGE & ~0xffffUL), 1UL << 20);
}

static void everything_taken_away(void)
{
    EXPECT_CHILD_SIGNAL(code_taken_away, SIGSEGV);
}

// Reserves more than there is, in two parts, and uses little of it.
static void sparse(void)
{
    size_t size = memory_most();
    char *areas[] = {map(size), map(size)};

    for (size_t i = 0; i + 2 * PAGE < size; i += size / 16) {
        for (int part = 0; part < 2; part++) {
            EXPECT(areas[part][i], 0);
            areas[part][i] = 'x';
            EXPECT(areas[part][i + PAGE], 0);
        }
    }
    MUST(munmap(areas[0], size));
    MUST(munmap(areas[1], size));
}

const struct test tests_memory[] = {
    {"memory_break", break_moves},
    {"memory_break_errors", break_errors},
    {"memory_heap", heap},
    {"memory_mapped", mapped},
    {"memory_unmapped", unmapped},
    {"memory_protected", protected},
    {"memory_map_errors", map_errors},
    {"memory_map_many", map_many},
    {"memory_sparse", sparse},
    {"memory_taken_away", everything_taken_away},
    {NULL, NULL},
};
