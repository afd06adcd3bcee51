// The line that nearly every producer writes, read without a parser.
#ifndef CSIMDJSON_PLAIN_LINE_H
#define CSIMDJSON_PLAIN_LINE_H

#include <simdjson.h>

#include <string_view>

#include "block.h"
#include "csimdjson.h"

// The fields' names, by csj_field.
constexpr std::string_view field_names[] = {"session_id", "timestamp", "sender", "message"};

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
//
// All of it is inlined, whatever else stands in the file that includes this: a call for each name would be a tenth of the work.
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
    [[gnu::always_inline]] bool is_named(const csj_view (&fields)[4], int &found) {
        constexpr auto name = field_names[field];
        if (fields[field].start || static_cast<size_t>(end - place) < name.size() + 2) return false;
        if (memcmp(place + 1, name.data(), name.size()) != 0 || place[name.size() + 1] != '"') return false;
        place += name.size() + 2;
        found = field;
        return true;
    }

    [[gnu::always_inline]] bool name(const csj_view (&fields)[4], int &found) {
        // In the usual order the first that hasn't been there is the one.
        return place != end && *place == '"'
            && (is_named<0>(fields, found) || is_named<1>(fields, found) || is_named<2>(fields, found)
                || is_named<3>(fields, found));
    }

    [[gnu::always_inline]] bool string(csj_view &view) {
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

// Whether the line is plain; then its fields are filled in, as views into it.
inline bool read_plain(const char *line, size_t length, csj_view (&fields)[4]) {
    if (length < sizeof(Block)) return false;
    Bytes bytes(line, length);
    if (bytes.have_escapes || !PlainLine(line, length).read(fields)) return false;
    return bytes.are_ascii || simdjson::validate_utf8(line, length);
}

#endif
