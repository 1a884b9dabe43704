// The one function of libFuzzer that is called; the library has no header of its own (compiler-rt, fuzzer/FuzzerMain.cpp).
#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerRunDriver(int *count, char ***arguments, int (*test)(const uint8_t *bytes, size_t count));
