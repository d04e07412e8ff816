// SPDX-License-Identifier: MIT
/*
 * What most boot tests begin with: an image with a few guests, booted, and a look at whether a guest is well.
 */
#ifndef PV_TESTS_BOOT_SCENE_H
#define PV_TESTS_BOOT_SCENE_H

#include "abi/call.h"
#include "tests/boot/image.h"
#include "tests/boot/machine.h"

/* A list of modules, as two arguments. */
#define MODULES(...)                                                                                         \
    (const struct image_module[]){__VA_ARGS__},                                                              \
        sizeof((const struct image_module[]){__VA_ARGS__}) / sizeof(struct image_module)

/* The kernel of commands as a module, with those that it runs first; both are string literals. */
#define KERNEL(name, commands)                                                                               \
    {                                                                                                        \
        .file = "guests/monitor.elf", .options = "name=" name " mem=16M -- " commands                        \
    }
#define TRAP_KERNEL(name, commands)                                                                          \
    {                                                                                                        \
        .file = "guests/monitor.elf", .options = "name=" name " mem=16M mode=trap -- " commands              \
    }

/* A test guest as a module. */
#define TEST_GUEST(guest, arguments)                                                                         \
    {                                                                                                        \
        .file = "guests/" guest ".elf", .options = "name=" guest " mem=4M -- " arguments                     \
    }

/* What the hypervisor says first. */
#define SCENE_DIGITS(number) #number
#define SCENE_NUMBER(macro)  SCENE_DIGITS(macro)
#define SCENE_VERSION        SCENE_NUMBER(PV_VERSION_MAJOR) "." SCENE_NUMBER(PV_VERSION_MINOR)
#define SCENE_BANNER         "(pv) Paravane " SCENE_VERSION ", "

/* Boots an image with these hypervisor options and modules on the usual machine. */
struct machine *scene_boot(const char *options, const struct image_module *modules, size_t count);

/* The same with one processor, for what guests do to one another there and what the monitor sees of it. */
struct machine *scene_boot_alone(const char *options, const struct image_module *modules, size_t count);

/* The same on a machine that differs; the image of the options is filled in here. */
struct machine *scene_boot_on(struct machine_options machine, const char *options,
                              const struct image_module *modules, size_t count);

/* Has the kernel of commands of this name say a word, after the key has given it the keyboard. */
void scene_answers(struct machine *machine, char key, const char *name);

/* The same of the toy Unix, whose shell has to be in /home. */
void scene_shell_answers(struct machine *machine, char key, const char *name);

/* Types a command at the prompt of the guest that has the keyboard; the prompt without its "$ ". */
void scene_command(struct machine *machine, const char *prompt, const char *command);

/* Types a command at the prompt of the hypervisor's console, and leaves the keyboard there. */
void scene_order(struct machine *machine, const char *command);

/* Waits until the test guest under this name has reported a success of this test, and has ended. */
void scene_succeeds(struct machine *machine, const char *name, const char *test);

/* The lines of a guest after its greeting, joined, without the prefix that they all have. */
void scene_results(struct machine *machine, const char *prefix, char *results, size_t size);

/* Waits until the last guest has ended and the machine has powered off, with every frame returned; frees it.
 */
void scene_ends(struct machine *machine);

#endif
