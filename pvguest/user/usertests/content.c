// SPDX-License-Identifier: MIT
// Contents of regular files: offsets, holes, lengths.
#include "test.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

static void offsets(void)
{
    char byte;
    int file;

    file_make_text("file", "0123456789");
    file = (int)MUST(open("file", O_RDWR));
    EXPECT(lseek(file, 4, SEEK_SET), 4);
    EXPECT(read(file, &byte, 1), 1);
    EXPECT(byte, '4');
    EXPECT(lseek(file, -2, SEEK_CUR), 3);
    EXPECT(lseek(file, -1, SEEK_END), 9);
    EXPECT(read(file, &byte, 1), 1);
    EXPECT(byte, '9');
    EXPECT(lseek(file, 100, SEEK_SET), 100);
    EXPECT(read(file, &byte, 1), 0);
    EXPECT(file_length(file), 10);
    EXPECT_ERROR(lseek(file, -1, SEEK_SET), EINVAL);
    EXPECT_ERROR(lseek(file, -11, SEEK_END), EINVAL);
    EXPECT_ERROR(lseek(file, -101, SEEK_CUR), EINVAL);
    EXPECT_ERROR(lseek(file, 0, 77), EINVAL);
    EXPECT(lseek(file, 0, SEEK_CUR), 100);
    EXPECT_ERROR(lseek(99, 0, SEEK_SET), EBADF);
}

static void expect_filled(int file, off_t from, off_t to, char byte)
{
    static char bytes[3000];

    EXPECT(lseek(file, from, SEEK_SET), from);
    while (from < to) {
        size_t count = (size_t)(to - from) < sizeof bytes ? (size_t)(to - from) : sizeof bytes;

        EXPECT(read(file, bytes, count), count);
        for (size_t i = 0; i < count; i++)
            EXPECT(bytes[i], byte);
        from += (off_t)count;
    }
}

static void holes(void)
{
    int file = (int)MUST(open("file", O_RDWR | O_CREAT, 0644));

    EXPECT(lseek(file, 100000, SEEK_SET), 100000);
    EXPECT(write(file, "x", 1), 1);
    EXPECT(file_length(file), 100001);
    expect_filled(file, 0, 100000, 0);
    expect_filled(file, 100000, 100001, 'x');
    EXPECT(lseek(file, 50000, SEEK_SET), 50000);
    EXPECT(write(file, "yy", 2), 2);
    expect_filled(file, 0, 50000, 0);
    expect_filled(file, 50000, 50002, 'y');
    expect_filled(file, 50002, 100000, 0);
}

static void set_length(void)
{
    static char bytes[10000];
    int file = (int)MUST(open("file", O_RDWR | O_CREAT, 0644));

    memset(bytes, 'a', sizeof bytes);
    EXPECT(write(file, bytes, sizeof bytes), sizeof bytes);
    MUST(ftruncate(file, 5000));
    EXPECT(file_length(file), 5000);
    MUST(ftruncate(file, 9000));
    expect_filled(file, 0, 5000, 'a');
    expect_filled(file, 5000, 9000, 0);
    EXPECT(read(file, bytes, 1), 0);
    MUST(ftruncate(file, 0));
    EXPECT(file_length(file), 0);
    EXPECT_ERROR(ftruncate(file, -1), EINVAL);
    EXPECT_ERROR(ftruncate(99, 0), EBADF);
    /* The offset stays where it was: a hole comes before what is written there. */
    EXPECT(write(file, "b", 1), 1);
    EXPECT(file_length(file), 9001);
    expect_filled(file, 0, 9000, 0);
}

// A file of many pages, written and read in pieces that fit none of them.
static void big(void)
{
    enum { SIZE = 1 << 20, PIECE = 7777 };
    static char bytes[PIECE];
    int file = (int)MUST(open("file", O_RDWR | O_CREAT, 0644));

    for (int place = 0; place < SIZE; place += PIECE) {
        for (int i = 0; i < PIECE; i++)
            bytes[i] = (char)((place + i) % 251);
        EXPECT(write(file, bytes, PIECE), PIECE);
    }
    EXPECT(lseek(file, 0, SEEK_SET), 0);
    for (int place = 0; place < SIZE; place += PIECE) {
        EXPECT(read(file, bytes, PIECE), PIECE);
        for (int i = 0; i < PIECE; i++)
            EXPECT((unsigned char)bytes[i], (place + i) % 251);
    }
}

// Beyond the greatest length that a file may have.
static void too_long(void)
{
    int file = (int)MUST(open("file", O_RDWR | O_CREAT, 0644));

    EXPECT(ftruncate(file, INT64_MAX), -1);
    EXPECT_TRUE(errno == EFBIG || errno == EINVAL);
    if (lseek(file, INT64_MAX - 1, SEEK_SET) >= 0) {
        EXPECT(write(file, "xyz", 3), -1);
        EXPECT_TRUE(errno == EFBIG || errno == EINVAL);
    }
    EXPECT(file_length(file), 0);
}

const struct test tests_content[] = {
    {"content_offsets", offsets}, {"content_holes", holes},       {"content_set_length", set_length},
    {"content_big", big},         {"content_too_long", too_long}, {NULL, NULL},
};
