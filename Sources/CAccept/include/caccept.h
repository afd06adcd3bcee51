// A limit on the connections that a process lets in, whoever listens in it.
#ifndef CACCEPT_H
#define CACCEPT_H

// From now on a connection whose descriptor would have this number or a higher one is closed at once, and the listener told that
// it was aborted (ECONNABORTED of accept(2)). Descriptors are given out from the lowest number on: so many are in use then.
void caccept_set_limit(int first_refused);

// How many connections have been closed that way.
unsigned long caccept_refused(void);

#endif
