/*
 * A frame is, between two zero bytes and with its own zeros taken out (COBS): version, type, number, payload,
 * CRC-32 big-endian of all that. What stands between two zero bytes and is no frame is skipped.
 */
#include "frame.h"

#include "crc32.h"
#include "serial.h"

enum { header = 3, trailer = 4, mostFrame = header + mostPayload + trailer, mostCoded = mostFrame + mostFrame / 254 + 2, mostAtOnce = 4096 };

/* --- out --- */

static uint8_t run[254];
static size_t runLength;
static uint8_t outNumber;

static void endRun(void) {
  serialWrite((uint8_t)(runLength + 1));
  for (size_t i = 0; i < runLength; i++) serialWrite(run[i]);
  runLength = 0;
}

static void code(uint8_t value) {
  if (value == 0) {
    endRun();
    return;
  }
  run[runLength++] = value;
  if (runLength == sizeof run) endRun();
}

static uint32_t codeAll(uint32_t crc, const uint8_t *bytes, size_t length) {
  for (size_t i = 0; i < length; i++) code(bytes[i]);
  return crcUpdate(crc, bytes, length);
}

void sendFrame(FrameType type, const void *head, size_t headLength, const void *body, size_t bodyLength) {
  uint8_t start[header] = {frameVersion, (uint8_t)type, outNumber++};
  serialWrite(0);
  runLength = 0;
  uint32_t crc = codeAll(~0u, start, sizeof start);
  crc = codeAll(crc, head, headLength);
  crc = ~codeAll(crc, body, bodyLength);
  for (int shift = 24; shift >= 0; shift -= 8) code((uint8_t)(crc >> shift));
  endRun();
  serialWrite(0);
  serialFlush();
}

/* --- in --- */

static uint8_t coded[mostCoded];
static size_t codedLength;
static int tooLong;
static uint8_t inNumber;
static int heard;
static int lost;

/* In place; the length, or 0 when these bytes are no code. */
static size_t decode(void) {
  size_t from = 0;
  size_t to = 0;
  while (from < codedLength) {
    size_t count = coded[from++] - 1u;
    if (count > codedLength - from) return 0;
    for (size_t i = 0; i < count; i++) coded[to++] = coded[from++];
    if (count < 254 && from < codedLength) coded[to++] = 0;
  }
  return to;
}

/* A final empty run after a full one leaves no zero behind; the sender above always writes one. */
static int parse(Frame *frame) {
  size_t length = decode();
  if (length < header + trailer || length > mostFrame) return 0;
  const uint8_t *check = coded + length - trailer;
  uint32_t crc = (uint32_t)check[0] << 24 | (uint32_t)check[1] << 16 | (uint32_t)check[2] << 8 | check[3];
  if (crc32(coded, length - trailer) != crc || coded[0] != frameVersion) return 0;
  if (heard && coded[2] != inNumber) lost = 1;
  heard = 1;
  inNumber = (uint8_t)(coded[2] + 1);
  *frame = (Frame){(FrameType)coded[1], coded + header, length - header - trailer};
  return 1;
}

int takeFrame(Frame *frame) {
  for (int i = 0; i < mostAtOnce; i++) {
    int value = serialRead();
    if (value < 0) return 0;
    if (value != 0) {
      if (codedLength < sizeof coded) coded[codedLength++] = (uint8_t)value;
      else tooLong = 1;
      continue;
    }
    int found = codedLength > 0 && !tooLong && parse(frame);
    codedLength = 0;
    tooLong = 0;
    if (found) return 1;
  }
  return 0;
}

int framesWereLost(void) {
  int were = lost;
  lost = 0;
  return were;
}
