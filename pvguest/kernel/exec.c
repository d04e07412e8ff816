// SPDX-License-Identifier: MIT
// From a file to an image: the file is checked, its segments become regions whose pages are read when they
// are touched, and the arguments are on the stack. Until all of that is done the process goes on as it was.
#include "kernel/exec.h"

#include <errno.h>

#include "kernel/elf.h"
#include "kernel/interface.h"
#include "kernel/path.h"
#include "kernel/process.h"
#include "kernel/space.h"
#include "kernel/string.h"

// The first line of a script: `#!`, blanks, the interpreter's path, and perhaps one argument, with its
// blanks.
enum { SCRIPT_LINE = 128 };
struct script {
    char line[SCRIPT_LINE];
    const char *interpreter;
    const char *argument; // NULL: none
};

static int segment_map(struct space *space, struct node *file, const struct elf_segment *segment)
{
    struct region region = {
        .start = segment->start,
        .end = segment->end,
        .lowest = segment->start,
        .rights = PV_PAGE_USER,
        .file = segment->file_end > segment->start ? file : NULL,
        .file_offset = segment->file_offset,
        .file_end = segment->file_end,
    };

    if (segment->rights & ELF_WRITE)
        region.rights |= PV_PAGE_WRITE;
    if (segment->rights & ELF_EXECUTE)
        region.rights |= PV_PAGE_EXECUTE;
    if (segment->end > space->break_start)
        space->break_start = space->break_end = segment->end;
    return space_map(space, &region);
}

// Maps what one program header asks for. Returns 0, -ENOEXEC or -ENOMEM.
static int program_map(struct space *space, struct node *file, uint64_t offset)
{
    struct elf_program program;
    struct elf_segment segment;
    enum elf_kind kind = ELF_BAD;
    int error = 0;

    if (node_read_kernel(file, offset, &program, sizeof program))
        kind = elf_segment_read(&segment, &program, file->size, USER_LOW, USER_MAP_START);
    if (kind == ELF_SEGMENT)
        error = segment_map(space, file, &segment);
    return kind == ELF_BAD || (error && error != -ENOMEM) ? -ENOEXEC : error;
}

static int programs_map(struct space *space, struct node *file, const struct elf_header *header)
{
    uint64_t offset = header->program_offset;
    const struct region *entry;
    int error = 0;

    for (unsigned i = 0; i < header->program_count && !error; i++, offset += sizeof(struct elf_program))
        error = program_map(space, file, offset);
    entry = region_find(&space->regions, header->entry);
    if (!error && !(entry && entry->rights & PV_PAGE_EXECUTE))
        error = -ENOEXEC;
    return error;
}

static int stack_map(struct space *space)
{
    struct region stack = {
        .start = USER_STACK_TOP - PAGE_SIZE,
        .end = USER_STACK_TOP,
        .lowest = USER_STACK_TOP - USER_STACK_MAX,
        .rights = PV_PAGE_USER | PV_PAGE_WRITE,
    };

    return space_map(space, &stack);
}

// Fills an image whose space is empty.
static int image_fill(struct exec_image *image, struct node *file, const struct arguments *arguments)
{
    struct elf_header header;
    int64_t stack = 0;
    int error;

    if (!node_read_kernel(file, 0, &header, sizeof header) || !elf_header_good(&header))
        return -ENOEXEC;
    error = programs_map(image->space, file, &header);
    if (!error)
        error = stack_map(image->space);
    if (!error)
        stack = arguments_push(arguments, image->space);
    image->rip = header.entry;
    image->rsp = (uint64_t)stack;
    return stack < 0 ? (int)stack : error;
}

static int image_make(struct exec_image *image, struct node *file, const struct arguments *arguments)
{
    int error;

    image->space = space_create();
    if (!image->space)
        return -ENOMEM;
    error = image_fill(image, file, arguments);
    if (error)
        space_destroy(image->space);
    return error;
}

static char *blanks_skip(char *text)
{
    while (*text == ' ' || *text == '\t')
        text++;
    return text;
}

// Reads a script's first line. False: the file does not begin as one does.
static bool script_read(struct script *script, const struct node *file)
{
    size_t size = file->size < SCRIPT_LINE - 1 ? file->size : SCRIPT_LINE - 1;
    char *end;

    *script = (struct script){.argument = NULL};
    if (!node_read_kernel(file, 0, script->line, size) || strncmp(script->line, "#!", 2) != 0)
        return false;
    end = strchr(script->line, '\n');
    if (!end)
        return false;
    while (end[-1] == ' ' || end[-1] == '\t')
        end--;
    *end = '\0';
    end = blanks_skip(script->line + 2);
    script->interpreter = end;
    while (*end != '\0' && *end != ' ' && *end != '\t')
        end++;
    if (*end != '\0') {
        *end = '\0';
        script->argument = blanks_skip(end + 1);
    }
    return script->interpreter[0] != '\0';
}

// Puts what a script's first line says before its path, which takes the place of the first argument.
static int script_arguments(struct arguments *arguments, const struct script *script, const char *path)
{
    int error;

    arguments_remove_first(arguments);
    error = arguments_add_first(arguments, path);
    if (!error && script->argument)
        error = arguments_add_first(arguments, script->argument);
    return error ? error : arguments_add_first(arguments, script->interpreter);
}

// Finds a program, which is a regular file with the right to be executed, and holds it.
static int program_find(const char *path, struct node **file)
{
    int error = path_find(path, file);

    if (error)
        return error;
    if (node_is_regular(*file) && node_allows(*file, NODE_EXECUTE))
        return 0;
    node_put(*file);
    return -EACCES;
}

int exec_build(struct exec_image *image, const char *path, struct arguments *arguments)
{
    struct script script;
    struct node *file;
    int error = program_find(path, &file);

    if (error)
        return error;
    if (script_read(&script, file)) {
        node_put(file);
        error = script_arguments(arguments, &script, path);
        if (!error)
            error = program_find(script.interpreter, &file);
        if (error)
            return error;
    }
    error = image_make(image, file, arguments);
    node_put(file);
    return error;
}
