// SPDX-License-Identifier: MIT
/*
 * Event channels as hv/core/port.c has them, for the model checker spin: two ports of a domain with two virtual CPUs,
 * and two others who send, each to one of the ports. A step is one access to shared memory of the code, or what a
 * locked instruction or a lock makes one; the functions are named beside it. That the steps of one processor keep
 * their order is what locked instructions and sequentially consistent stores are for.
 *
 * When nothing can go on any more, the process `watch` looks whether anything was lost: a port that is pending and
 * not masked, and so has had no handler since; a virtual CPU that sleeps in vcpu_block with event_pending set, or in
 * port_wait with its port pending. Whoever waits anywhere else then is in a deadlock.
 *
 * There are two plays: in one a virtual CPU waits for a port, moves both to the other one and goes down; in the other,
 * by -DCLOSING, one masks a port for a while, which is closed.
 *
 * Mistakes, each of which the checker has to find when it is put in by -D:
 *     CLEAR_LATE      the handler clears event_pending after it has taken the words
 *     UNMASK_BLIND    a port is unmasked without a look at its pending bit
 *     BLOCK_BLIND     vcpu_block sleeps without a second look
 *     WAIT_BLIND      port_wait sleeps without a second look
 *     WAIT_LATE       port_wait says that it waits only after its second look
 *     WAIT_AWAKE      port_wait says that it waits before it is blocked: whoever then tells it something wakes nobody,
 *                     and nobody tells it again
 *     SEND_EARLY      a sender looks at the mask before it has set the pending bit
 *     BOUND_EARLY     a sender looks where the port is bound before it has set the pending bit
 *     MOVE_BLIND      port_vcpu_set does not deliver again what is pending
 *     CLOSE_UNLOCKED  a port is closed without the lock of the other end
 */
#define PORTS 2
#define VCPUS 2

/* How often is sent to each. */
#ifdef CLOSING
#define SENDS(p) 1
#else
#define SENDS(p) (p == 0 -> 2 : 1)
#endif

/* struct pv_ports */
bool pending[PORTS], mask[PORTS];

/* struct port, of each port and of the end from which is sent to it: that one's `receiver` is the port, or nothing. */
byte bound[PORTS];
bool port_lock[PORTS], end_lock[PORTS];
bool unbound[PORTS];

/* struct pv_vcpu_page: the bit that both ports have in port_words, and the rest of it. */
bool word[VCPUS], event_pending[VCPUS], event_mask[VCPUS];

/* struct vcpu: VCPU_BLOCKED, ATTENTION_EVENT; struct port_table: pollers. */
bool blocked[VCPUS], attention[VCPUS], polls[VCPUS];

/* For `watch`: where a virtual CPU sleeps, or that it is down. */
bool blocks[VCPUS], waits[VCPUS], down[VCPUS];

#define take(lock) atomic { !lock -> lock = true }
#define put(lock)  lock = false

/* vcpu_notify; a virtual CPU that runs is kicked, and so comes to `attend`. */
inline notify(v) {
    attention[v] = true;
    blocked[v] = false
}

/* raise: the second half of a send */
inline raise(v) {
    word[v] = true;
    event_pending[v] = true;
    notify(v)
}

/* pollers_wake */
inline poller_wake(v) {
    atomic { polled = polls[v]; polls[v] = false };
    if
    :: polled -> polled = false; notify(v)
    :: else
    fi
}

/* port_tell */
inline tell(p) {
    poller_wake(0);
    poller_wake(1);
    if
    :: !mask[p] ->
#ifndef BOUND_EARLY
        to = bound[p];
#endif
        raise(to)
    :: else
    fi
}

/* port_mark and port_tell, with the lock of the end held */
inline arrive(p) {
    atomic { was = pending[p]; pending[p] = true };
#ifdef SEND_EARLY
    if
    :: !was && !masked -> tell(p)
#else
    if
    :: !was && (polls[0] || polls[1] || !mask[p]) -> tell(p)
#endif
    :: else
    fi;
    was = false;
    to = 0
}

/* call_port_send */
proctype sender(byte p) {
    byte i, to;
    bool was, polled, masked;

    do
    :: i < SENDS(p) ->
        take(end_lock[p]);
        if
        :: !unbound[p] ->
#ifdef SEND_EARLY
            masked = mask[p] && !polls[0] && !polls[1];
#endif
#ifdef BOUND_EARLY
            to = bound[p];
#endif
            arrive(p);
            assert(!unbound[p])
        :: else
        fi;
        put(end_lock[p]);
        i++
    :: else -> break
    od
}

/*
 * port_close of a port, or of the end from which is sent to it: either leaves the other one without a receiver, and
 * takes both locks. One closes at a time, since the list of domains is held.
 */
proctype closer(byte p) {
    take(port_lock[p]);
#ifndef CLOSE_UNLOCKED
    take(end_lock[p]);
#endif
    unbound[p] = true;
    pending[p] = false;
#ifndef CLOSE_UNLOCKED
    put(end_lock[p]);
#endif
    put(port_lock[p])
}

/* A kernel's handler, as abi/README.md prescribes it. */
inline handle(v) {
#ifndef CLEAR_LATE
    event_pending[v] = false;
#endif
    atomic { had = word[v]; word[v] = false };
#ifdef CLEAR_LATE
    event_pending[v] = false;
#endif
    if
    :: had && pending[0] && !mask[0] -> pending[0] = false
    :: else
    fi;
    if
    :: had && pending[1] && !mask[1] -> pending[1] = false
    :: else
    fi;
    had = false
}

/* vcpu_attend, event_deliver, the upcall, and exception_return, which looks again */
inline attend(v) {
    do
    :: attention[v] ->
        attention[v] = false;
        if
        :: !event_mask[v] && event_pending[v] ->
            event_mask[v] = true;
            handle(v);
            event_mask[v] = false;
            if
            :: event_pending[v] -> attention[v] = true
            :: else
            fi
        :: else
        fi
    :: else -> break
    od
}

/* vcpu_block, from a kernel that has events masked, and masks them again */
inline block(v) {
    polls[v] = false;
    event_mask[v] = false;
    blocked[v] = true;
#ifndef BLOCK_BLIND
    if
    :: event_pending[v] -> blocked[v] = false; attention[v] = true
    :: else
    fi;
#endif
    blocks[v] = true;
end_block:
    !blocked[v];
    blocks[v] = false;
    attend(v);
    event_mask[v] = true
}

/* port_wait, for one port, once: whoever is told to look again, does */
inline wait(v, p) {
    do
    :: pending[p] -> break
    :: else ->
#ifdef WAIT_AWAKE
        polls[v] = true;
        blocked[v] = true;
#else
        blocked[v] = true;
#ifndef WAIT_LATE
        polls[v] = true;
#endif
#endif
#ifndef WAIT_BLIND
        if
        :: pending[p] -> blocked[v] = false
        :: else
        fi;
#endif
#ifdef WAIT_LATE
        polls[v] = true;
#endif
        waits[v] = true;
end_wait:
        !blocked[v];
        waits[v] = false;
        attend(v)
    od;
    polls[v] = false
}

/* A kernel unmasks a port: a locked clear, a look, and port_unmask. */
inline unmask(p) {
    mask[p] = false;
#ifndef UNMASK_BLIND
    if
    :: pending[p] ->
        take(port_lock[p]);
        mask[p] = false;
        if
        :: pending[p] && !mask[p] -> to = bound[p]; raise(to)
        :: else
        fi;
        put(port_lock[p])
    :: else
    fi
#endif
}

/* port_vcpu_set */
inline move(p, v) {
    take(port_lock[p]);
    bound[p] = v;
#ifndef MOVE_BLIND
    if
    :: pending[p] && !mask[p] -> raise(v)
    :: else
    fi;
#endif
    put(port_lock[p])
}

/* Waits for port 0, takes it, unmasks it, gives both to the other one, and goes down. */
proctype waiter() {
    byte to;
    bool had;

    mask[0] = true;
    wait(0, 0);
    pending[0] = false;
    unmask(0);
    if
    :: true -> block(0)
    :: true
    fi;
    move(0, 1);
    move(1, 1);
    down[0] = true
}

/* Masks a port for a while, and has nothing to do then but its handler's work. */
proctype masker(byte v) {
    byte to;
    bool had;

    mask[v] = true;
    unmask(v);
    do
    :: block(v)
    od
}

/* Has nothing to do but its handler's work. */
proctype idler(byte v) {
    bool had;

    do
    :: block(v)
    od
}

#define lost_port(p) (pending[p] && !mask[p])
#define lost_vcpu(v) (!down[v] && blocks[v] && blocked[v] && event_pending[v])

proctype watch() {
end:
    timeout ->
    assert(!lost_port(0));
    assert(!lost_port(1));
    assert(!lost_vcpu(0));
    assert(!lost_vcpu(1));
    assert(!(waits[0] && pending[0]))
}

init {
    atomic {
        bound[1] = 1;
        event_mask[0] = true;
        event_mask[1] = true;
        run sender(0);
        run sender(1);
#ifdef CLOSING
        run idler(0);
        run masker(1);
        run closer(1);
#else
        run waiter();
        run idler(1);
#endif
        run watch()
    }
}
