// SPDX-License-Identifier: MIT
// The bytes of a regular file. Pages are found through CONTENT_TABLES tables of CONTENT_TABLE pages each, and
// both appear when they are first written. Trusts its callers with numbers: they are below the limit.
#include "kernel/content.h"

#include "kernel/frame.h"

// Files leave this part of memory to programs.
enum { MEMORY_PART = 16 };

const uint8_t content_zeros[PAGE_SIZE];

bool content_room(void)
{
    return frame_count_free() > frame_count_total() / MEMORY_PART;
}

static void *page_allocate(void)
{
    uint64_t frame = content_room() ? frame_allocate() : 0;
    void *page = frame != 0 ? frame_pointer(frame) : NULL;

    if (page != NULL)
        page_clear(page);
    return page;
}

static void page_free(void *page)
{
    if (page != NULL)
        frame_put(frame_of(page));
}

const uint8_t *content_page(const struct content *content, uint64_t number)
{
    uint8_t *const *table = content->tables[number / CONTENT_TABLE];

    if (content->image != NULL)
        return content->image + number * PAGE_SIZE;
    return table != NULL ? table[number % CONTENT_TABLE] : NULL;
}

uint8_t *content_page_writable(struct content *content, uint64_t number)
{
    uint8_t ***table = &content->tables[number / CONTENT_TABLE];
    uint8_t **page;

    if (*table == NULL)
        *table = page_allocate();
    if (*table == NULL)
        return NULL;
    page = &(*table)[number % CONTENT_TABLE];
    if (*page == NULL) {
        *page = page_allocate();
        content->pages += *page != NULL;
    }
    return *page;
}

bool content_own(struct content *content, uint64_t size)
{
    struct content own = {.image = NULL};

    if (content->image == NULL)
        return true;
    for (uint64_t done = 0; done < size; done += PAGE_SIZE) {
        uint8_t *page = content_page_writable(&own, done / PAGE_SIZE);

        if (page == NULL) {
            content_cut(&own, 0);
            return false;
        }
        memcpy(page, content->image + done, size - done < PAGE_SIZE ? size - done : PAGE_SIZE);
    }
    *content = own;
    return true;
}

// Drops the pages of a table from one on; the table, too, if that is the first.
static void table_cut(struct content *content, unsigned number, unsigned first)
{
    uint8_t **table = content->tables[number];

    for (unsigned i = first; i < CONTENT_TABLE; i++) {
        content->pages -= table[i] != NULL;
        page_free(table[i]);
        table[i] = NULL;
    }
    if (first == 0) {
        page_free((void *)table);
        content->tables[number] = NULL;
    }
}

void content_cut(struct content *content, uint64_t offset)
{
    uint64_t first = (offset + PAGE_SIZE - 1) / PAGE_SIZE;
    uint8_t *last = NULL;

    if (content->image != NULL) {
        content->image = NULL;
        return;
    }
    if (offset % PAGE_SIZE != 0)
        last = (uint8_t *)content_page(content, offset / PAGE_SIZE);
    if (last != NULL)
        memset(last + offset % PAGE_SIZE, 0, PAGE_SIZE - offset % PAGE_SIZE);
    for (unsigned i = (unsigned)(first / CONTENT_TABLE); i < CONTENT_TABLES; i++) {
        if (content->tables[i] != NULL)
            table_cut(content, i, i == first / CONTENT_TABLE ? first % CONTENT_TABLE : 0);
    }
}
