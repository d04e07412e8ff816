// SPDX-License-Identifier: MIT
/*
 * Jobs: the processes of a pipeline, or the one of another command. With job control (an interactive shell,
 * but none of its children) each is a process group, and the one in the foreground has the terminal.
 */
#ifndef PV_USER_SH_JOB_H
#define PV_USER_SH_JOB_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

enum job_state { JOB_RUNNING, JOB_STOPPED, JOB_DONE };

struct job {
    struct job *next; // in the order of their numbers
    int number;       // from 1
    pid_t group;      // also the first process; 0 as long as there is none
    bool background;  // that it ended is told when it has
    char *text;       // of the command
    size_t count;     // of processes
    size_t room;
    struct job_process {
        pid_t process;
        enum job_state state;
        int status; // as from wait()
    } processes[];
};

// Takes over the terminal for an interactive shell, and keeps away from it what would stop or end the shell.
void jobs_start(void);

// A job without processes, for up to `room` of them.
struct job *job_create(const char *text, size_t length, size_t room);

// Adds a process to a job: as fork(). In the child signals do what they do in programs; a background job's
// child without job control reads nothing and is not interrupted. -1: the reason was printed.
pid_t job_fork(struct job *job, bool background);

// Lets a job have the terminal (continuing it if it had stopped) and waits for its end, or for it to be
// stopped. Returns its status. A job that ended is forgotten.
int job_foreground(struct job *job, bool proceed);

// Leaves a job that was started, or had stopped, in the background.
void job_background(struct job *job, bool proceed);

// Waits for a job that stays in the background. Returns its status, or STATUS_SIGNAL + SIGINT if Ctrl-C was
// typed.
int job_wait(struct job *job);

// Tells about all background jobs, or those that have ended, and forgets the latter.
void jobs_report(bool all);

// Prints the line of a job as `jobs` does.
void job_print(const struct job *job);

enum job_state job_state(const struct job *job);
struct job *jobs_all(void);

// The job that %N, %TEXT or a process number names; NULL names the last one. NULL and a message if there is
// none.
struct job *job_find(const char *name);

// Gives up the jobs of the parent, in a child that runs a part of a command itself.
void jobs_forget(void);

#endif
