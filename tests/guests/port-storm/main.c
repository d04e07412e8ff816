// SPDX-License-Identifier: MIT
/*
 * port-storm: several virtual CPUs that send to each other by ports, all at once.
 *
 * What: for each two of them there is a port by which the one sends to the other; all are bits of the same
 * word. Each sends by one after the other, and goes on only when the last one was handled: by its virtual
 * CPU, and once. In the second half of the rounds every other one is sent while the port is masked. With the
 * argument `move` the first one does nothing but bind ports of the others elsewhere, again and again. With
 * `all`, which has to fail, a handler takes whatever is pending in a word, whosever it is. With `chaos` or
 * `chaos-end` all of its virtual CPUs make calls at random with the few ports that it and another guest of
 * the kind have; with the latter it ends while the other one goes on.
 *
 * Why: a word of ports is shared by all virtual CPUs, and handlers of several of them look at it at the same
 * time. One that takes another's ports, or one that is looked for by nobody, stops a kernel.
 *
 * How: each port has an owner, which is the guest's own book; a handler leaves alone what it does not own,
 * and goes by what the locked instruction that clears the bit says.
 */
#include "abi/port.h"
#include "abi/vcpu.h"

#include "tests/guests/runtime/call.h"
#include "tests/guests/runtime/clock.h"
#include "tests/guests/runtime/memory.h"
#include "tests/guests/runtime/test.h"

const char test_name[] = "port-storm";

#define LIMIT    8
#define ROUNDS   300
#define DEADLINE 60000000000 /* nanoseconds that nothing takes */

void events_take(const uint64_t *stack);
extern const char upcall[];

static volatile struct pv_ports *const ports = (void *)(WINDOW + PV_WINDOW_PORTS);
static char stacks[LIMIT][8192] __attribute__((aligned(8192)));
static volatile uint64_t owner[PV_PORT_LIMIT], handled[PV_PORT_LIMIT], strangers, spurious, done, moves;
static int64_t numbers[LIMIT][LIMIT]; /* by who sends and who receives */
static uint64_t deadline;
static bool take_all, moving, chaotic;
static volatile uint64_t turns[LIMIT];
static void chaos(uint64_t self);

/* Whose stack it is. The first one has another. */
static uint64_t self_by(const void *stack)
{
    uint64_t offset = (uint64_t)stack - (uint64_t)stacks;

    return offset < sizeof stacks ? offset / sizeof stacks[0] : 0;
}

static uint64_t bit_of(int64_t port)
{
    return 1ul << port % 64;
}

static void take(uint64_t self, int64_t port)
{
    uint64_t was;

    if (!take_all && owner[port] != self)
        return;
    was = __atomic_fetch_and(&ports->pending[port / 64], ~bit_of(port), __ATOMIC_SEQ_CST);
    if ((was & bit_of(port)) == 0) {
        __atomic_add_fetch(&spurious, 1, __ATOMIC_SEQ_CST);
        return;
    }
    if (owner[port] != self)
        __atomic_add_fetch(&strangers, 1, __ATOMIC_SEQ_CST);
    __atomic_add_fetch(&handled[port], 1, __ATOMIC_SEQ_CST);
}

void events_take(const uint64_t *stack)
{
    uint64_t self = self_by(stack), words;

    vcpu_page(self)->event_pending = 0;
    __atomic_exchange_n(&vcpu_page(self)->events, 0, __ATOMIC_SEQ_CST);
    words = __atomic_exchange_n(&vcpu_page(self)->port_words, 0, __ATOMIC_SEQ_CST);
    for (; words != 0; words &= words - 1) {
        int64_t word = __builtin_ctzll(words);
        uint64_t bits = ports->pending[word] & ~ports->mask[word];

        for (; bits != 0; bits &= bits - 1)
            take(self, word * 64 + __builtin_ctzll(bits));
    }
}

static void time_check(int64_t port, uint64_t round)
{
    uint64_t bit = bit_of(port);

    if (clock_read(0) < deadline)
        return;
    print("port %u of %u: handled %u in round %u, pending %u, masked %u, word %u, event %u, mask %u\n", port,
          owner[port], handled[port], round, (ports->pending[port / 64] & bit) != 0,
          (ports->mask[port / 64] & bit) != 0, vcpu_page(owner[port])->port_words >> port / 64 & 1,
          vcpu_page(owner[port])->event_pending, vcpu_page(owner[port])->event_mask);
    test_error("an event is lost");
}

static void unmask(int64_t port)
{
    __atomic_and_fetch(&ports->mask[port / 64], ~bit_of(port), __ATOMIC_SEQ_CST);
    if ((ports->pending[port / 64] & bit_of(port)) != 0)
        call(PV_CALL_port_unmask, (uint64_t)port, 0, 0);
}

/* Something for it to wait for: a short sleep with events enabled, or a turn for another. */
static void pause_some(uint64_t round)
{
    call(PV_CALL_yield, round, 0, 0);
}

/* Sends by a port, and waits until that was handled; masks it meanwhile, in every second round of the second
 * half. */
static void round_do(int64_t port, uint64_t round)
{
    bool mask = round >= ROUNDS / 2 && round % 2 == 0;
    uint64_t before = handled[port];

    if (mask)
        __atomic_or_fetch(&ports->mask[port / 64], bit_of(port), __ATOMIC_SEQ_CST);
    expect_result(call(PV_CALL_port_send, (uint64_t)port, 0, 0), 0, "port_send", (uint64_t)port);
    if (mask) {
        pause_some(round);
        unmask(port);
    }
    while (handled[port] == before) {
        time_check(port, round);
        pause_some(round);
    }
    if (handled[port] != before + 1)
        print("port %u: handled %u times in round %u\n", port, handled[port] - before, round);
    expect(handled[port] == before + 1, "a port was handled twice");
}

static void storm(uint64_t self)
{
    vcpu_page(self)->event_mask = 0;
    if (vcpu_page(self)->event_pending)
        call(PV_CALL_event_deliver, 0, 0, 0);
    for (uint64_t round = 0; round < ROUNDS; round++)
        for (uint64_t to = 0; to < start_info->vcpus; to++)
            round_do(numbers[self][to], round);
    __atomic_add_fetch(&done, 1, __ATOMIC_SEQ_CST);
}

static void other(uint64_t self)
{
    if (chaotic)
        chaos(self);
    storm(self);
    for (;;)
        call(PV_CALL_block, 0, 0, 0);
}

/* The book first: what the new one is told of, it has to take. */
static void move(int64_t port, uint64_t vcpu)
{
    owner[port] = vcpu;
    expect_result(call(PV_CALL_port_vcpu_set, (uint64_t)port, vcpu, 0), 0, "port_vcpu_set", (uint64_t)port);
    moves++;
}

static void move_all(void)
{
    uint64_t count = start_info->vcpus;

    for (uint64_t round = 0; done != count - 1; round++)
        for (uint64_t from = 1; from < count; from++) {
            time_check(numbers[from][0], round);
            move(numbers[from][round % count], (round + from) % count);
        }
}

static void start(uint64_t number)
{
    const struct pv_vcpu_state state = {
        .rip = (uint64_t)other,
        .rsp = (uint64_t)(stacks[number] + sizeof stacks[number] - 8),
        .argument = number,
        .kernel_root = machine_address(start_info->root),
        .event_entry = (uint64_t)upcall,
    };

    expect_result(call(PV_CALL_vcpu_start, number, (uint64_t)&state, 0), 0, "vcpu_start", number);
}

static uint64_t random(uint64_t *state)
{
    *state = *state * 6364136223846793005 + 1442695040888963407;
    return *state >> 33;
}

/* Calls that make, bind and close ports as often as they use them: a few numbers, which both guests know. */
static void chaos_call(uint64_t *state)
{
    static const uint8_t choice[] = {
        PV_CALL_port_allocate,   PV_CALL_port_bind_domain, PV_CALL_port_bind_domain, PV_CALL_port_bind_vcpu,
        PV_CALL_port_bind_event, PV_CALL_port_close,       PV_CALL_port_close,       PV_CALL_port_close,
        PV_CALL_port_send,       PV_CALL_port_send,        PV_CALL_port_send,        PV_CALL_port_send,
        PV_CALL_port_vcpu_set,   PV_CALL_port_unmask,      PV_CALL_port_wait,        PV_CALL_timer_set};
    uint64_t number = choice[random(state) % sizeof choice], port = random(state) % 12;
    uint32_t some[3] = {(uint32_t)port, (uint32_t)(random(state) % 12), (uint32_t)(random(state) % 12)};
    uint64_t other = 3 - start_info->domain, vcpu = random(state) % start_info->vcpus;
    bool self = random(state) % 4 == 0;

    if (random(state) % 8 == 0)
        __atomic_xor_fetch(&ports->mask[0], bit_of((int64_t)port), __ATOMIC_SEQ_CST);
    if (number == PV_CALL_port_allocate)
        call(number, self ? 0 : other, 0, 0);
    else if (number == PV_CALL_port_bind_domain)
        call(number, self ? 0 : other, port, 0);
    else if (number == PV_CALL_port_bind_vcpu)
        call(number, vcpu, 0, 0);
    else if (number == PV_CALL_port_bind_event)
        call(number, port % 2, 0, 0);
    else if (number == PV_CALL_port_wait)
        call(number, (uintptr_t)some, 1 + port % 3, clock_read(0) + random(state) % 50000);
    else if (number == PV_CALL_timer_set)
        call(number, clock_read(0) + random(state) % 50000, 0, 0);
    else
        call(number, port, vcpu, 0);
}

static void chaos(uint64_t self)
{
    uint64_t state = self + start_info->domain * 100ul + 1;
    uint64_t end = argument_is("chaos-end") ? clock_read(0) + 300000000 : clock_read(0) + 1500000000;

    vcpu_page(self)->event_mask = 0;
    for (uint64_t i = 0; clock_read(0) < end; i++) {
        chaos_call(&state);
        turns[self]++;
    }
    if (self == 0)
        test_end();
    while (argument_is("chaos-end")) /* until the first one's end is theirs */
        chaos_call(&state);
    for (;;)
        call(PV_CALL_block, 0, 0, 0);
}

void test_main(void)
{
    uint64_t count = start_info->vcpus;

    if (count < 2 || count > LIMIT)
        test_error("it is made for 2 to 8 virtual CPUs");
    take_all = argument_is("all");
    moving = argument_is("move");
    chaotic = argument_is("chaos") || argument_is("chaos-end");
    deadline = clock_read(0) + DEADLINE;
    for (uint64_t from = 0; from < count && !chaotic; from++)
        for (uint64_t to = 0; to < count; to++) {
            numbers[from][to] = call(PV_CALL_port_bind_vcpu, to, 0, 0);
            owner[numbers[from][to]] = to;
        }
    call(PV_CALL_event_entry_set, (uintptr_t)upcall, 0, 0);
    for (uint64_t number = 1; number < count; number++)
        start(number);
    if (chaotic)
        chaos(0);
    if (moving) {
        vcpu_page(0)->event_mask = 0;
        move_all();
    } else {
        storm(0);
        while (done != count) {
            time_check(numbers[0][0], 0);
            pause_some(0);
        }
        expect(strangers == 0, "%u ports were handled by another's handler", strangers);
    }
    print("%u found by two, %u moves\n", spurious, moves);
}
