// SPDX-License-Identifier: MIT
// Memory in the order of a stack, in chunks from malloc().
#include "arena.h"

#include <stdlib.h>
#include <string.h>

#include "shell.h"

#define CHUNK_SIZE ((size_t)4000)
#define ALIGNMENT  ((size_t)16)
#define TEXT_ROOM  ((size_t)48)

struct arena_chunk {
    struct arena_chunk *below;
    size_t size;
    _Alignas(16) char bytes[];
};

static struct arena_chunk *top;
static size_t top_used;

void *memory_get(size_t size)
{
    void *memory = malloc(size);

    if (memory == NULL) {
        shell_error("out of memory");
        shell_abort(STATUS_USAGE);
    }
    return memory;
}

char *memory_text(const char *text)
{
    size_t size = strlen(text) + 1;

    return memcpy(memory_get(size), text, size);
}

void *arena_get(size_t size)
{
    size = (size + ALIGNMENT - 1) & ~(ALIGNMENT - 1);
    if (top == NULL || top->size - top_used < size) {
        size_t chunk_size = size > CHUNK_SIZE ? size : CHUNK_SIZE;
        struct arena_chunk *chunk = memory_get(sizeof *chunk + chunk_size);

        chunk->below = top;
        chunk->size = chunk_size;
        top = chunk;
        top_used = 0;
    }
    void *memory = top->bytes + top_used;

    top_used += size;
    return memset(memory, 0, size);
}

char *arena_text(const char *text, size_t length)
{
    return memcpy(arena_get(length + 1), text, length);
}

struct arena_mark arena_mark(void)
{
    return (struct arena_mark){top, top_used};
}

// A chunk that was begun after the mark goes with all that is in it.
void arena_release(struct arena_mark mark)
{
    while (top != mark.chunk) {
        struct arena_chunk *chunk = top;

        top = chunk->below;
        free(chunk);
    }
    top_used = mark.used;
}

static void text_reserve(struct text *text, size_t more)
{
    if (text->room - text->length > more)
        return;
    size_t room = text->room * 2 > text->length + more + 1 ? text->room * 2 : text->length + more + TEXT_ROOM;
    char *bytes = arena_get(room);

    if (text->length > 0)
        memcpy(bytes, text->bytes, text->length);
    text->bytes = bytes;
    text->room = room;
}

void text_append(struct text *text, const char *bytes, size_t length)
{
    text_reserve(text, length);
    memcpy(text->bytes + text->length, bytes, length);
    text->length += length;
    text->bytes[text->length] = '\0';
}

void text_add(struct text *text, char c)
{
    text_append(text, &c, 1);
}

const char *text_string(const struct text *text)
{
    return text->bytes != NULL ? text->bytes : "";
}
