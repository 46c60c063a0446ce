#include "semihost.h"

#include <string.h>

enum { open = 1, close = 2, write = 5, readFile = 6 };

/* The three instructions that a debugger or an emulator takes for a call. */
static int32_t call(uint32_t operation, const void *arguments) {
  register uint32_t a0 __asm__("a0") = operation;
  register const void *a1 __asm__("a1") = arguments;
  __asm__ volatile(
    ".option push\n.option norvc\n.balign 16\nslli zero, zero, 0x1f\nebreak\nsrai zero, zero, 7\n.option pop"
    : "+r"(a0)
    : "r"(a1)
    : "memory");
  return (int32_t)a0;
}

int hostOpen(const char *path, int writing) {
  uint32_t arguments[] = {(uint32_t)path, writing ? 5 : 1, strlen(path)};
  return call(open, arguments);
}

void hostClose(int file) {
  uint32_t arguments[] = {(uint32_t)file};
  call(close, arguments);
}

int hostRead(int file, void *bytes, uint32_t length) {
  uint32_t arguments[] = {(uint32_t)file, (uint32_t)bytes, length};
  return call(readFile, arguments) == 0;
}

int hostWrite(int file, const void *bytes, uint32_t length) {
  uint32_t arguments[] = {(uint32_t)file, (uint32_t)bytes, length};
  return call(write, arguments) == 0;
}
