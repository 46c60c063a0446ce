#include "start.h"

#include <inttypes.h>
#include <stdio.h>

/* The SDK switches this warning off for all C, and then only a link shows a function that ESP-IDF has not. */
#pragma GCC diagnostic error "-Wimplicit-function-declaration"

enum { marked = 0x484f4c44 };

static uint32_t checkOf(const StartRecord *record) { return ~(record->mark ^ record->begun); }

static void keep(StartRecord *record, uint32_t begun) {
  record->mark = marked;
  record->begun = begun;
  record->check = checkOf(record);
}

uint32_t countStart(StartRecord *record, int poweredOn) {
  int isKept = !poweredOn && record->mark == marked && record->check == checkOf(record);
  uint32_t failed = isKept ? record->begun : 0;
  keep(record, failed < UINT32_MAX ? failed + 1 : failed);
  return failed;
}

void startSucceeded(StartRecord *record) { keep(record, 0); }

size_t startWords(char *text, size_t size, uint32_t failed, uint32_t unused, uint32_t largest) {
  int length = snprintf(text, size,
                        "holdfast: the engine did not start, %" PRIu32 " times in a row. %" PRIu32
                        " bytes are free, %" PRIu32
                        " in one piece: compare with \"creation\" in the image's manifest, or flash another image.\r\n",
                        failed, unused, largest);
  if (length < 0) return 0;
  return (size_t)length < size ? (size_t)length : size - 1;
}
