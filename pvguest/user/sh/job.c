// SPDX-License-Identifier: MIT
// Jobs, and the one place that waits for children.
#include "job.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "arena.h"
#include "shell.h"
#include "tty.h"

static struct job *jobs;
static bool control; // of jobs

// What an interactive shell does not take from the terminal, and its children do again.
static const int kept_away[] = {SIGQUIT, SIGTSTP, SIGTTIN, SIGTTOU, SIGTERM};

static void interrupted(int signal)
{
    (void)signal;
    shell_interrupted = 1;
}

void jobs_start(void)
{
    struct sigaction action = {.sa_handler = interrupted};

    for (size_t i = 0; i < sizeof kept_away / sizeof *kept_away; i++)
        signal(kept_away[i], SIG_IGN);
    sigaction(SIGINT, &action, NULL); // without SA_RESTART: waits and reads end
    control = true;
    if (getpgrp() != getpid())
        setpgid(0, 0);
    tcsetpgrp(STDIN_FILENO, getpid());
    tty_mode_set(STDIN_FILENO, TTY_USUAL);
}

struct job *jobs_all(void)
{
    return jobs;
}

void jobs_forget(void)
{
    jobs = NULL;
}

struct job *job_create(const char *text, size_t length, size_t room)
{
    struct job *job = memory_get(sizeof *job + room * sizeof *job->processes);
    struct job **link = &jobs;
    int number = 1;

    *job = (struct job){.text = strndup(text, length), .room = room};
    for (; *link != NULL && (*link)->number == number; number++)
        link = &(*link)->next;
    job->number = number;
    job->next = *link;
    *link = job;
    return job;
}

static void job_forget(struct job *job)
{
    struct job **link = &jobs;

    while (*link != job)
        link = &(*link)->next;
    *link = job->next;
    free(job->text);
    free(job);
}

// Both parent and child do this, so that it is done before either goes on.
static void group_join(struct job *job, pid_t process, bool background)
{
    pid_t group = job->group != 0 ? job->group : process;

    setpgid(process, group);
    if (!background)
        tcsetpgrp(STDIN_FILENO, group);
}

static void child_start(struct job *job, bool background)
{
    if (control) {
        group_join(job, getpid(), background);
        for (size_t i = 0; i < sizeof kept_away / sizeof *kept_away; i++)
            signal(kept_away[i], SIG_DFL);
        signal(SIGINT, SIG_DFL);
    } else if (background) {
        int null = open("/dev/null", O_RDONLY);

        signal(SIGINT, SIG_IGN);
        signal(SIGQUIT, SIG_IGN);
        if (null > 0) {
            dup2(null, STDIN_FILENO);
            close(null);
        }
    }
    control = false;
    shell.interactive = false;
    shell.child = true;
    jobs_forget();
}

// A child is its terminal's foreground before it has let go of the shell's handlers. What is typed meanwhile
// waits, and is then the child's.
static void terminal_signals_hold(sigset_t *before)
{
    sigset_t set;

    sigemptyset(&set);
    sigaddset(&set, SIGINT);
    for (size_t i = 0; i < sizeof kept_away / sizeof *kept_away; i++)
        sigaddset(&set, kept_away[i]);
    sigprocmask(SIG_BLOCK, &set, before);
}

pid_t job_fork(struct job *job, bool background)
{
    sigset_t before;

    fflush(NULL);
    terminal_signals_hold(&before);
    pid_t process = fork();

    if (process == 0)
        child_start(job, background);
    else if (process > 0 && control)
        group_join(job, process, background);
    sigprocmask(SIG_SETMASK, &before, NULL);
    if (process == 0)
        return 0;
    if (process < 0) {
        shell_error("fork: %s", strerror(errno));
        return -1;
    }
    if (job->group == 0)
        job->group = process;
    if (job->count < job->room)
        job->processes[job->count++] = (struct job_process){.process = process, .state = JOB_RUNNING};
    return process;
}

enum job_state job_state(const struct job *job)
{
    enum job_state state = JOB_DONE;

    for (size_t i = 0; i < job->count; i++) {
        if (job->processes[i].state == JOB_RUNNING)
            return JOB_RUNNING;
        if (job->processes[i].state == JOB_STOPPED)
            state = JOB_STOPPED;
    }
    return state;
}

static void process_changed(pid_t process, int status)
{
    for (struct job *job = jobs; job != NULL; job = job->next) {
        for (size_t i = 0; i < job->count; i++) {
            if (job->processes[i].process != process)
                continue;
            job->processes[i].state = WIFSTOPPED(status) ? JOB_STOPPED : JOB_DONE;
            job->processes[i].status = status;
        }
    }
}

// Takes in what happened to one child; false if nothing did (or a signal came first).
static bool children_wait(int options)
{
    int status;
    pid_t process = waitpid(-1, &status, WUNTRACED | options);

    if (process > 0)
        process_changed(process, status);
    return process > 0;
}

// The status of a job is that of its last process.
static int job_status(const struct job *job)
{
    if (job->count == 0)
        return STATUS_ERROR;
    int status = job->processes[job->count - 1].status;

    if (WIFEXITED(status))
        return WEXITSTATUS(status);
    return STATUS_SIGNAL + (WIFSTOPPED(status) ? WSTOPSIG(status) : WTERMSIG(status));
}

// No child is left of what a job waits for: somebody else took it in.
static void job_lost(struct job *job)
{
    for (size_t i = 0; i < job->count; i++)
        job->processes[i].state = JOB_DONE;
}

static void job_continue(struct job *job)
{
    for (size_t i = 0; i < job->count; i++) {
        if (job->processes[i].state == JOB_STOPPED)
            job->processes[i].state = JOB_RUNNING;
    }
    killpg(job->group, SIGCONT);
}

// The person sees why a job ended that did not end by itself.
static void ending_tell(const struct job *job)
{
    int status = job->processes[job->count - 1].status;

    if (!WIFSIGNALED(status))
        return;
    if (WTERMSIG(status) == SIGINT)
        shell_interrupted = 1;
    else if (WTERMSIG(status) != SIGPIPE)
        fprintf(stderr, "%s\n", strsignal(WTERMSIG(status)));
}

int job_foreground(struct job *job, bool proceed)
{
    job->background = false;
    if (control)
        tcsetpgrp(STDIN_FILENO, job->group);
    // What was typed when the shell had looked for the last time is meant for the job.
    if (control && shell_interrupted)
        killpg(job->group, SIGINT);
    if (proceed)
        job_continue(job);
    while (job_state(job) == JOB_RUNNING) {
        if (!children_wait(0) && errno == ECHILD)
            job_lost(job);
    }
    int status = job_status(job);

    if (control) {
        tcsetpgrp(STDIN_FILENO, getpgrp());
        tty_mode_set(STDIN_FILENO, TTY_USUAL);
        if (job->count > 0 && job_state(job) == JOB_DONE)
            ending_tell(job);
    }
    if (job_state(job) == JOB_STOPPED) {
        job->background = true;
        job_print(job);
    } else {
        job_forget(job);
    }
    return status;
}

void job_background(struct job *job, bool proceed)
{
    if (job->count == 0) {
        job_forget(job);
        return;
    }
    job->background = true;
    shell.last_background = job->processes[job->count - 1].process;
    if (proceed)
        job_continue(job);
    if (control)
        fprintf(stderr, "[%d] %d\n", job->number, (int)shell.last_background);
}

int job_wait(struct job *job)
{
    while (job_state(job) == JOB_RUNNING) {
        if (shell_interrupted)
            return STATUS_SIGNAL + SIGINT;
        if (!children_wait(0) && errno == ECHILD)
            job_lost(job);
    }
    int status = job_status(job);

    if (job_state(job) == JOB_DONE)
        job_forget(job);
    return status;
}

void job_print(const struct job *job)
{
    static const char *const states[] = {
        [JOB_RUNNING] = "running", [JOB_STOPPED] = "stopped", [JOB_DONE] = "done"};

    fprintf(stderr, "[%d] %-8s %s\n", job->number, states[job_state(job)],
            job->text != NULL ? job->text : "");
}

void jobs_report(bool all)
{
    struct job *next;

    while (children_wait(WNOHANG))
        continue;
    for (struct job *job = jobs; job != NULL; job = next) {
        bool done = job_state(job) == JOB_DONE;

        next = job->next;
        if (!job->background)
            continue;
        if (all || (done && control))
            job_print(job);
        if (done)
            job_forget(job);
    }
}
