// What programs have instead of the C library: accept(2) with a limit, whoever listens, and epoll(7) for libzmq (epoll.c).
#ifndef CSOCKETS_H
#define CSOCKETS_H

// From now on a connection whose descriptor would have this number or a higher one is closed at once, and the listener told that
// it was aborted (ECONNABORTED of accept(2)). Descriptors are given out from the lowest number on: so many are in use then.
void csockets_set_limit(int first_refused);

// How many connections have been closed that way.
unsigned long csockets_refused(void);

#endif
