// A narrow C door onto simdjson: one line of JSON in, views of the four fields of a chat message out. Beside it, what is
// done to many bytes at a time, which C++ compilers do better than Swift's.
#ifndef CSIMDJSON_H
#define CSIMDJSON_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

// Bytes that must be readable (not necessarily meaningful) behind every line handed in: simdjson reads in blocks.
enum { CSJ_PADDING = 64 };

typedef enum {
    CSJ_OK = 0,
    CSJ_INVALID_JSON,   // `detail` says what is wrong
    CSJ_INVALID_TEXT,   // the same, where it is that a text's characters aren't any
    CSJ_NUMBER_RANGE,   // a number beyond 64 bits; the line may be valid JSON all the same
    CSJ_NOT_AN_OBJECT,  // valid JSON, but not an object
    CSJ_MISSING_FIELD,  // `field` says which
    CSJ_NOT_A_STRING,   // `field` says which
} csj_status;

typedef enum { CSJ_SESSION_ID = 0, CSJ_TIMESTAMP, CSJ_SENDER, CSJ_MESSAGE } csj_field;

typedef struct {
    const char *start;
    size_t length;
} csj_view;

typedef struct {
    csj_view fields[4];  // by csj_field; unescaped UTF-8; valid until the decoder's next line, and while this one is there
    csj_field field;
    const char *detail;
    unsigned char present[4];  // by csj_field, where the line is an object: whether it has the field, whatever that holds
} csj_message;

typedef struct csj_decoder csj_decoder;

// `paths` says where the fields stand in a line, by csj_field, and is copied: a key, or keys with dots between them that go into
// objects, and numbers that go into arrays. NULL: under their own names. NULL is returned when there is no memory.
csj_decoder *csj_decoder_create(const char *const *paths);
void csj_decoder_destroy(csj_decoder *decoder);

// Reads one line. Session id and timestamp may be numbers, too, and with `paths` the sender a number or a truth value. Where a key
// stands twice, the last one counts. Fields found before an error are filled in.
csj_status csj_decode(csj_decoder *decoder, const char *line, size_t length, csj_message *message);

#ifdef __cplusplus
}
#endif
#endif
