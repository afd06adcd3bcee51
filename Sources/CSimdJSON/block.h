// Looking at sixteen bytes at a time, as compilers of C and C++ on every processor can.
#ifndef CSIMDJSON_BLOCK_H
#define CSIMDJSON_BLOCK_H

#include <cstdint>
#include <cstring>

// Each comparison of two blocks is all ones in the bytes where it is true.
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

#endif
