// SPDX-License-Identifier: MIT
// Reader of ustar archives: headers of one block of 512 bytes, each followed by the blocks of its data; a
// block of zeros is the end.
#include "kernel/tar.h"

#include "kernel/string.h"

enum { BLOCK = 512, PERMISSIONS = 07777 };

struct header {
    char name[100];
    char mode[8];
    char user[8], group[8];
    char size[12];
    char modified[12];
    char checksum[8];
    char type;
    char link[100];
    char magic[6];
    char version[2];
    char names[64];
    char device[16];
    char prefix[155];
    char rest[12];
};
_Static_assert(sizeof(struct header) == BLOCK, "size of a header");

static bool tar_fail(struct tar *tar, const char *error)
{
    tar->error = error;
    return false;
}

static bool block_is_zero(const uint8_t *block)
{
    size_t i = 0;

    while (i < BLOCK && block[i] == 0)
        i++;
    return i == BLOCK;
}

// Reads octal digits that end with a space, a zero byte, or the field.
static bool octal_read(const char *field, size_t size, uint64_t *value)
{
    size_t i = 0;

    *value = 0;
    for (; i < size && field[i] != ' ' && field[i] != '\0'; i++) {
        if (field[i] < '0' || field[i] > '7')
            return false;
        *value = *value << 3 | (uint64_t)(field[i] - '0');
    }
    return i != 0;
}

// The sum of a header's bytes, with spaces in the place of the checksum.
static uint64_t checksum(const struct header *header)
{
    const uint8_t *bytes = (const uint8_t *)header;
    uint64_t sum = 0;

    for (size_t i = 0; i < BLOCK; i++)
        sum += bytes[i];
    for (size_t i = 0; i < sizeof(header->checksum); i++)
        sum += (uint64_t)' ' - (uint8_t)header->checksum[i];
    return sum;
}

// Joins prefix and name, neither of which has to end with a zero byte.
static void path_join(char path[TAR_PATH], const struct header *header)
{
    size_t prefix = strnlen(header->prefix, sizeof(header->prefix));
    size_t name = strnlen(header->name, sizeof(header->name));

    memcpy(path, header->prefix, prefix);
    if (prefix != 0)
        path[prefix++] = '/';
    memcpy(path + prefix, header->name, name);
    path[prefix + name] = '\0';
}
_Static_assert(TAR_PATH == sizeof(((struct header *)0)->prefix) + sizeof(((struct header *)0)->name) + 2,
               "prefix, slash, name and zero byte");

static bool fields_read(const struct header *header, struct tar_entry *entry)
{
    uint64_t mode;

    if (!octal_read(header->mode, sizeof(header->mode), &mode) ||
        !octal_read(header->size, sizeof(header->size), &entry->size) ||
        !octal_read(header->modified, sizeof(header->modified), &entry->modified))
        return false;
    entry->mode = (uint32_t)mode & PERMISSIONS;
    entry->type = header->type;
    if (entry->type == '\0')
        entry->type = TAR_FILE;
    path_join(entry->path, header);
    return true;
}

bool tar_next(struct tar *tar, struct tar_entry *entry)
{
    const struct header *header = (const struct header *)(tar->bytes + tar->offset);
    size_t left = tar->size - tar->offset;
    uint64_t sum;

    if (left < BLOCK)
        return tar_fail(tar, "it ends without its last block");
    if (block_is_zero(tar->bytes + tar->offset))
        return false;
    if (memcmp(header->magic, "ustar", sizeof(header->magic)) != 0 || memcmp(header->version, "00", 2) != 0)
        return tar_fail(tar, "a header is not of the format ustar");
    if (!octal_read(header->checksum, sizeof(header->checksum), &sum) || sum != checksum(header))
        return tar_fail(tar, "a header's checksum is wrong");
    if (!fields_read(header, entry))
        return tar_fail(tar, "a header has a number that is none");
    left -= BLOCK;
    if (entry->size > left || (entry->size + BLOCK - 1) / BLOCK * BLOCK > left)
        return tar_fail(tar, "a file's data are not all there");
    entry->data = tar->bytes + tar->offset + BLOCK;
    tar->offset += BLOCK + (entry->size + BLOCK - 1) / BLOCK * BLOCK;
    return true;
}
