/* A plain subscriber that counts and does nothing else.
 *
 *   subscribe ENDPOINT TOPIC
 *
 * Counts the messages whose first frame begins with TOPIC until the publisher's end: an empty message, or control that
 * says so, or, since a queue that is full loses these too, three seconds without anything. Prints how many there were,
 * and when the first and the last came, in seconds since 1970. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <zmq.h>

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_REALTIME, &time);
    return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

static int has_ended(zmq_msg_t *payload) {
    static const char ended[] = "\"ended\":true";
    return memmem(zmq_msg_data(payload), zmq_msg_size(payload), ended, sizeof ended - 1) != NULL;
}

int main(int count, char **arguments) {
    if (count != 3) return 64;
    const size_t length = strlen(arguments[2]);
    void *context = zmq_ctx_new();
    void *socket = zmq_socket(context, ZMQ_SUB);
    int high_water_mark = 1000000;
    zmq_setsockopt(socket, ZMQ_RCVHWM, &high_water_mark, sizeof high_water_mark);
    zmq_setsockopt(socket, ZMQ_SUBSCRIBE, arguments[2], length);
    zmq_setsockopt(socket, ZMQ_SUBSCRIBE, "control", 7);
    /* The empty message at the end has no topic that one could ask for. */
    if (strcmp(arguments[2], "message/") == 0) zmq_setsockopt(socket, ZMQ_SUBSCRIBE, "", 0);
    int patience = 3000;
    zmq_setsockopt(socket, ZMQ_RCVTIMEO, &patience, sizeof patience);
    if (zmq_connect(socket, arguments[1]) != 0) return 69;
    long messages = 0;
    double first = 0, last = 0;
    zmq_msg_t topic, rest;
    zmq_msg_init(&topic);
    zmq_msg_init(&rest);
    for (int is_over = 0; !is_over;) {
        if (zmq_msg_recv(&topic, socket, 0) < 0) {
            if (zmq_errno() != EAGAIN) return 74;
            if (messages == 0) continue;
            last = now() - patience / 1000.0;
            break;
        }
        const int is_wanted =
            zmq_msg_size(&topic) >= length && memcmp(zmq_msg_data(&topic), arguments[2], length) == 0;
        const int is_control = zmq_msg_size(&topic) == 7 && memcmp(zmq_msg_data(&topic), "control", 7) == 0;
        is_over = zmq_msg_size(&topic) == 0 && !zmq_msg_more(&topic);
        int more = zmq_msg_more(&topic);
        for (int frame = 1; more; frame++) {
            if (zmq_msg_recv(&rest, socket, 0) < 0) return 74;
            more = zmq_msg_more(&rest);
            if (is_control && frame == 1 && has_ended(&rest)) is_over = 1;
        }
        if (is_wanted && !is_over && messages++ == 0) first = now();
    }
    if (last == 0) last = now();
    printf("{\"messages\": %ld, \"first\": %.6f, \"last\": %.6f}\n", messages, first, last);
    zmq_close(socket);
    zmq_ctx_term(context);
    return 0;
}
