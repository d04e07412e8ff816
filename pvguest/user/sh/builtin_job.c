// SPDX-License-Identifier: MIT
// Built-in commands about jobs: jobs, fg, bg, wait, kill.
#include <stdio.h>
#include <string.h>

#include "arena.h"
#include "builtin.h"
#include "execute.h"
#include "job.h"
#include "shell.h"

int builtin_jobs(int argc, char **argv)
{
    (void)argc;
    (void)argv;
    jobs_report(true);
    return STATUS_OK;
}

int builtin_fg(int argc, char **argv)
{
    struct job *job = job_find(argc > 1 ? argv[1] : NULL);

    if (job == NULL)
        return STATUS_ERROR;
    fprintf(stderr, "%s\n", job->text != NULL ? job->text : "");
    return job_foreground(job, true);
}

int builtin_bg(int argc, char **argv)
{
    struct job *job = job_find(argc > 1 ? argv[1] : NULL);

    if (job == NULL)
        return STATUS_ERROR;
    job_background(job, true);
    return STATUS_OK;
}

static struct job *running_find(void)
{
    struct job *job = jobs_all();

    while (job != NULL && (!job->background || job_state(job) == JOB_STOPPED))
        job = job->next;
    return job;
}

int builtin_wait(int argc, char **argv)
{
    int status = STATUS_OK;
    struct job *job;

    if (argc == 1) {
        while ((job = running_find()) != NULL && !shell_interrupted)
            job_wait(job);
        return STATUS_OK;
    }
    for (int i = 1; i < argc; i++) {
        job = job_find(argv[i]);
        status = job != NULL ? job_wait(job) : STATUS_NOT_FOUND;
    }
    return status;
}

// The process number of a job's group, as kill has it: negative.
static char *group_text(const char *name)
{
    const struct job *job = job_find(name);
    char text[16];

    if (job == NULL)
        return NULL;
    snprintf(text, sizeof text, "-%d", (int)job->group);
    return arena_text(text, strlen(text));
}

// The program kill does the work: it is given groups in place of jobs.
int builtin_kill(int argc, char **argv)
{
    char **arguments = arena_get(((size_t)argc + 2) * sizeof *arguments);
    int count = 0;

    arguments[count++] = "kill";
    if (argc > 1 && *argv[1] != '-')
        arguments[count++] = "-TERM";
    for (int i = 1; i < argc; i++) {
        arguments[count] = *argv[i] == '%' ? group_text(argv[i]) : argv[i];
        if (arguments[count++] == NULL)
            return STATUS_ERROR;
    }
    struct job *job = job_create("kill", strlen("kill"), 1);

    if (job_fork(job, false) == 0)
        execute_program(arguments);
    return job_foreground(job, false);
}
