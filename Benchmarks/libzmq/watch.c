/* A plain subscriber that writes down when what came.
 *
 *   watch INPUT [OUTPUT]
 *
 * Prints a line for each message of the feed at INPUT, "m SECONDS TIMESTAMP", and for each entry at OUTPUT,
 * "e SECONDS END", where SECONDS is the wall clock's on arrival, TIMESTAMP the message's and END that of the entry's
 * window. Runs until it is told to stop by SIGTERM, and writes only then: a disk that is busy would be waited for, and what
 * comes meanwhile would seem to be late. */
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <zmq.h>

static volatile sig_atomic_t is_stopped = 0;
static void stop(int signal) { (void)signal; is_stopped = 1; }

/* Prints the string that follows `key` in a payload. */
static void print(char kind, const struct timespec *time, zmq_msg_t *payload, const char *key) {
    const char *start = memmem(zmq_msg_data(payload), zmq_msg_size(payload), key, strlen(key));
    if (!start) return;
    start += strlen(key);
    const char *behind = (const char *)zmq_msg_data(payload) + zmq_msg_size(payload);
    const char *begin = memchr(start, '"', (size_t)(behind - start));
    if (!begin) return;
    const char *end = memchr(begin + 1, '"', (size_t)(behind - begin - 1));
    if (!end) return;
    printf("%c %ld.%09ld %.*s\n", kind, (long)time->tv_sec, time->tv_nsec, (int)(end - begin - 1), begin + 1);
}

static void take(void *socket, char kind, const char *family, const char *key) {
    zmq_msg_t topic, rest;
    zmq_msg_init(&topic);
    zmq_msg_init(&rest);
    while (zmq_msg_recv(&topic, socket, ZMQ_DONTWAIT) >= 0) {
        struct timespec time;
        clock_gettime(CLOCK_REALTIME, &time);
        const int is_wanted = zmq_msg_size(&topic) >= strlen(family)
            && memcmp(zmq_msg_data(&topic), family, strlen(family)) == 0;
        int more = zmq_msg_more(&topic);
        for (int frame = 1; more; frame++) {
            if (zmq_msg_recv(&rest, socket, 0) < 0) return;
            if (is_wanted && frame == 1) print(kind, &time, &rest, key);
            more = zmq_msg_more(&rest);
        }
    }
}

int main(int count, char **arguments) {
    if (count < 2 || count > 3) return 64;
    /* A minute at 20,000 messages a second is 70 MB. */
    static char lines[256 << 20];
    setvbuf(stdout, lines, _IOFBF, sizeof lines);
    struct sigaction action = {.sa_handler = stop};
    sigaction(SIGTERM, &action, NULL);
    void *context = zmq_ctx_new();
    zmq_pollitem_t items[2] = {{.events = ZMQ_POLLIN}, {.events = ZMQ_POLLIN}};
    for (int index = 0; index < count - 1; index++) {
        items[index].socket = zmq_socket(context, ZMQ_SUB);
        int unlimited = 0;
        zmq_setsockopt(items[index].socket, ZMQ_RCVHWM, &unlimited, sizeof unlimited);
        zmq_setsockopt(items[index].socket, ZMQ_SUBSCRIBE, "", 0);
        if (zmq_connect(items[index].socket, arguments[index + 1]) != 0) return 69;
    }
    while (!is_stopped) {
        zmq_poll(items, count - 1, -1);
        if (items[0].revents) take(items[0].socket, 'm', "message/", "\"timestamp\":");
        if (items[1].revents) take(items[1].socket, 'e', "workspace/", "\"end\":");
    }
    fflush(stdout);
    for (int index = 0; index < count - 1; index++) zmq_close(items[index].socket);
    zmq_ctx_term(context);
    return 0;
}
