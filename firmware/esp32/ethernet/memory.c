#include "memory.h"

#include <stdlib.h>

#include <esp_heap_caps.h>

/* The SDK switches this warning off for all C, and then only a link shows a function that ESP-IDF has not. */
#pragma GCC diagnostic error "-Wimplicit-function-declaration"

/* A radio's buffers are many: one piece as large as all of them would say that nothing fits where much does. */
enum { pieceBytes = 1600 };

static uint32_t held;

int32_t memoryBytes(uint32_t what) {
  if (what == 1) return (int32_t)heap_caps_get_largest_free_block(MALLOC_CAP_8BIT);
  if (what == 2) return (int32_t)heap_caps_get_minimum_free_size(MALLOC_CAP_8BIT);
  return what == 3 ? (int32_t)held : (int32_t)heap_caps_get_free_size(MALLOC_CAP_8BIT);
}

void memoryHold(uint32_t bytes) {
  /* Never given back, as a radio's are not. */
  while (held < bytes && malloc(pieceBytes)) held += pieceBytes;
}
