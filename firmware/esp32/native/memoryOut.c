#include "memoryOut.h"

#include <inttypes.h>
#include <stdio.h>

/* The SDK switches this warning off for all C, and then only a link shows a function that ESP-IDF has not. */
#pragma GCC diagnostic error "-Wimplicit-function-declaration"

/* A driver's buffer for the longest frame, and what lwIP and the heap keep beside it. */
enum { frameBytes = 1600, looksMax = 6 };

int memoryIsOut(MemoryWatch *watch, uint32_t largest) {
  watch->without = largest < frameBytes ? watch->without + 1 : 0;
  return watch->without >= looksMax;
}

size_t memoryOutWords(char *text, size_t size, uint32_t unused, uint32_t largest) {
  int length = snprintf(text, size,
                        "\r\nholdfast: no memory for a frame of the network for a minute. %" PRIu32
                        " bytes are free, %" PRIu32 " in one piece: the board restarts.\r\n",
                        unused, largest);
  if (length < 0) return 0;
  return (size_t)length < size ? (size_t)length : size - 1;
}
