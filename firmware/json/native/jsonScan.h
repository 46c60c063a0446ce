/*
 * Reads one JSON text (RFC 8259) in pieces and keeps what a plan names; json/plan.ts and json/kept.ts say how both
 * look, json/portable.ts is the same in TypeScript. It allocates nothing and calls nothing.
 */
#ifndef HOLDFAST_JSON_SCAN_H
#define HOLDFAST_JSON_SCAN_H

#include <stddef.h>
#include <stdint.h>

enum { jsonMalformed = 1, jsonDeep, jsonTwice, jsonType, jsonLong, jsonMany };

enum { jsonDepthMax = 32, jsonNameMax = 32 };

/* Lies where the caller wants it, and may be moved. */
typedef struct {
  uint32_t length;
  uint32_t record;
  uint32_t limit;
  uint32_t digits;
  int32_t node;
  uint32_t unit;
  uint32_t highSurrogate;
  uint8_t state;
  uint8_t sink;
  uint8_t member;
  uint8_t depth;
  uint8_t isName;
  uint8_t nameLength;
  uint8_t left, low, high;
  uint8_t unitDigits;
  uint8_t literal, position;
  uint8_t name[jsonNameMax];
  struct {
    uint32_t seen;
    int32_t node;
    uint32_t isList;
  } levels[jsonDepthMax];
} JsonScan;

typedef struct {
  const uint8_t *bytes;
  size_t length;
} JsonPlan;

void jsonBegin(JsonScan *scan);
/*
 * The count of bytes that were taken, fewer than `length` only where `kept` is full; or a fault as a negative number.
 * Whatever scan and plan hold, nothing is read or written outside of them, `bytes` and `kept`.
 */
int32_t jsonPush(JsonScan *scan, JsonPlan plan, const uint8_t *bytes, size_t length, uint8_t *kept, size_t keptLength);
/* The text has ended: bytes kept, or a fault as a negative number. */
int32_t jsonEnd(JsonScan *scan, uint8_t *kept, size_t keptLength);

#endif
