// SPDX-License-Identifier: MIT
// The texts that a new program is given. They lie one after the other, over as many pages as they need, and
// may cross from one to the next; `starts` says where each begins, in the order in which the program sees
// them.
#include "kernel/arguments.h"

#include <errno.h>

#include "kernel/heap.h"
#include "kernel/interface.h"
#include "kernel/space.h"
#include "kernel/string.h"
#include "kernel/user.h"

_Static_assert(ARGUMENTS_BYTES <= UINT16_MAX + 1, "a start has 16 bits");
_Static_assert(ARGUMENTS_TEXTS * sizeof(uint16_t) <= PAGE_SIZE, "the starts are one object of the heap");

static unsigned texts(const struct arguments *arguments)
{
    return arguments->count + arguments->environment_count;
}

// The page that the next byte goes to, made if it is missing. Returns 0, -E2BIG or -ENOMEM.
static int page_need(struct arguments *arguments, char **page)
{
    size_t number = arguments->used / PAGE_SIZE;

    if (number == ARGUMENTS_PAGES)
        return -E2BIG;
    if (!arguments->pages[number])
        arguments->pages[number] = heap_allocate(PAGE_SIZE);
    *page = arguments->pages[number];
    return *page ? 0 : -ENOMEM;
}

// Makes room for one more text's start, which is at the end of all bytes.
static int start_need(struct arguments *arguments)
{
    if (!arguments->starts)
        arguments->starts = heap_allocate(ARGUMENTS_TEXTS * sizeof(uint16_t));
    if (!arguments->starts)
        return -ENOMEM;
    return texts(arguments) < ARGUMENTS_TEXTS && arguments->used < ARGUMENTS_BYTES ? 0 : -E2BIG;
}

// Appends a text of the kernel's to the bytes.
static int text_append(struct arguments *arguments, const char *text)
{
    size_t size = strlen(text) + 1;
    char *page;

    while (size > 0) {
        size_t offset = arguments->used % PAGE_SIZE;
        size_t part = size < PAGE_SIZE - offset ? size : PAGE_SIZE - offset;
        int error = page_need(arguments, &page);

        if (error)
            return error;
        memcpy(page + offset, text, part);
        arguments->used += part;
        text += part;
        size -= part;
    }
    return 0;
}

// Appends a text of the current process's.
static int text_append_user(struct arguments *arguments, uint64_t text)
{
    char *page;

    for (;;) {
        size_t offset = arguments->used % PAGE_SIZE;
        int error = page_need(arguments, &page);

        if (error)
            return error;
        int64_t length = user_string(page + offset, text, PAGE_SIZE - offset);

        if (length >= 0) {
            arguments->used += (size_t)length + 1;
            return 0;
        }
        if (length != -ENAMETOOLONG)
            return (int)length;
        arguments->used += PAGE_SIZE - offset;
        text += PAGE_SIZE - offset;
    }
}

int arguments_add(struct arguments *arguments, const char *text)
{
    size_t start = arguments->used;
    int error = start_need(arguments);

    if (!error)
        error = text_append(arguments, text);
    if (error)
        return error;
    arguments->starts[arguments->count++] = (uint16_t)start;
    return 0;
}

// Adds the texts of a user's vector behind all others; *count is how many of this kind there are.
static int vector_read(struct arguments *arguments, uint64_t vector, unsigned *count)
{
    uint64_t text;

    for (; vector != 0; vector += sizeof text) {
        size_t start = arguments->used;
        int error = user_read(&text, vector, sizeof text) ? 0 : -EFAULT;

        if (error || text == 0)
            return error;
        error = start_need(arguments);
        if (!error)
            error = text_append_user(arguments, text);
        if (error)
            return error;
        arguments->starts[texts(arguments)] = (uint16_t)start;
        ++*count;
    }
    return 0;
}

int arguments_read(struct arguments *arguments, uint64_t argv, uint64_t envp)
{
    int error = vector_read(arguments, argv, &arguments->count);

    return error ? error : vector_read(arguments, envp, &arguments->environment_count);
}

int arguments_add_first(struct arguments *arguments, const char *text)
{
    size_t start = arguments->used;
    int error = start_need(arguments);

    if (!error)
        error = text_append(arguments, text);
    if (error)
        return error;
    memmove(arguments->starts + 1, arguments->starts, texts(arguments) * sizeof(uint16_t));
    arguments->starts[0] = (uint16_t)start;
    arguments->count++;
    return 0;
}

void arguments_remove_first(struct arguments *arguments)
{
    if (arguments->count == 0)
        return;
    memmove(arguments->starts, arguments->starts + 1, (texts(arguments) - 1) * sizeof(uint16_t));
    arguments->count--;
}

static bool bytes_push(const struct arguments *arguments, struct space *space, uint64_t address)
{
    for (size_t done = 0; done < arguments->used; done += PAGE_SIZE) {
        size_t rest = arguments->used - done;

        if (!space_write(space, address + done, arguments->pages[done / PAGE_SIZE],
                         rest < PAGE_SIZE ? rest : PAGE_SIZE))
            return false;
    }
    return true;
}

// Writes pointers to `count` texts, and a null pointer. Returns the address behind it, or 0.
static uint64_t vector_push(struct space *space, uint64_t address, uint64_t bytes, const uint16_t *starts,
                            unsigned count)
{
    for (unsigned i = 0; i <= count; i++, address += sizeof(uint64_t)) {
        uint64_t text = i < count ? bytes + starts[i] : 0;

        if (!space_write(space, address, &text, sizeof text))
            return 0;
    }
    return address;
}

int64_t arguments_push(const struct arguments *arguments, struct space *space)
{
    uint64_t count = arguments->count;
    uint64_t bytes = USER_STACK_TOP - arguments->used;
    // The count, and two vectors that each end with a null pointer.
    uint64_t stack = (bytes - (texts(arguments) + 3) * sizeof(uint64_t)) & ~(uint64_t)15;
    uint64_t at = stack + sizeof count;

    if (!bytes_push(arguments, space, bytes) || !space_write(space, stack, &count, sizeof count))
        return -ENOMEM;
    at = vector_push(space, at, bytes, arguments->starts, arguments->count);
    if (at == 0 ||
        vector_push(space, at, bytes, arguments->starts + count, arguments->environment_count) == 0)
        return -ENOMEM;
    return (int64_t)stack;
}

void arguments_free(struct arguments *arguments)
{
    for (size_t i = 0; i < ARGUMENTS_PAGES; i++)
        heap_free(arguments->pages[i]);
    heap_free(arguments->starts);
    *arguments = (struct arguments){0};
}
