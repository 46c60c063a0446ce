/*
 * Memory in words, as the functions in a chip's ROM move it (ESP32-C3 Technical Reference Manual, 3.3.2). Those of
 * the C library here go byte by byte, which no board of ours does: they were one instruction of twelve in a command.
 */
#include <stdint.h>
#include <string.h>

#pragma GCC optimize("no-tree-loop-distribute-patterns")

/* Words may alias what they are copied from. */
typedef uint32_t __attribute__((may_alias)) Word;

enum { wordBytes = sizeof(Word) };

static int isAligned(uintptr_t address) { return address % wordBytes == 0; }

void *memset(void *to, int value, size_t count) {
  uint8_t *at = to;
  for (; count > 0 && !isAligned((uintptr_t)at); count--) *at++ = (uint8_t)value;
  Word word = (uint8_t)value * 0x01010101u;
  for (; count >= wordBytes; count -= wordBytes, at += wordBytes) *(Word *)at = word;
  for (; count > 0; count--) *at++ = (uint8_t)value;
  return to;
}

void *memcpy(void *restrict to, const void *restrict from, size_t count) {
  uint8_t *at = to;
  const uint8_t *source = from;
  if (isAligned((uintptr_t)at ^ (uintptr_t)source)) {
    for (; count > 0 && !isAligned((uintptr_t)at); count--) *at++ = *source++;
    for (; count >= wordBytes; count -= wordBytes, at += wordBytes, source += wordBytes)
      *(Word *)at = *(const Word *)source;
  }
  for (; count > 0; count--) *at++ = *source++;
  return to;
}

void *memmove(void *to, const void *from, size_t count) {
  uint8_t *at = to;
  const uint8_t *source = from;
  if ((uintptr_t)at - (uintptr_t)source >= count) return memcpy(to, from, count);
  at += count;
  source += count;
  if (isAligned((uintptr_t)at ^ (uintptr_t)source)) {
    for (; count > 0 && !isAligned((uintptr_t)at); count--) *--at = *--source;
    for (; count >= wordBytes; count -= wordBytes) {
      at -= wordBytes;
      source -= wordBytes;
      *(Word *)at = *(const Word *)source;
    }
  }
  for (; count > 0; count--) *--at = *--source;
  return to;
}
