// The door of libFuzzer for programs that have a main of their own
// (https://llvm.org/docs/LibFuzzer.html#using-libfuzzer-as-a-library).
#ifndef LIBFUZZER_H
#define LIBFUZZER_H

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerRunDriver(int *argc, char ***argv, int (*take)(const uint8_t *bytes, size_t count));

#endif
