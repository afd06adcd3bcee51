// Programs that link this have their own epoll_ctl(2) and epoll_wait(2), which differ for libzmq's I/O threads alone. While a queue is
// full, libzmq 4.3.4 doesn't wait for input on its connection. epoll reports a broken connection all the same, and libzmq then
// takes it out of what it waits for, but goes on with what it has read of it when there is room again: a PING among that makes it
// answer, and it aborts the process (stream_engine_base.cpp: zmq_assert (!_io_error) in out_event). So it isn't told of broken
// connections before it waits for input. What has come is read first then, and the end is found behind it.
#define _GNU_SOURCE
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#if !__has_feature(thread_sanitizer)  // It has to see these calls, to know in which order threads run.

// libzmq names its threads when they begin.
static bool is_libzmq(void) {
    static _Thread_local enum { unknown, yes, no } known;
    if (known == unknown) {
        char name[16] = "";
        prctl(PR_GET_NAME, name);
        known = strstr(name, "ZMQbg/IO") ? yes : no;
    }
    return known == yes;
}

// Of a connection on which nothing is waited for: no pointer has this bit.
static const uint64_t idle = 1ull << 63;

int epoll_ctl(int epoll, int operation, int descriptor, struct epoll_event *event) {
    struct epoll_event changed;
    if (operation == EPOLL_CTL_MOD && event->events == 0 && is_libzmq()) {
        // Its end is reported once, and no more before something is waited for again.
        changed = *event;
        changed.events = EPOLLONESHOT;
        changed.data.u64 |= idle;
        event = &changed;
    }
    return (int)syscall(SYS_epoll_ctl, epoll, operation, descriptor, event);
}

int epoll_wait(int epoll, struct epoll_event *events, int most, int timeout) {
    int count = (int)syscall(SYS_epoll_pwait, epoll, events, most, timeout, NULL, 0);
    if (count <= 0 || !is_libzmq()) return count;
    for (int index = 0; index < count; index++) {
        struct epoll_event *event = &events[index];
        // Who waits for input has some at the end, and is to read it once: libzmq would do so for the end as well.
        unsigned wanted = event->events & (EPOLLIN | EPOLLOUT);
        if (wanted != 0 || event->data.u64 & idle) event->events = wanted;
        event->data.u64 &= ~idle;
    }
    return count;
}

#endif
