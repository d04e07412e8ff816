// SPDX-License-Identifier: MIT
// The names of jobs: %1, %sleep, %%, or a process number.
#include <stdlib.h>
#include <string.h>

#include "job.h"
#include "shell.h"

static struct job *job_last(void)
{
    struct job *job = jobs_all();

    while (job != NULL && job->next != NULL)
        job = job->next;
    return job;
}

static bool job_matches(const struct job *job, const char *name)
{
    char *end;
    long number = strtol(name + (*name == '%'), &end, 10);

    if (*name != '%')
        return job->count > 0 && job->processes[job->count - 1].process == number;
    if (name[1] != '\0' && *end == '\0')
        return job->number == number;
    return job->text != NULL && strncmp(job->text, name + 1, strlen(name + 1)) == 0;
}

struct job *job_find(const char *name)
{
    struct job *job = job_last();

    if (name != NULL && strcmp(name, "%%") != 0 && strcmp(name, "%+") != 0) {
        job = jobs_all();
        while (job != NULL && !job_matches(job, name))
            job = job->next;
    }
    if (job == NULL)
        shell_error("%s: no such job", name != NULL ? name : "current");
    return job;
}
