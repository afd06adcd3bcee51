// Programs that link this have their own epoll_ctl(2) and epoll_wait(2), which differ for libzmq's I/O threads alone. While a queue is
// full, libzmq 4.3.4 doesn't wait for input on its connection. epoll reports a broken connection all the same, and libzmq then
// takes it out of what it waits for, but goes on with what it has read of it when there is room again: a PING among that makes it
// answer, and it aborts the process (stream_engine_base.cpp: zmq_assert (!_io_error) in out_event). So it isn't told of broken
// connections before it waits for input. What has come is read first then, and the end is found behind it.
#define _GNU_SOURCE
#include <errno.h>
#include <stdbool.h>
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

static int control(int epoll, int operation, int descriptor, struct epoll_event *event) {
    return (int)syscall(SYS_epoll_ctl, epoll, operation, descriptor, event);
}

int epoll_ctl(int epoll, int operation, int descriptor, struct epoll_event *event) {
    if (!is_libzmq() || operation == EPOLL_CTL_ADD) return control(epoll, operation, descriptor, event);
    // Of a connection on which nothing is waited for, only its end would be reported.
    bool isUnwanted = operation == EPOLL_CTL_DEL || event->events == 0;
    int result = control(epoll, isUnwanted ? EPOLL_CTL_DEL : EPOLL_CTL_MOD, descriptor, event);
    if (result == 0 || errno != ENOENT) return result;
    return isUnwanted ? 0 : control(epoll, EPOLL_CTL_ADD, descriptor, event);
}

int epoll_wait(int epoll, struct epoll_event *events, int most, int timeout) {
    int count = (int)syscall(SYS_epoll_pwait, epoll, events, most, timeout, NULL, 0);
    if (count <= 0 || !is_libzmq()) return count;
    for (int index = 0; index < count; index++) {
        // Who waits for input has some at the end, and is to read it once: libzmq would do so for the end as well.
        unsigned wanted = events[index].events & (EPOLLIN | EPOLLOUT);
        if (wanted != 0) events[index].events = wanted;
    }
    return count;
}

#endif
