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

static size_t whole(int length, size_t size) {
  if (length < 0) return 0;
  return (size_t)length < size ? (size_t)length : size - 1;
}

int engineFits(const EngineMemory *asked) {
  uint64_t begins = (uint64_t)asked->chunks + asked->slots + asked->stack;
  return asked->arena == 0 || begins <= asked->arena;
}

size_t startWords(char *text, size_t size, uint32_t failed, const EngineMemory *asked, FreeMemory heap) {
  char times[64] = "cannot start";
  char arena[64] = "";
  if (failed) snprintf(times, sizeof times, "did not start, %" PRIu32 " times in a row", failed);
  if (asked->arena) snprintf(arena, sizeof arena, "%" PRIu32 " bytes in one piece, and in it ", asked->arena);
  int length = snprintf(text, size,
                        "holdfast: the engine %s. It asks for %s%" PRIu32 " of chunks, %" PRIu32 " of slots, %" PRIu32
                        " of stack; %" PRIu32 " bytes are free, %" PRIu32
                        " in one piece: change \"creation\" in the image's manifest, or flash another image.\r\n",
                        times, arena, asked->chunks, asked->slots, asked->stack, heap.unused, heap.largest);
  return whole(length, size);
}

size_t refusedWords(char *text, size_t size, uint32_t asked, FreeMemory heap) {
  int length = snprintf(text, size,
                        "holdfast: no room for %" PRIu32 " bytes at the start: %" PRIu32 " are free, %" PRIu32
                        " in one piece.\r\n",
                        asked, heap.unused, heap.largest);
  return whole(length, size);
}
