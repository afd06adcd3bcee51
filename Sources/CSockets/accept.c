// Programs that link this have their own accept(2): libraries that are loaded call the one that the program has. libzmq 4.3.4
// accepts whatever comes. When no descriptor is left its TCP listeners try again as fast as they can (tcp_listener.cpp), and its
// ipc listeners abort the process (ipc_listener.cpp: EMFILE isn't among what they expect).
#define _GNU_SOURCE
#include "csockets.h"

#include <errno.h>
#include <limits.h>
#include <stdatomic.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

static atomic_int first_refused = INT_MAX;
static atomic_ulong refused;

void csockets_set_limit(int limit) { atomic_store(&first_refused, limit); }

unsigned long csockets_refused(void) { return atomic_load(&refused); }

int accept4(int listener, struct sockaddr *restrict address, socklen_t *restrict length, int flags) {
    int descriptor = (int)syscall(SYS_accept4, listener, address, length, flags);
    if (descriptor >= 0 && descriptor >= atomic_load(&first_refused)) {
        close(descriptor);
        descriptor = -1;
        errno = EMFILE;
    }
    if (descriptor < 0 && (errno == EMFILE || errno == ENFILE)) {
        atomic_fetch_add(&refused, 1);
        errno = ECONNABORTED;
    }
    return descriptor;
}

int accept(int listener, struct sockaddr *restrict address, socklen_t *restrict length) {
    return accept4(listener, address, length, 0);
}
