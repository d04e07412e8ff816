// SPDX-License-Identifier: MIT
// usertests: tries every system call, with its errors, and what user mode must not be able to do.
//
//     usertests [-l] [NAME...]    -l lists the tests; without names all of them run
//
// One line a test, and one for all of them; the status is 0 when all have passed, 2 when there is no test of
// a name, and then none runs. Nothing that is printed depends on the machine, so that its output can be
// compared between machines.
#include "test.h"
#include "helper.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define FOLDER "/tmp/usertests"

// The longest that a test may take. It is for those that hang.
enum { SECONDS_LIMIT = 120 };

const char *test_name = "usertests";
const char *test_program = "/bin/usertests";

static const struct test *const groups[] = {
    tests_process,    tests_fork,      tests_group,  tests_exec,     tests_elf,       tests_signal,
    tests_action,     tests_interrupt, tests_stop,   tests_frame,    tests_fault,     tests_privileged,
    tests_pointer,    tests_pipe,      tests_file,   tests_content,  tests_directory, tests_name,
    tests_descriptor, tests_device,    tests_memory, tests_register, tests_fpu,       tests_base,
    tests_time,       tests_info,      tests_limit,  tests_exhaust,  tests_garbage,   NULL};

static pid_t running;
static volatile sig_atomic_t late;

static void running_end(int number)
{
    (void)number;
    late = 1;
    kill(-running, SIGKILL);
    kill(running, SIGKILL);
}

static void line_print(const char *name, const char *text)
{
    printf("usertests: %s %s\n", name, text);
    fflush(stdout);
}

static void folder_remove(const char *path);

static void entry_remove(const char *folder, const char *name)
{
    char path[512];

    snprintf(path, sizeof path, "%s/%s", folder, name);
    chmod(path, 0755);
    if (unlink(path) != 0)
        folder_remove(path);
}

// Removes a folder with all that is in it. Entries may be passed over while others go, so it is read until it
// is empty.
static void folder_remove(const char *path)
{
    bool found = true;

    while (found) {
        DIR *folder = opendir(path);
        struct dirent *entry;

        found = false;
        if (folder == NULL)
            return;
        while (!found && (entry = readdir(folder)) != NULL) {
            found = strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0;
            if (found)
                entry_remove(path, entry->d_name);
        }
        closedir(folder);
    }
    rmdir(path);
}

static _Noreturn void test_run(const struct test *test)
{
    test_name = test->name;
    setpgid(0, 0);
    handler_set(SIGALRM, SIG_DFL, 0);
    MUST(chdir(FOLDER));
    test->run();
    _exit(0);
}

// Waits for the test at most as long as it may take, and for nobody whom it left behind.
static bool test_passes(const struct test *test)
{
    int status = -1;

    late = 0;
    mkdir("/tmp", 0777);
    mkdir(FOLDER, 0777);
    running = (pid_t)MUST(fork());
    if (running == 0)
        test_run(test);
    setpgid(running, running);
    alarm(SECONDS_LIMIT);
    while (waitpid(running, &status, 0) < 0 && errno == EINTR)
        continue;
    alarm(0);
    kill(-running, SIGKILL);
    folder_remove(FOLDER);
    if (late)
        line_print(test->name, "FAILED: it takes too long");
    else if (WIFSIGNALED(status))
        line_print(test->name, "FAILED: a signal ended it");
    else if (status == 0)
        line_print(test->name, "ok");
    return status == 0;
}

static bool is_chosen(const struct test *test, char **names)
{
    bool all = *names == NULL;

    for (; *names != NULL && !all; names++)
        all = strcmp(*names, test->name) == 0;
    return all;
}

// Whether every name is one of a test's. The first that is not is said.
static bool names_exist(char **names)
{
    for (; *names != NULL; names++) {
        bool found = false;

        for (const struct test *const *group = groups; *group != NULL && !found; group++) {
            for (const struct test *test = *group; test->name != NULL && !found; test++)
                found = strcmp(*names, test->name) == 0;
        }
        if (!found) {
            fprintf(stderr, "usertests: %s: no such test; usertests -l lists them\n", *names);
            return false;
        }
    }
    return true;
}

static int tests_list(void)
{
    for (const struct test *const *group = groups; *group != NULL; group++) {
        for (const struct test *test = *group; test->name != NULL; test++)
            puts(test->name);
    }
    return 0;
}

int main(int count, char **words)
{
    unsigned tests = 0, passed = 0;

    (void)count;
    if (strchr(words[0], '/') != NULL)
        test_program = words[0];
    if (helper_is(words))
        return helper_run(words);
    if (words[1] != NULL && strcmp(words[1], "-l") == 0)
        return tests_list();
    if (!names_exist(words + 1))
        return 2;
    handler_set(SIGALRM, running_end, SA_RESTART);
    for (const struct test *const *group = groups; *group != NULL; group++) {
        for (const struct test *test = *group; test->name != NULL; test++) {
            if (!is_chosen(test, words + 1))
                continue;
            tests++;
            passed += test_passes(test);
        }
    }
    printf("usertests: %u of %u passed\n", passed, tests);
    return passed != tests;
}
