// SPDX-License-Identifier: MIT
// exec: the program of the current process is replaced once the new one is complete. And the first program.
#include <errno.h>

#include "kernel/exec.h"
#include "kernel/files.h"
#include "kernel/path.h"
#include "kernel/process.h"
#include "kernel/scheduler.h"
#include "kernel/string.h"
#include "kernel/syscall.h"
#include "kernel/user.h"
#include "pvops/context.h"
#include "pvops/kernel.h"

#define INIT_PATH "/bin/init"

// The last part of a path.
static const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash != NULL ? slash + 1 : path;
}

int64_t sys_exec(uint64_t path_address, uint64_t argv, uint64_t envp)
{
    char path[PATH_LIMIT];
    struct arguments arguments = {0};
    struct exec_image image;
    int64_t error = user_string(path, path_address, sizeof path);

    if (error < 0)
        return error;
    error = arguments_read(&arguments, argv, envp);
    if (error == 0)
        error = exec_build(&image, path, &arguments);
    arguments_free(&arguments);
    if (error != 0)
        return error;
    files_exec(process_running->files);
    process_replace(image.space, base_name(path), image.rip, image.rsp);
    return 0;
}

// Adds each word of a text, which blanks divide, to the arguments.
static int words_add(struct arguments *arguments, const char *words)
{
    char word[PATH_LIMIT];
    int error = 0;

    while (error == 0) {
        size_t length = 0;

        while (*words == ' ')
            words++;
        while (words[length] != '\0' && words[length] != ' ')
            length++;
        if (length == 0)
            break;
        text_copy(word, length < sizeof word ? length + 1 : sizeof word, words);
        words += length;
        error = arguments_add(arguments, word);
    }
    return error;
}

void process_start_init(const char *words)
{
    struct arguments arguments = {0};
    struct exec_image image;
    int error = 0;
    struct process *init = process_create("init", &error);

    if (init == NULL || arguments_add(&arguments, "init") != 0 || words_add(&arguments, words) != 0)
        kernel_panic("there is no memory for the first process");
    if (exec_build(&image, INIT_PATH, &arguments) != 0)
        kernel_panic(INIT_PATH " cannot be started");
    arguments_free(&arguments);
    init->files = files_create();
    init->cwd = node_get(path_root());
    if (init->files == NULL)
        kernel_panic("there is no memory for the first process");
    init->space = image.space;
    pv_frame_user(init->frame, image.rip, image.rsp);
    pv_fpu_init(init->fpu);
    scheduler_add(init);
}
