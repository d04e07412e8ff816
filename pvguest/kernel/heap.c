// SPDX-License-Identifier: MIT
// The kernel's heap. Objects of one size class share pages, each of which begins with a header that knows the
// free ones; larger objects are a page each. So an address that begins a page is such a page, and any other
// object's header is at the beginning of its page.
//
// A class keeps its pages that have room in a list. A page whose last object goes is given back at once, so
// that the number of frames in use says exactly whether something was forgotten.
#include "kernel/heap.h"

#include <stdint.h>

#include "kernel/frame.h"
#include "pvops/kernel.h"

enum { CLASSES = 8, GRAIN = 64, HEADER_SIZE = 64 };

// A free object.
struct object {
    struct object *next;
};

struct heap_page {
    struct heap_page *next, *previous; // pages of the class that have room
    struct object *free;
    uint16_t fresh; // offset of the first object that was never used
    uint16_t used;  // objects
    uint16_t class;
};
_Static_assert(sizeof(struct heap_page) <= HEADER_SIZE, "objects begin after the header");

// Chosen such that whole objects fill a page without its header. All but the first are multiples of GRAIN.
static const uint16_t sizes[CLASSES] = {32, 64, 128, 256, 448, 960, 1344, 1984};

static struct heap_page *roomy[CLASSES];

static unsigned class_of(size_t size)
{
    unsigned class = 0;

    while (class < CLASSES && sizes[class] < size)
        class ++;
    return class;
}

static void page_link(struct heap_page *page)
{
    page->previous = NULL;
    page->next = roomy[page->class];
    if (page->next)
        page->next->previous = page;
    roomy[page->class] = page;
}

static void page_unlink(struct heap_page *page)
{
    if (page->next)
        page->next->previous = page->previous;
    if (page->previous)
        page->previous->next = page->next;
    else
        roomy[page->class] = page->next;
}

static void *frame_take(void)
{
    uint64_t frame = frame_allocate();

    if (frame == 0)
        return NULL;
    return frame_pointer(frame);
}

static void frame_give_back(const void *page)
{
    frame_put(frame_of(page));
}

static struct heap_page *page_create(unsigned class)
{
    struct heap_page *page = frame_take();

    if (page) {
        *page = (struct heap_page){.fresh = HEADER_SIZE, .class = (uint16_t) class};
        page_link(page);
    }
    return page;
}

static bool page_is_full(const struct heap_page *page)
{
    return !page->free && page->fresh + sizes[page->class] > PAGE_SIZE;
}

static void *object_take(struct heap_page *page)
{
    struct object *object = page->free;

    if (object) {
        page->free = object->next;
    } else {
        object = (struct object *)((char *)page + page->fresh);
        page->fresh += sizes[page->class];
    }
    page->used++;
    if (page_is_full(page))
        page_unlink(page);
    return object;
}

static void *page_allocate(void)
{
    void *page = frame_take();

    if (page)
        page_clear(page);
    return page;
}

void *heap_allocate(size_t size)
{
    unsigned class = class_of(size);
    struct heap_page *page;

    if (class == CLASSES)
        return size <= PAGE_SIZE ? page_allocate() : NULL;
    page = roomy[class] ? roomy[class] : page_create(class);
    return page ? memset(object_take(page), 0, sizes[class]) : NULL;
}

static void object_give_back(struct heap_page *page, struct object *object)
{
    if (page_is_full(page))
        page_link(page);
    object->next = page->free;
    page->free = object;
    page->used--;
    if (page->used == 0) {
        page_unlink(page);
        frame_give_back(page);
    }
}

void heap_free(void *object)
{
    uintptr_t offset = (uintptr_t)object % PAGE_SIZE;

    if (!object)
        return;
    if (offset == 0)
        frame_give_back(object);
    else
        object_give_back((struct heap_page *)((char *)object - offset), object);
}
