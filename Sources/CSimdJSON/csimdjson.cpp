// The C door onto simdjson. The DOM parser is used because it checks the whole line, ignored fields included.
#include "csimdjson.h"

#include <simdjson.h>

#include <cstdint>
#include <cstring>
#include <new>
#include <string_view>

static_assert(CSJ_PADDING >= simdjson::SIMDJSON_PADDING, "callers pad by CSJ_PADDING");

struct csj_decoder {
    simdjson::dom::parser parser;
};

namespace {
constexpr std::string_view names[] = {"session_id", "timestamp", "sender", "message"};

// Sixteen bytes at a time; each comparison is all ones where it is true.
typedef unsigned char Block __attribute__((vector_size(16)));

inline Block block_at(const void *bytes) {
    Block block;
    memcpy(&block, bytes, sizeof block);
    return block;
}

inline bool any(Block block) {
    uint64_t words[2];
    memcpy(words, &block, sizeof words);
    return words[0] | words[1];
}

// What can be said of a line by looking at each of its bytes by itself.
struct Bytes {
    bool have_escapes;  // or control characters
    bool are_ascii;

    // At least a block's length.
    Bytes(const char *line, size_t length) {
        Block escapes = {}, all = {};
        auto look = [&](size_t offset) {
            Block block = block_at(line + offset);
            escapes |= Block(block < 0x20) | Block(block == '\\');
            all |= block;
        };
        for (size_t offset = 0; offset + sizeof(Block) < length; offset += sizeof(Block)) look(offset);
        look(length - sizeof(Block));  // some bytes once more, where the length is no multiple
        have_escapes = any(escapes);
        are_ascii = !any(Block(all >= 0x80));
    }
};

// Reads the line that nearly every producer writes: an object of the four fields and nothing else, in any order, without
// a single escape. Its strings are their own values, so finding the quotes is all there is to do. Whatever else a line
// may be, valid or not, is for simdjson to say.
class PlainLine {
    const char *place;
    const char *const end;

    bool skip(char character) {
        if (place == end || *place != character) return false;
        place++;
        return true;
    }

    void skip_spaces() {
        while (skip(' ')) {}
    }

    // Skips a field's name with its quotes, unless the field has been there before.
    template <int field>
    bool is_named(const csj_view (&fields)[4], int &found) {
        constexpr auto name = names[field];
        if (fields[field].start || static_cast<size_t>(end - place) < name.size() + 2) return false;
        if (memcmp(place + 1, name.data(), name.size()) != 0 || place[name.size() + 1] != '"') return false;
        place += name.size() + 2;
        found = field;
        return true;
    }

    bool name(const csj_view (&fields)[4], int &found) {
        // In the usual order the first that hasn't been there is the one.
        return place != end && *place == '"'
            && (is_named<0>(fields, found) || is_named<1>(fields, found) || is_named<2>(fields, found)
                || is_named<3>(fields, found));
    }

    bool string(csj_view &view) {
        if (!skip('"')) return false;
        auto quote = static_cast<const char *>(memchr(place, '"', end - place));
        if (!quote) return false;
        view = {place, static_cast<size_t>(quote - place)};
        place = quote + 1;
        return true;
    }

   public:
    PlainLine(const char *line, size_t length) : place(line), end(line + length) {}

    bool read(csj_view (&fields)[4]) {
        skip_spaces();
        for (int i = 0; i < 4; i++) {
            int found;
            if (!skip(i == 0 ? '{' : ',')) return false;
            skip_spaces();
            if (!name(fields, found)) return false;
            skip_spaces();
            if (!skip(':')) return false;
            skip_spaces();
            if (!string(fields[found])) return false;
            skip_spaces();
        }
        if (!skip('}')) return false;
        skip_spaces();
        return place == end;
    }
};

bool read_plain(const char *line, size_t length, csj_view (&fields)[4]) {
    if (length < sizeof(Block)) return false;
    Bytes bytes(line, length);
    if (bytes.have_escapes || !PlainLine(line, length).read(fields)) return false;
    return bytes.are_ascii || simdjson::validate_utf8(line, length);
}
}  // namespace

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
            if (pair.key != names[i]) continue;
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

size_t csj_copy_plain(void *to, const void *from, size_t length) {
    auto target = static_cast<unsigned char *>(to);
    auto source = static_cast<const unsigned char *>(from);
    size_t done = 0;
    for (; done + sizeof(Block) <= length; done += sizeof(Block)) {
        Block block = block_at(source + done);
        memcpy(target + done, &block, sizeof block);
        if (any(Block(block < 0x20) | Block(block == '"') | Block(block == '\\') | Block(block == 0x7F)
                | Block(block == 0xC2)))
            break;
    }
    for (; done < length; done++) {
        unsigned char byte = source[done];
        if (byte < 0x20 || byte == '"' || byte == '\\' || byte == 0x7F || byte == 0xC2) break;
        target[done] = byte;
    }
    return done;
}
