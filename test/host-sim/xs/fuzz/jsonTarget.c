/*
 * libFuzzer: JSON texts under plans of any bytes. Nothing is read or written outside of plan, text and what is kept; the
 * outcome does not depend on where a text is cut, nor on how the memory for what is kept grows.
 */
#include <stdlib.h>
#include <string.h>

#include "jsonScan.h"

enum { roomMax = 512 };

typedef struct {
  int32_t result;
  uint8_t *kept;
} Outcome;

/* Full memory grows by one byte, up to the most. */
static Outcome scan(JsonPlan plan, const uint8_t *text, size_t length, size_t piece, size_t room) {
  JsonScan state;
  Outcome outcome = {0, malloc(room)};
  jsonBegin(&state);
  for (size_t at = 0; at < length && outcome.result >= 0;) {
    size_t count = piece < length - at ? piece : length - at;
    /* Of its own, so that what reads beyond its end is seen. */
    uint8_t *bytes = malloc(count);
    memcpy(bytes, text + at, count);
    int32_t taken = jsonPush(&state, plan, bytes, count, outcome.kept, room);
    free(bytes);
    if (taken < 0) outcome.result = taken;
    else if ((size_t)taken > count) abort();
    else {
      at += (size_t)taken;
      if ((size_t)taken == count) continue;
      if (room == roomMax) outcome.result = -100;
      else outcome.kept = realloc(outcome.kept, ++room);
    }
  }
  if (outcome.result >= 0) outcome.result = jsonEnd(&state, outcome.kept, room);
  if (outcome.result > (int32_t)room) abort();
  return outcome;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (size < 3) return 0;
  size_t planLength = data[0] < size - 3 ? data[0] : size - 3;
  size_t piece = 1 + data[1] % 32;
  size_t room = 1 + data[2];
  uint8_t *planBytes = malloc(planLength + 1);
  memcpy(planBytes, data + 3, planLength);
  JsonPlan plan = {planBytes, planLength};
  const uint8_t *text = data + 3 + planLength;
  size_t length = size - 3 - planLength;
  Outcome cut = scan(plan, text, length, piece, room);
  Outcome whole = scan(plan, text, length, length + 1, roomMax);
  if (cut.result != whole.result) abort();
  if (cut.result > 0 && memcmp(cut.kept, whole.kept, (size_t)cut.result) != 0) abort();
  free(cut.kept);
  free(whole.kept);
  free(planBytes);
  return 0;
}
