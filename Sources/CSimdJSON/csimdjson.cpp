// The C door onto simdjson. The DOM parser is used because it checks the whole line, ignored fields included.
#include "csimdjson.h"

#include <simdjson.h>

#include <cinttypes>
#include <cstdio>
#include <new>
#include <string_view>

#include "plain_line.h"

static_assert(CSJ_PADDING >= simdjson::SIMDJSON_PADDING, "callers pad by CSJ_PADDING");

struct csj_decoder {
    simdjson::dom::parser parser;
    char numbers[2][40];  // of the two fields that may be numbers, as text
};

// A number as text, in as few digits as say it; empty where it is none.
static std::string_view number_text(simdjson::dom::element value, char (&text)[40]) {
    int64_t whole;
    uint64_t large;
    double real;
    int size = 0;
    if (!value.get(whole)) {
        size = snprintf(text, sizeof text, "%" PRId64, whole);
    } else if (!value.get(large)) {
        size = snprintf(text, sizeof text, "%" PRIu64, large);
    } else if (!value.get(real)) {
        for (int digits = 15; digits <= 17; digits++) {
            size = snprintf(text, sizeof text, "%.*g", digits, real);
            if (strtod(text, nullptr) == real) break;
        }
    }
    return {text, static_cast<size_t>(size)};
}

csj_decoder *csj_decoder_create(void) { return new (std::nothrow) csj_decoder; }

void csj_decoder_destroy(csj_decoder *decoder) { delete decoder; }

csj_status csj_decode(csj_decoder *decoder, const char *line, size_t length, csj_message *message) {
    message->detail = nullptr;
    for (auto &view : message->fields) view = {nullptr, 0};
    if (read_plain(line, length, message->fields)) return CSJ_OK;
    for (auto &view : message->fields) view = {nullptr, 0};

    simdjson::dom::element root;
    const bool copy_to_pad = false;  // the caller has padded
    auto error = decoder->parser.parse(line, length, copy_to_pad).get(root);
    if (error) {
        if (error == simdjson::NUMBER_ERROR) return CSJ_NUMBER_RANGE;
        message->detail = simdjson::error_message(error);
        return error == simdjson::STRING_ERROR || error == simdjson::UTF8_ERROR ? CSJ_INVALID_TEXT : CSJ_INVALID_JSON;
    }
    simdjson::dom::object object;
    if (root.get(object)) return CSJ_NOT_AN_OBJECT;

    bool present[4] = {false, false, false, false};
    for (auto pair : object) {
        for (int i = 0; i < 4; i++) {
            if (pair.key != field_names[i]) continue;
            present[i] = true;
            std::string_view text;
            if (pair.value.get(text)) {
                if (i <= CSJ_TIMESTAMP) text = number_text(pair.value, decoder->numbers[i]);
                message->fields[i] = {text.empty() ? nullptr : text.data(), text.size()};
            } else {
                message->fields[i] = {text.data(), text.size()};
            }
            break;
        }
    }
    for (int i = 0; i < 4; i++) {
        if (message->fields[i].start) continue;
        message->field = static_cast<csj_field>(i);
        return present[i] ? CSJ_NOT_A_STRING : CSJ_MISSING_FIELD;
    }
    return CSJ_OK;
}
