// SPDX-License-Identifier: MIT
/*
 * grub-mkrescue, with the few modules of GRUB that a test's image needs: a megabyte in a tenth of a second.
 */
#include "tests/boot/image.h"

#include <criterion/criterion.h>
#include <ftw.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* As many paths are valid at the same time. */
#define PATHS 64

static char scratch[64];

static char *path_new(void)
{
    static char paths[PATHS][PATH_MAX];
    static unsigned int next;

    return paths[next++ % PATHS];
}

static int remove_entry(const char *path, const struct stat *status, int kind, struct FTW *state)
{
    (void)status;
    (void)kind;
    (void)state;
    return remove(path);
}

static void scratch_remove(void)
{
    nftw(scratch, remove_entry, 8, FTW_DEPTH | FTW_PHYS);
}

static void scratch_make(void)
{
    strcpy(scratch, "/tmp/paravane-test.XXXXXX");
    cr_assert_not_null(mkdtemp(scratch), "no scratch folder in /tmp");
    atexit(scratch_remove);
}

const char *scratch_path(const char *file)
{
    char *path = path_new();

    if (scratch[0] == '\0')
        scratch_make();
    snprintf(path, PATH_MAX, "%s/%s", scratch, file);
    return path;
}

const char *build_path(const char *file)
{
    const char *build = getenv("PARAVANE_BUILD");
    char *path = path_new();

    snprintf(path, PATH_MAX, "%s/%s", build != NULL ? build : "build", file);
    return path;
}

/* A command line as GRUB's shell has to read it, so that the hypervisor sees it unchanged. */
static void write_quoted(FILE *config, const char *text)
{
    for (; *text != '\0'; text++) {
        if (strchr(";\"'\\${}|&<>#", *text) != NULL)
            fputc('\\', config);
        fputc(*text, config);
    }
}

static void write_config(const char *path, const char *options, const struct image_module *modules,
                         size_t count)
{
    FILE *config = fopen(path, "w");

    cr_assert_not_null(config, "cannot write %s", path);
    fputs("insmod vbe\nmultiboot2 /kernel.elf ", config);
    write_quoted(config, options);
    for (size_t i = 0; i < count; i++) {
        fprintf(config, "\nmodule2 /module%zu ", i);
        write_quoted(config, modules[i].options != NULL ? modules[i].options : "");
    }
    /* The text screen, which the monitor can read; multiboot2 itself sets another. */
    fputs("\nset gfxpayload=text\nboot\n", config);
    cr_assert(fclose(config) == 0, "cannot write %s", path);
}

char *file_read(const char *path, size_t *size)
{
    FILE *file = fopen(path, "r");
    char *bytes = NULL;
    long length;

    cr_assert_not_null(file, "cannot read %s: has it been built?", path);
    cr_assert(fseek(file, 0, SEEK_END) == 0 && (length = ftell(file)) >= 0);
    rewind(file);
    bytes = malloc((size_t)length + 1);
    cr_assert_not_null(bytes);
    *size = fread(bytes, 1, (size_t)length, file);
    fclose(file);
    return bytes;
}

static void write_bytes(const char *path, const void *bytes, size_t size)
{
    FILE *file = fopen(path, "w");

    cr_assert_not_null(file, "cannot write %s", path);
    fwrite(bytes, 1, size, file);
    cr_assert(fclose(file) == 0, "cannot write %s", path);
}

/* Puts a copy of a file, or the bytes, where grub-mkrescue finds them. */
static void place_module(const struct image_module *module, const char *name)
{
    size_t size = module->size;
    char *bytes = NULL;

    if (module->file != NULL)
        bytes = file_read(build_path(module->file), &size);
    write_bytes(scratch_path(name), bytes != NULL ? bytes : module->bytes, size);
    free(bytes);
}

static void run(const char *command)
{
    cr_assert(system(command) == 0, "failed: %s", command);
}

const char *image_make(const char *options, const struct image_module *modules, size_t count)
{
    const char *kernel = getenv("PARAVANE_HV");

    return image_make_of(kernel != NULL ? kernel : "hv.elf", options, modules, count);
}

const char *image_make_of(const char *kernel, const char *options, const struct image_module *modules,
                          size_t count)
{
    const char *image;
    char command[3 * PATH_MAX];

    snprintf(command, sizeof command, "mkdir -p %s", scratch_path("iso/boot/grub"));
    run(command);
    write_config(scratch_path("iso/boot/grub/grub.cfg"), options, modules, count);
    place_module(&(struct image_module){.file = kernel}, "iso/kernel.elf");
    for (size_t i = 0; i < count; i++) {
        char name[32];
        snprintf(name, sizeof name, "iso/module%zu", i);
        place_module(&modules[i], name);
    }
    image = scratch_path("test.iso");
    snprintf(command, sizeof command,
             "grub-mkrescue -d /usr/lib/grub/i386-pc --fonts= --locales= --themes= "
             "--install-modules='multiboot2 normal iso9660 biosdisk all_video vbe' "
             "-o %s %s >%s 2>&1",
             image, scratch_path("iso"), scratch_path("log"));
    if (system(command) != 0) {
        snprintf(command, sizeof command, "cat %s >&2", scratch_path("log"));
        run(command);
        cr_assert_fail("grub-mkrescue failed");
    }
    return image;
}
