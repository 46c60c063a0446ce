/*
 * The parts that a program for QEMU's `sim` machine has in place of a system: its first instructions, memory, and the calls that
 * the emulator answers (target/xtensa/xtensa-semi.c).
 */
#include <errno.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "exchange.h"

enum { sysExit = 1, sysRead = 3, sysWrite = 4 };

extern char bssStart[], bssEnd[], heapStart[], heapEnd[];

/* The processor begins at the first address; what `movi` loads lies behind the jump. */
__asm__(
  ".section .start, \"ax\"\n"
  ".global _start\n"
  "_start:\n"
  "  j go\n"
  ".align 4\n"
  ".literal_position\n"
  "go:\n"
  "  movi a1, stackHigh\n"
  "  movi a0, begin\n"
  "  callx0 a0\n"
  ".text\n");

int main(void);

static int call(int operation, int a, const void *b, size_t c) {
  register int a2 __asm__("a2") = operation;
  register int a3 __asm__("a3") = a;
  register const void *a4 __asm__("a4") = b;
  register size_t a5 __asm__("a5") = c;
  __asm__ volatile("simcall" : "+r"(a2), "+r"(a3) : "r"(a4), "r"(a5) : "memory");
  return a2;
}

_Noreturn void _exit(int code) {
  call(sysExit, code, NULL, 0);
  for (;;) {
  }
}

_Noreturn void abort(void) { _exit(70); }

void *sbrk(ptrdiff_t count) {
  static char *at = heapStart;
  if (count > heapEnd - at) {
    errno = ENOMEM;
    return (void *)-1;
  }
  at += count;
  return at - count;
}

int hear(void *bytes, size_t length) {
  for (uint8_t *to = bytes; length > 0;) {
    int count = call(sysRead, 0, to, length);
    if (count <= 0) return 0;
    to += count;
    length -= (size_t)count;
  }
  return 1;
}

void say(const void *bytes, size_t length) {
  for (const uint8_t *from = bytes; length > 0;) {
    int count = call(sysWrite, 1, from, length);
    if (count <= 0) _exit(71);
    from += count;
    length -= (size_t)count;
  }
}

_Noreturn __attribute__((used)) void begin(void) {
  for (char *p = bssStart; p < bssEnd; p++) *p = 0;
  _exit(main());
}
