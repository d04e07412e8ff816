// SPDX-License-Identifier: MIT
/*
 * Taking transitions. A crash of the code under test is a finding like any other.
 */
#include "transition.h"

#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "mm/machine.h"
#include "store.h"
#include "trace.h"
#include "unchanged.h"
#include "watch.h"

static struct unchanged before;
static sigjmp_buf crashed;
static const struct step *other_step;

static void other_do(void)
{
    bool in_call = watch.in_call;

    watch.in_call = false;
    (void)step_do(other_step);
    watch.in_call = in_call;
}

static void crash(int signal)
{
    siglongjmp(crashed, signal);
}

static void crashes_catch(void)
{
    struct sigaction action = {.sa_handler = crash, .sa_flags = SA_NODEFER};

    sigaction(SIGSEGV, &action, NULL);
    sigaction(SIGBUS, &action, NULL);
    sigaction(SIGABRT, &action, NULL);
}

/* Beyond its end lies nothing, so that who looks at frames that there are not is noticed. */
static struct frame *frame_table(void)
{
    static struct frame *frames;
    const size_t page = (size_t)sysconf(_SC_PAGESIZE);
    uint8_t *memory;

    if (frames == NULL) {
        memory = mmap(NULL, 2 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (memory == MAP_FAILED || mprotect(memory + page, page, PROT_NONE) != 0) {
            perror("model: memory");
            exit(2);
        }
        frames = (struct frame *)(memory + page) - MACHINE_FRAMES;
    }
    return frames;
}

void transition_open(void)
{
    machine_open();
    machine.frames = frame_table();
    watch_open();
    crashes_catch();
}

void transition_enter(uint32_t state)
{
    state_load(store_state(state));
    unchanged_note(&before);
}

static void rest_check(void)
{
    struct oracle_domain domains[MODEL_DOMAINS];

    for (unsigned i = 0; i < MODEL_DOMAINS; i++) {
        domains[i] = (struct oracle_domain){&world.mmu[i], world.contexts[i], MODEL_PROCESSORS};
    }
    watch_rest(domains, MODEL_DOMAINS);
}

int transition_take(const struct transition *transition, bool tell)
{
    uint16_t owner = (uint16_t)(OWNER_DOMAIN + world.runs[transition->step->processor] - 1);
    uint64_t changed;
    int error;

    watch_begin();
    watch.other = transition->other != NULL ? other_do : NULL;
    other_step = transition->other;
    if (sigsetjmp(crashed, 0) != 0) {
        watch_found("the hypervisor would have crashed", transition->step->frame);
        return 0;
    }
    error = step_do(transition->step);
    watch.other = NULL;
    if (tell) {
        trace_result(error);
    }
    if (error != 0 && transition->other == NULL && !unchanged_is(&before)) {
        watch_found("a call that failed has changed something", transition->step->frame);
    }
    if (error == 0 && !unchanged_elsewhere(&before, owner, &changed)) {
        watch_found("a call has changed a frame of another domain's", changed);
    }
    watch.moved |= !unchanged_stamps(&before);
    if (error == 0 || watch.moved) {
        rest_check();
    }
    return error;
}
