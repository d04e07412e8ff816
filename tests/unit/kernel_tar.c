// SPDX-License-Identifier: MIT
// The reader of archives: what it finds in a good one, and that it refuses each kind of damage.
#include "kernel/tar.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    BLOCK = 512,
    NAME = 0,
    MODE = 100,
    SIZE = 124,
    MODIFIED = 136,
    SUM = 148,
    TYPE = 156,
    MAGIC = 257,
    PREFIX = 345
};

// An archive of at most eight blocks, in memory of exactly its size.
static struct {
    uint8_t bytes[8 * BLOCK];
    size_t size;
} archive;

static void header_sum(uint8_t *header)
{
    unsigned sum = 0;

    memset(header + SUM, ' ', 8);
    for (size_t i = 0; i < BLOCK; i++)
        sum += header[i];
    snprintf((char *)header + SUM, 8, "%06o", sum);
}

// Appends a header; the caller may change it, and then has to call header_sum().
static uint8_t *header_add(const char *name, char type, unsigned size)
{
    uint8_t *header = archive.bytes + archive.size;

    archive.size += BLOCK;
    memcpy(header + NAME, name, strlen(name));
    memcpy(header + MODE, "0000755", 8);
    snprintf((char *)header + SIZE, 12, "%011o", size);
    memcpy(header + MODIFIED, "00000000144 ", 12);
    header[TYPE] = (uint8_t)type;
    memcpy(header + MAGIC, "ustar\00000", 8);
    header_sum(header);
    return header;
}

static struct tar tar_make(void)
{
    uint8_t *exact = malloc(archive.size);

    memcpy(exact, archive.bytes, archive.size);
    return (struct tar){.bytes = exact, .size = archive.size};
}

// Reads the archive to its end. Returns how many entries it has, or -1 when it is refused.
static int entries_count(void)
{
    struct tar tar = tar_make();
    struct tar_entry entry;
    int count = 0;

    while (tar_next(&tar, &entry))
        count++;
    free((void *)tar.bytes);
    return tar.error == NULL ? count : -1;
}

Test(kernel_tar, a_file_and_a_directory)
{
    struct tar_entry entry;

    header_add("./bin/", TAR_DIRECTORY, 0);
    header_add("./bin/ls", TAR_FILE, 3);
    memcpy(archive.bytes + archive.size, "abc", 3);
    archive.size += 2 * BLOCK;

    struct tar tar = tar_make();

    cr_assert(tar_next(&tar, &entry));
    cr_assert_str_eq(entry.path, "./bin/");
    cr_assert_eq(entry.type, TAR_DIRECTORY);
    cr_assert(tar_next(&tar, &entry));
    cr_assert_str_eq(entry.path, "./bin/ls");
    cr_assert_eq(entry.type, TAR_FILE);
    cr_assert_eq(entry.mode, 0755);
    cr_assert_eq(entry.modified, 100);
    cr_assert_eq(entry.size, 3);
    cr_assert_arr_eq(entry.data, "abc", 3);
    cr_assert_not(tar_next(&tar, &entry));
    cr_assert_null(tar.error);
    free((void *)tar.bytes);
}

Test(kernel_tar, fields_may_be_full_to_the_last_byte)
{
    uint8_t *header = header_add("", '\0', 0);
    struct tar_entry entry;

    memset(header + NAME, 'n', 100);
    memset(header + PREFIX, 'p', BLOCK - PREFIX);
    memcpy(header + MODE, "0000075511", 10);
    header_sum(header);
    archive.size += BLOCK;

    struct tar tar = tar_make();

    cr_assert(tar_next(&tar, &entry));
    cr_assert_eq(strlen(entry.path), 256);
    cr_assert_eq(entry.path[155], '/');
    cr_assert_eq(entry.mode, 0755);
    cr_assert_eq(entry.type, TAR_FILE);
    free((void *)tar.bytes);
}

Test(kernel_tar, an_archive_ends_with_a_block_of_zeros)
{
    header_add("a", TAR_FILE, 0);
    cr_assert_eq(entries_count(), -1);
    archive.size += BLOCK - 1;
    cr_assert_eq(entries_count(), -1);
    archive.size++;
    cr_assert_eq(entries_count(), 1);
}

Test(kernel_tar, data_are_in_the_archive)
{
    header_add("a", TAR_FILE, BLOCK + 1);
    archive.size += BLOCK;
    cr_assert_eq(entries_count(), -1);
    archive.size += BLOCK - 1;
    cr_assert_eq(entries_count(), -1, "its last block is cut");
    archive.size++;
    cr_assert_eq(entries_count(), -1, "no last block");
    archive.size += BLOCK;
    cr_assert_eq(entries_count(), 1);
}

Test(kernel_tar, the_largest_size_is_no_way_around_the_end)
{
    uint8_t *header = header_add("a", TAR_FILE, 0);

    memset(header + SIZE, '7', 12);
    header_sum(header);
    archive.size += BLOCK;
    cr_assert_eq(entries_count(), -1);
}

// Breaks one byte of a good header, with a checksum that fits if asked to.
static void expect_refused(size_t offset, char byte, bool sum)
{
    memset(&archive, 0, sizeof(archive));

    uint8_t *header = header_add("a", TAR_FILE, 0);

    archive.size += BLOCK;
    cr_assert_eq(entries_count(), 1);
    header[offset] = (uint8_t)byte;
    if (sum)
        header_sum(header);
    cr_assert_eq(entries_count(), -1, "byte %zu", offset);
}

Test(kernel_tar, damage_is_found)
{
    expect_refused(NAME, 'b', false);
    expect_refused(BLOCK - 1, 1, false);
    expect_refused(SUM, '8', false);
    expect_refused(MAGIC, 'U', true);
    expect_refused(MAGIC + 5, ' ', true);
    expect_refused(MAGIC + 6, '1', true);
    expect_refused(MODE, '9', true);
    expect_refused(SIZE + 3, 'x', true);
    expect_refused(SIZE, ' ', true);
    expect_refused(MODIFIED, '-', true);
}
