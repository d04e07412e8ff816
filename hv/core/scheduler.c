// SPDX-License-Identifier: MIT
/*
 * The queues. One that runs is in none: it is its processor's `current`.
 */
#include "core/scheduler.h"

#include "core/domain.h"
#include "core/timer.h"
#include "lib/list.h"
#include "lib/ticket.h"
#include "x86/clock.h"
#include "x86/interprocessor.h"

/* How many of a queue are looked at for one that may run on another processor. */
#define TAKE_LIMIT 4

struct queue {
    struct ticket_lock lock;
    struct heap waiting;
    struct heap parked;
    uint64_t least; /* no virtual time here is below */
    uint64_t most;  /* none here is above */
    uint64_t slice_end;
    uint32_t turn; /* the processor to which one is given next */
} __attribute__((aligned(64)));

static struct queue queues[PROCESSOR_LIMIT];

/* Processors that have nothing to run, a bit each. */
static uint64_t idle_processors;

static struct queue *queue_of(const struct processor *processor)
{
    return &queues[processor->number];
}

static struct vcpu *vcpu_of(struct heap_link *link)
{
    return container_of(link, struct vcpu, queued);
}

void scheduler_open(const struct processor *processor)
{
    *queue_of(processor) = (struct queue){.turn = processor->number + 1};
}

/* Takes the lock that guards a virtual CPU, which may move meanwhile. */
static struct queue *guard_take(struct vcpu *vcpu)
{
    for (;;) {
        struct processor *processor = __atomic_load_n(&vcpu->entry.processor, __ATOMIC_ACQUIRE);
        struct queue *queue = queue_of(processor);

        ticket_take(&queue->lock, LOCK_QUEUE);
        if (vcpu->entry.processor == processor) {
            return queue;
        }
        ticket_put(&queue->lock, LOCK_QUEUE);
    }
}

static uint64_t earlier(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

static bool is_loaded(const struct vcpu *vcpu)
{
    return vcpu->entry.processor->current == vcpu;
}

/* ---- Time ------------------------------------------------------------------------------------------ */

/* Time that passed is what it was spent with; what comes is something else, or the same. Returns the time. */
static uint64_t spend(struct vcpu *vcpu, uint64_t now, enum spending next)
{
    uint64_t time = now > vcpu->since ? now - vcpu->since : 0;

    vcpu->spent[vcpu->spending] += time;
    vcpu->since += time;
    vcpu->spending = next;
    return time;
}

/* Virtual time for time, but for a rest that is too little. */
static uint64_t scaled(const struct vcpu *vcpu, uint64_t time)
{
    return time * WEIGHT_DEFAULT / vcpu->domain->weight;
}

/* The virtual time of slices of its own. */
static uint64_t slices(const struct vcpu *vcpu, uint64_t count)
{
    return scaled(vcpu, count * SCHEDULER_SLICE);
}

static uint64_t less(uint64_t a, uint64_t b)
{
    return a > b ? a - b : 0;
}

/* What its share leaves in this period; all ones without a cap. */
static uint64_t share_left(const struct vcpu *vcpu)
{
    uint64_t share = vcpu->domain->cap * (SCHEDULER_PERIOD / 100);

    if (share == 0) {
        return UINT64_MAX;
    }
    return vcpu->period_used < share ? share - vcpu->period_used : 0;
}

static void share_use(struct vcpu *vcpu, uint64_t now, uint64_t time)
{
    if (now - vcpu->period_start >= SCHEDULER_PERIOD) {
        vcpu->period_start = now - (now - vcpu->period_start) % SCHEDULER_PERIOD;
        vcpu->period_used = 0;
    }
    vcpu->period_used += time;
}

/* Moves the least of a queue on, of which one runs. */
static void least_advance(struct queue *queue, const struct vcpu *current)
{
    uint64_t least = current->virtual_time;

    if (queue->waiting.least != NULL && queue->waiting.least->key < least) {
        least = queue->waiting.least->key;
    }
    queue->least = least > queue->least ? least : queue->least;
}

/* Makes the time of the one that runs be counted. */
static void charge(struct queue *queue, struct vcpu *vcpu, uint64_t now)
{
    uint64_t time = spend(vcpu, now, SPEND_RUNNING), charged;

    if (vcpu->domain == NULL) {
        return;
    }
    share_use(vcpu, now, time);
    time += vcpu->uncharged;
    charged = scaled(vcpu, time);
    vcpu->uncharged = time - charged * vcpu->domain->weight / WEIGHT_DEFAULT;
    vcpu->virtual_time += charged;
    least_advance(queue, vcpu);
}

/* ---- The queue ------------------------------------------------------------------------------------- */

static void enqueue(struct queue *queue, struct vcpu *vcpu)
{
    if (vcpu->virtual_time > queue->most) {
        queue->most = vcpu->virtual_time;
    }
    vcpu->queued.key = vcpu->virtual_time;
    heap_add(&queue->waiting, &vcpu->queued);
}

/* Until its share is refilled. */
static void park(struct queue *queue, struct vcpu *vcpu)
{
    vcpu->queued.key = vcpu->period_start + SCHEDULER_PERIOD;
    heap_add(&queue->parked, &vcpu->queued);
}

static void unpark(struct queue *queue, uint64_t now)
{
    while (queue->parked.least != NULL && queue->parked.least->key <= now) {
        struct vcpu *vcpu = vcpu_of(queue->parked.least);

        heap_remove(&queue->parked, &vcpu->queued);
        share_use(vcpu, now, 0);
        if (vcpu->virtual_time < queue->least) {
            vcpu->virtual_time = queue->least;
        }
        enqueue(queue, vcpu);
    }
}

/* The virtual time of one that comes from another queue. A queue that has nobody has no opinion of it. */
static void join(struct queue *queue, const struct processor *processor, struct vcpu *vcpu)
{
    uint64_t lag = slices(vcpu, SCHEDULER_LAG);

    if (processor->current->domain == NULL && queue->waiting.least == NULL) {
        queue->least = vcpu->virtual_time;
    } else if (vcpu->virtual_time < less(queue->least, lag)) {
        vcpu->virtual_time = less(queue->least, lag);
    } else if (vcpu->virtual_time > queue->least + lag) {
        vcpu->virtual_time = queue->least + lag;
    }
}

/* Has a processor choose anew, if one that came goes before what it runs, or it runs without an alarm. */
static void press(struct processor *processor, const struct vcpu *vcpu, bool first)
{
    struct vcpu *current = processor->current;

    if (current->domain == NULL || first || vcpu->virtual_time < current->virtual_time) {
        vcpu_attention(current, ATTENTION_RESCHEDULE);
        processor_kick(processor);
    }
}

/* Puts one that is in no queue into that of its processor, whose lock is held. */
static void arrive(struct queue *queue, struct vcpu *vcpu)
{
    bool first = queue->waiting.least == NULL;

    enqueue(queue, vcpu);
    press(vcpu->entry.processor, vcpu, first);
}

/* Moves one that is in no queue to that of another processor. Holds no lock afterwards. */
static void move(struct queue *from, struct vcpu *vcpu, struct processor *to, uint64_t now)
{
    struct queue *queue = queue_of(to);

    __atomic_store_n(&vcpu->entry.processor, to, __ATOMIC_RELEASE);
    ticket_put(&from->lock, LOCK_QUEUE);
    ticket_take(&queue->lock, LOCK_QUEUE);
    charge(queue, to->current, now);
    join(queue, to, vcpu);
    arrive(queue, vcpu);
    ticket_put(&queue->lock, LOCK_QUEUE);
}

/* ---- Where to run ---------------------------------------------------------------------------------- */

static bool may_run_on(const struct vcpu *vcpu, const struct processor *processor)
{
    return (vcpu->domain->processors & processor_bit(processor)) != 0;
}

/* Where one that wakes runs: where it did last, unless somebody runs there and another one is idle. */
static struct processor *place(const struct vcpu *vcpu)
{
    struct processor *last = vcpu->entry.processor;
    uint64_t idle = __atomic_load_n(&idle_processors, __ATOMIC_SEQ_CST) & vcpu->domain->processors;

    if (!may_run_on(vcpu, last)) {
        return &processors[__builtin_ctzll(idle != 0 ? idle : vcpu->domain->processors)];
    }
    return idle == 0 || (idle & processor_bit(last)) != 0 ? last : &processors[__builtin_ctzll(idle)];
}

/* Takes one off a queue that may run on another processor: of the first few, the first; NULL if none may. */
static struct vcpu *pick(struct queue *queue, const struct processor *to)
{
    struct vcpu *passed[TAKE_LIMIT], *found = NULL;
    unsigned count = 0;

    while (found == NULL && count < TAKE_LIMIT && queue->waiting.least != NULL) {
        struct vcpu *vcpu = vcpu_of(queue->waiting.least);

        heap_remove(&queue->waiting, &vcpu->queued);
        if (may_run_on(vcpu, to)) {
            found = vcpu;
        } else {
            passed[count++] = vcpu;
        }
    }
    while (count > 0) {
        enqueue(queue, passed[--count]);
    }
    return found;
}

/* An idle processor takes one that waits for another, if there is any. */
static void take(struct processor *self)
{
    for (uint32_t i = 1; i < processor_count; i++) {
        struct queue *queue = &queues[(self->number + i) % processor_count];
        struct vcpu *vcpu;

        if (__atomic_load_n(&queue->waiting.least, __ATOMIC_RELAXED) == NULL) {
            continue;
        }
        ticket_take(&queue->lock, LOCK_QUEUE);
        vcpu = pick(queue, self);
        if (vcpu != NULL) {
            move(queue, vcpu, self, clock_now());
            return;
        }
        ticket_put(&queue->lock, LOCK_QUEUE);
    }
}

/* The least virtual time on a processor now; all ones if it is idle. */
static uint64_t least_now(const struct processor *processor, uint64_t now)
{
    struct queue *queue = queue_of(processor);
    uint64_t least = UINT64_MAX;

    ticket_take(&queue->lock, LOCK_QUEUE);
    if (processor->current->domain != NULL) {
        charge(queue, processor->current, now);
        least = queue->least;
    }
    ticket_put(&queue->lock, LOCK_QUEUE);
    return least;
}

/* The next one in turn, but for this. */
static struct processor *other_next(const struct processor *self)
{
    struct queue *queue = queue_of(self);
    uint32_t number = queue->turn % processor_count;

    number = number == self->number ? (number + 1) % processor_count : number;
    queue->turn = number + 1;
    return &processors[number];
}

/* Gives the first that waits and may run there to another processor, if it lags behind what runs there. */
static void give(const struct processor *self, uint64_t now)
{
    struct queue *queue = queue_of(self);
    struct processor *to = other_next(self);
    uint64_t least = to != self ? least_now(to, now) : 0;
    struct vcpu *vcpu;

    ticket_take(&queue->lock, LOCK_QUEUE);
    vcpu = pick(queue, to);
    if (vcpu != NULL && vcpu->virtual_time + slices(vcpu, 1) / 2 < least) {
        move(queue, vcpu, to, now);
        return;
    }
    if (vcpu != NULL) {
        enqueue(queue, vcpu);
    }
    ticket_put(&queue->lock, LOCK_QUEUE);
}

/* ---- What others ask for --------------------------------------------------------------------------- */

/* One that is still loaded is to be chosen among the others when its processor comes to it. */
bool scheduler_add(struct vcpu *vcpu, enum vcpu_state from)
{
    struct queue *queue = guard_take(vcpu);
    uint64_t now = clock_now();
    struct processor *to;

    if (vcpu->state != from) {
        ticket_put(&queue->lock, LOCK_QUEUE);
        return false;
    }
    vcpu->state = VCPU_RUNNABLE;
    if (is_loaded(vcpu)) {
        ticket_put(&queue->lock, LOCK_QUEUE);
        return true;
    }
    spend(vcpu, now, SPEND_WAITING);
    charge(queue, vcpu->entry.processor->current, now);
    if (vcpu->virtual_time < less(queue->least, slices(vcpu, 1))) {
        vcpu->virtual_time = less(queue->least, slices(vcpu, 1));
    }
    to = place(vcpu);
    if (to != vcpu->entry.processor) {
        move(queue, vcpu, to, now);
        return true;
    }
    arrive(queue, vcpu);
    ticket_put(&queue->lock, LOCK_QUEUE);
    return true;
}

void scheduler_remove(struct vcpu *vcpu, enum vcpu_state to)
{
    struct queue *queue = guard_take(vcpu);

    vcpu->state = to;
    ticket_put(&queue->lock, LOCK_QUEUE);
    vcpu_attention(vcpu, ATTENTION_RESCHEDULE);
}

void scheduler_yield(struct vcpu *vcpu)
{
    struct queue *queue = guard_take(vcpu);

    vcpu_attention(vcpu, ATTENTION_RESCHEDULE);
    if (queue->waiting.least != NULL) {
        uint64_t behind = earlier(queue->most + 1, queue->least + slices(vcpu, SCHEDULER_LAG));

        vcpu->virtual_time = vcpu->virtual_time > behind ? vcpu->virtual_time : behind;
    }
    ticket_put(&queue->lock, LOCK_QUEUE);
}

void scheduler_kick(struct vcpu *vcpu)
{
    struct queue *queue = guard_take(vcpu);

    if (is_loaded(vcpu)) {
        processor_kick(vcpu->entry.processor);
    }
    ticket_put(&queue->lock, LOCK_QUEUE);
}

bool scheduler_has_left(struct vcpu *vcpu)
{
    struct queue *queue = guard_take(vcpu);
    bool left = !is_loaded(vcpu);

    ticket_put(&queue->lock, LOCK_QUEUE);
    return left;
}

struct vcpu_times scheduler_times(struct vcpu *vcpu)
{
    struct queue *queue = guard_take(vcpu);
    struct vcpu_times times = {.state = vcpu->state, .processor = vcpu->entry.processor->number};

    if (is_loaded(vcpu)) {
        charge(queue, vcpu, clock_now());
    } else {
        spend(vcpu, clock_now(), vcpu->spending);
    }
    for (unsigned i = 0; i < SPEND_KINDS; i++) {
        times.spent[i] = vcpu->spent[i];
    }
    ticket_put(&queue->lock, LOCK_QUEUE);
    return times;
}

uint64_t scheduler_idle_time(const struct processor *processor)
{
    return scheduler_times(processor->idle).spent[SPEND_RUNNING];
}

/* ---- The choice ------------------------------------------------------------------------------------ */

/* What a virtual CPU is about to be, that a processor leaves. */
static enum spending spending_after(const struct vcpu *vcpu)
{
    static const enum spending kinds[] = {[VCPU_DOWN] = SPEND_DOWN,
                                          [VCPU_RUNNABLE] = SPEND_STOLEN,
                                          [VCPU_BLOCKED] = SPEND_BLOCKED,
                                          [VCPU_ENDED] = SPEND_DOWN};

    return kinds[vcpu->state];
}

/* Whether the one that runs may go on as far as it itself is concerned. */
static bool may_go_on(const struct vcpu *vcpu)
{
    return vcpu->domain != NULL && vcpu->state == VCPU_RUNNABLE && share_left(vcpu) != 0;
}

/* Takes the next one off the queue, or finds that it is the one that runs; NULL if nobody can. */
static struct vcpu *choose(struct queue *queue, struct vcpu *current)
{
    struct vcpu *first = queue->waiting.least != NULL ? vcpu_of(queue->waiting.least) : NULL;

    if (may_go_on(current) && (first == NULL || current->virtual_time < first->virtual_time)) {
        return current;
    }
    if (first != NULL) {
        heap_remove(&queue->waiting, &first->queued);
    }
    return first;
}

static void alarm_set(const struct queue *queue, const struct processor *self, const struct vcpu *next,
                      uint64_t now)
{
    uint64_t alarm = timer_next(self);

    if (next->domain != NULL && share_left(next) != UINT64_MAX) {
        alarm = earlier(alarm, now + share_left(next));
    }
    if (next->domain != NULL && queue->waiting.least != NULL) {
        alarm = earlier(alarm, queue->slice_end);
    }
    if (queue->parked.least != NULL) {
        alarm = earlier(alarm, queue->parked.least->key);
    }
    clock_alarm(alarm);
}

/* Goes over to another virtual CPU. */
static void change(struct queue *queue, struct vcpu *current, struct vcpu *next, uint64_t now)
{
    spend(current, now, spending_after(current));
    if (may_go_on(current)) {
        enqueue(queue, current);
    } else if (current->domain != NULL && current->state == VCPU_RUNNABLE) {
        park(queue, current);
    }
    spend(next, now, SPEND_RUNNING);
    queue->slice_end = now + SCHEDULER_SLICE;
    vcpu_switch(current, next);
}

/* Says in the set of idle processors whether this one is. */
static void idle_note(const struct processor *self, bool idle)
{
    if (idle) {
        __atomic_or_fetch(&idle_processors, processor_bit(self), __ATOMIC_SEQ_CST);
    } else if ((idle_processors & processor_bit(self)) != 0) {
        __atomic_and_fetch(&idle_processors, ~processor_bit(self), __ATOMIC_SEQ_CST);
    }
}

/* Others wait here, and somewhere is a processor that could take one. */
static void offer(struct queue *queue)
{
    uint64_t idle = __atomic_load_n(&idle_processors, __ATOMIC_SEQ_CST);

    if (queue->waiting.least != NULL) {
        idle &= vcpu_of(queue->waiting.least)->domain->processors;
        if (idle != 0) {
            processor_kick(&processors[__builtin_ctzll(idle)]);
        }
    }
}

/* Chooses, and goes over. The lock of the queue is held. Returns whether a slice ended while others wait. */
static bool turn(struct queue *queue, struct processor *self, uint64_t now)
{
    struct vcpu *current = self->current, *next;
    bool over = now >= queue->slice_end;

    charge(queue, current, now);
    unpark(queue, now);
    next = choose(queue, current);
    next = next != NULL ? next : self->idle;
    if (next != current) {
        change(queue, current, next, now);
    } else if (over) {
        queue->slice_end = now + SCHEDULER_SLICE;
    }
    idle_note(self, next == self->idle);
    alarm_set(queue, self, next, now);
    offer(queue);
    return over && next != self->idle && queue->waiting.least != NULL;
}

/* Lets the processor choose, and see to it that what it has left is told so. */
static bool turn_take(struct processor *self)
{
    struct queue *queue = queue_of(self);
    struct vcpu *before = self->current;
    bool over, left;

    ticket_take(&queue->lock, LOCK_QUEUE);
    over = turn(queue, self, clock_now());
    left = before != self->current && (before->state == VCPU_DOWN || before->state == VCPU_ENDED);
    ticket_put(&queue->lock, LOCK_QUEUE);
    if (left) {
        domain_vcpu_left(before);
    }
    return over;
}

void scheduler_abandon(struct processor *self)
{
    struct queue *queue = queue_of(self);

    ticket_take(&queue->lock, LOCK_QUEUE);
    self->current->state = VCPU_ENDED;
    spend(self->idle, clock_now(), SPEND_RUNNING);
    vcpu_switch(self->current, self->idle);
    ticket_put(&queue->lock, LOCK_QUEUE);
}

/* Once more before it is idle: what was left may have woken another, and other processors may have too many.
 */
void scheduler_turn(struct processor *self)
{
    if (turn_take(self)) {
        give(self, clock_now());
    }
    if (self->current == self->idle) {
        take(self);
        turn_take(self);
    }
}
