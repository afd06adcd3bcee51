// The way back: text that needs no escapes.
#include "block.h"
#include "csimdjson.h"

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
