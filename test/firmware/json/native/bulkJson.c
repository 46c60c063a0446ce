/*
 * Scans what comes on stdin: plan length (2), greatest kept (4), piece length (4), text length (4), plan, text, all
 * little-endian. Answers with the result (4) and, where it is no fault, as many bytes as were kept. Memory for what is
 * kept grows by one byte at a time from the least, so that every place where it can be full is met.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "jsonScan.h"

static uint32_t number(int count) {
  uint8_t bytes[4] = {0};
  if (fread(bytes, 1, (size_t)count, stdin) != (size_t)count) exit(0);
  return bytes[0] | bytes[1] << 8 | bytes[2] << 16 | (uint32_t)bytes[3] << 24;
}

static uint8_t *take(size_t length) {
  uint8_t *bytes = malloc(length + 1);
  if (!bytes || fread(bytes, 1, length, stdin) != length) exit(2);
  return bytes;
}

int main(void) {
  for (;;) {
    size_t planLength = number(2);
    size_t keptMax = number(4);
    size_t piece = number(4);
    size_t length = number(4);
    JsonPlan plan = {take(planLength), planLength};
    uint8_t *text = take(length);
    size_t room = 1;
    uint8_t *kept = malloc(room);
    JsonScan scan;
    int32_t result = 0;
    jsonBegin(&scan);
    for (size_t at = 0; at < length && result >= 0;) {
      size_t count = piece < length - at ? piece : length - at;
      /* A copy of its own, so that what reads beyond its end is seen. */
      uint8_t *bytes = malloc(count);
      memcpy(bytes, text + at, count);
      int32_t taken = jsonPush(&scan, plan, bytes, count, kept, room);
      free(bytes);
      if (taken < 0) {
        result = taken;
      } else {
        at += (size_t)taken;
        if ((size_t)taken == count) continue;
        if (room == keptMax) result = -100;
        else kept = realloc(kept, ++room);
      }
    }
    if (result >= 0) result = jsonEnd(&scan, kept, room);
    fwrite(&result, 4, 1, stdout);
    if (result > 0) fwrite(kept, 1, (size_t)result, stdout);
    free(kept);
    free(text);
    free((void *)plan.bytes);
  }
}
