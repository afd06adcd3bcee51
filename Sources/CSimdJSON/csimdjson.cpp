// The C door onto simdjson. The DOM parser is used because it checks the whole line, ignored fields included.
#include "csimdjson.h"

#include <simdjson.h>

#include <new>
#include <string_view>

#include "plain_line.h"

static_assert(CSJ_PADDING >= simdjson::SIMDJSON_PADDING, "callers pad by CSJ_PADDING");

struct csj_decoder {
    simdjson::dom::parser parser;
};

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
        return CSJ_INVALID_JSON;
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
                message->fields[i] = {nullptr, 0};
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
