// SPDX-License-Identifier: MIT
/*
 * Small boot images for one test each: GRUB for the BIOS, the hypervisor with options, and modules.
 */
#ifndef PV_TESTS_BOOT_IMAGE_H
#define PV_TESTS_BOOT_IMAGE_H

#include <stddef.h>

/* One module of an image. */
struct image_module {
    const char *file;    /* in the build folder, as "guest.elf"; or NULL for the bytes that follow */
    const void *bytes;   /* what the file shall hold, when it has no name */
    size_t size;         /* of bytes */
    const char *options; /* its command line as the hypervisor is to see it; NULL for an empty one */
};

/*
 * Makes an image that boots the hypervisor with these options and modules at once, without a menu, and
 * returns its path. It lies in a folder of the test's own, which is removed when the test's process ends; the
 * next image takes its place. Another hypervisor than hv.elf of the build folder is what PARAVANE_HV names
 * there.
 */
const char *image_make(const char *options, const struct image_module *modules, size_t count);

/* The same with another kernel than the hypervisor, by its name in the build folder. */
const char *image_make_of(const char *kernel, const char *options, const struct image_module *modules,
                          size_t count);

/* The path of a file in the build folder, which the environment variable PARAVANE_BUILD names; soon reused.
 */
const char *build_path(const char *file);

/* Reads a whole file; the caller frees it. Fails the test when it cannot. */
char *file_read(const char *path, size_t *size);

/* The path of a file in the test's own folder; soon reused. */
const char *scratch_path(const char *file);

#endif
