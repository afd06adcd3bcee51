/* libzmq alone: sends each line of a file as a message of three frames, as the feed has them, and does nothing else.
 *
 *   publish ENDPOINT FILE
 *
 * Waits for one subscriber, sends all lines without dropping any, and then one empty message. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zmq.h>

static char *read_all(const char *path, long *size) {
    FILE *file = fopen(path, "rb");
    if (!file || fseek(file, 0, SEEK_END) != 0 || (*size = ftell(file)) < 0) return NULL;
    rewind(file);
    char *bytes = malloc((size_t)*size + 1);
    if (bytes && fread(bytes, 1, (size_t)*size, file) != (size_t)*size) return NULL;
    fclose(file);
    return bytes;
}

int main(int count, char **arguments) {
    long size = 0;
    if (count != 3) return 64;
    char *bytes = read_all(arguments[2], &size);
    if (!bytes) return 66;
    void *context = zmq_ctx_new();
    void *socket = zmq_socket(context, ZMQ_XPUB);
    int high_water_mark = 100000, yes = 1;
    zmq_setsockopt(socket, ZMQ_SNDHWM, &high_water_mark, sizeof high_water_mark);
    /* A full queue makes the sender wait instead of dropping. */
    zmq_setsockopt(socket, ZMQ_XPUB_NODROP, &yes, sizeof yes);
    if (zmq_bind(socket, arguments[1]) != 0) return 69;
    char subscription[64];
    zmq_recv(socket, subscription, sizeof subscription, 0);
    uint64_t sequence = 0;
    for (char *line = bytes, *end = bytes + size; line < end;) {
        char *feed = memchr(line, '\n', (size_t)(end - line));
        if (!feed) feed = end;
        zmq_send(socket, "message/s000001", 15, ZMQ_SNDMORE);
        zmq_send(socket, line, (size_t)(feed - line), ZMQ_SNDMORE);
        sequence++;
        zmq_send(socket, &sequence, sizeof sequence, 0);
        line = feed + 1;
    }
    zmq_send(socket, "", 0, 0);
    zmq_close(socket);
    zmq_ctx_term(context);
    return 0;
}
