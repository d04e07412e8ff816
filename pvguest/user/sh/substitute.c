// SPDX-License-Identifier: MIT
// Command substitution: a child runs the command, and what it prints is read from a pipe.
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "field.h"
#include "job.h"
#include "shell.h"

// What a command may print; more of it than any argument can hold would only use up memory.
#define OUTPUT_LIMIT (1UL << 20)

static _Noreturn void output_child(const char *command, const int files[2])
{
    dup2(files[1], STDOUT_FILENO);
    close(files[0]);
    close(files[1]);
    shell_exit(shell_run_text(command));
}

// Zeros cannot be in an argument and are left out. False if there is too much.
static bool output_read(struct text *output, int file)
{
    char bytes[512];
    ssize_t length;

    while ((length = read(file, bytes, sizeof bytes)) > 0 || (length < 0 && errno == EINTR)) {
        for (ssize_t i = 0; i < length; i++) {
            if (bytes[i] != '\0')
                text_add(output, bytes[i]);
        }
        if (output->length > OUTPUT_LIMIT)
            return false;
    }
    return true;
}

const char *command_output(const char *command)
{
    struct text output = {0};
    int files[2];

    if (pipe(files) < 0) {
        shell_error("pipe: %s", strerror(errno));
        shell_abort(STATUS_ERROR);
    }
    struct job *job = job_create(command, strlen(command), 1);
    pid_t process = job_fork(job, false);

    if (process == 0)
        output_child(command, files);
    close(files[1]);
    bool fits = process < 0 || output_read(&output, files[0]);

    close(files[0]);
    shell.status = job_foreground(job, false);
    shell.substituted = true;
    if (!fits) {
        shell_error("a command printed more than %lu bytes", OUTPUT_LIMIT);
        shell_abort(STATUS_ERROR);
    }
    while (output.length > 0 && output.bytes[output.length - 1] == '\n')
        output.bytes[--output.length] = '\0';
    return text_string(&output);
}
