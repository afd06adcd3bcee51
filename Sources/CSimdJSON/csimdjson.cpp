// The C door onto simdjson. The DOM parser is used because it checks the whole line, ignored fields included.
#include "csimdjson.h"

#include <simdjson.h>

#include <charconv>
#include <cinttypes>
#include <cstdio>
#include <new>
#include <string>
#include <string_view>

#include "plain_line.h"

static_assert(CSJ_PADDING >= simdjson::SIMDJSON_PADDING, "callers pad by CSJ_PADDING");

struct csj_decoder {
    simdjson::dom::parser parser;
    char numbers[3][40];  // of the fields that may be numbers, as text
    bool has_paths = false;
    std::string paths[4];
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

// Finds what stands under a path. A key that has dots itself is found as well.
static bool find(simdjson::dom::element value, std::string_view path, simdjson::dom::element &found) {
    simdjson::dom::object object;
    simdjson::dom::array array;
    bool is_found = false;
    if (!value.get(object)) {
        for (auto pair : object) {
            auto key = pair.key;
            if (key == path) {
                found = pair.value;
                is_found = true;
            } else if (path.size() > key.size() && path[key.size()] == '.' && path.substr(0, key.size()) == key) {
                if (find(pair.value, path.substr(key.size() + 1), found)) is_found = true;
            }
        }
    } else if (!value.get(array)) {
        auto dot = path.find('.');
        auto digits = path.substr(0, dot);
        size_t index;
        auto read = std::from_chars(digits.data(), digits.data() + digits.size(), index);
        if (read.ec != std::errc() || read.ptr != digits.data() + digits.size()) return false;
        simdjson::dom::element item;
        if (array.at(index).get(item)) return false;
        if (dot != path.npos) return find(item, path.substr(dot + 1), found);
        found = item;
        is_found = true;
    }
    return is_found;
}

// A field's text; one without a start where it has none.
static csj_view text_of(csj_decoder *decoder, int field, simdjson::dom::element value) {
    std::string_view text;
    if (value.get(text)) {
        bool truth;
        if (decoder->has_paths && field == CSJ_SENDER && !value.get(truth)) {
            text = truth ? "true" : "false";
        } else if (field <= CSJ_TIMESTAMP || (decoder->has_paths && field == CSJ_SENDER)) {
            text = number_text(value, decoder->numbers[field]);
        }
        if (text.empty()) return {nullptr, 0};
    }
    return {text.data(), text.size()};
}

// What is wrong, in words for whoever has the line: simdjson's are for those who have the parser.
static const char *words(simdjson::error_code error) {
    switch (error) {
        case simdjson::STRING_ERROR: return "a text has an escape that JSON doesn't know";
        case simdjson::UNESCAPED_CHARS: return "a text has a control character in it, which has to be escaped";
        case simdjson::UNCLOSED_STRING: return "a text has no end: is the line cut off?";
        case simdjson::UTF8_ERROR: return "its characters aren't UTF-8";
        case simdjson::T_ATOM_ERROR:
        case simdjson::F_ATOM_ERROR:
        case simdjson::N_ATOM_ERROR: return "a word is neither true, false nor null";
        case simdjson::DEPTH_ERROR: return "it is nested too deeply";
        case simdjson::EMPTY: return "there is nothing in it";
        case simdjson::CAPACITY:
        case simdjson::MEMALLOC: return "there is no memory for it";
        case simdjson::INCOMPLETE_ARRAY_OR_OBJECT: return "an object or array has no end: is the line cut off?";
        case simdjson::TAPE_ERROR: return "a comma, colon, quote or bracket is missing or too many";
        default: return "it can't be read";
    }
}

csj_decoder *csj_decoder_create(const char *const *paths) {
    auto decoder = new (std::nothrow) csj_decoder;
    if (!decoder || !paths) return decoder;
    decoder->has_paths = true;
    for (int i = 0; i < 4; i++) decoder->paths[i] = paths[i];
    return decoder;
}

void csj_decoder_destroy(csj_decoder *decoder) { delete decoder; }

// Reads whatever else a line may be. On its own, so that plain ones don't pay for its room on the stack.
[[gnu::noinline]] static csj_status parse(csj_decoder *decoder, const char *line, size_t length, csj_message *message) {
    for (auto &view : message->fields) view = {nullptr, 0};
    for (auto &present : message->present) present = 0;

    simdjson::dom::element root;
    const bool copy_to_pad = false;  // the caller has padded
    auto error = decoder->parser.parse(line, length, copy_to_pad).get(root);
    if (error) {
        if (error == simdjson::NUMBER_ERROR) return CSJ_NUMBER_RANGE;
        message->detail = words(error);
        return error == simdjson::STRING_ERROR || error == simdjson::UTF8_ERROR ? CSJ_INVALID_TEXT : CSJ_INVALID_JSON;
    }
    simdjson::dom::object object;
    if (root.get(object)) return CSJ_NOT_AN_OBJECT;

    if (decoder->has_paths) {
        simdjson::dom::element value;
        for (int i = 0; i < 4; i++) {
            if (!find(root, decoder->paths[i], value)) continue;
            message->present[i] = 1;
            message->fields[i] = text_of(decoder, i, value);
        }
    } else {
        for (auto pair : object) {
            for (int i = 0; i < 4; i++) {
                if (pair.key != field_names[i]) continue;
                message->present[i] = 1;
                message->fields[i] = text_of(decoder, i, pair.value);
                break;
            }
        }
    }
    for (int i = 0; i < 4; i++) {
        if (message->fields[i].start) continue;
        message->field = static_cast<csj_field>(i);
        return message->present[i] ? CSJ_NOT_A_STRING : CSJ_MISSING_FIELD;
    }
    return CSJ_OK;
}

csj_status csj_decode(csj_decoder *decoder, const char *line, size_t length, csj_message *message) {
    message->detail = nullptr;
    for (auto &view : message->fields) view = {nullptr, 0};
    if (!decoder->has_paths && read_plain(line, length, message->fields)) return CSJ_OK;
    return parse(decoder, line, length, message);
}
