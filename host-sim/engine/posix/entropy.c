#include "../host/entropy.h"

#include <stdint.h>
#if defined(__APPLE__)
#include <sys/random.h>
#else
#include <unistd.h>
#endif

/* The most bytes that getentropy gives at once. */
enum { mostAtOnce = 256 };

int fillRandom(void *bytes, size_t length) {
  uint8_t *at = bytes;
  while (length > 0) {
    size_t count = length < mostAtOnce ? length : mostAtOnce;
    if (getentropy(at, count) != 0) return 0;
    at += count;
    length -= count;
  }
  return 1;
}
