/* The board's end of its serial line, on a desk. Included whole: a fresh reader for every request. */
#include "frame.c"

#include <string.h>

#include "exchange.h"

static const uint8_t *piece;
static size_t pieceLength;

int serialRead(void) {
  if (pieceLength == 0) return -1;
  pieceLength--;
  return *piece++;
}

void serialWrite(uint8_t value) { answer8(value); }

void serialFlush(void) {}

/* Pieces of what arrives, each behind its length → for each frame: type, whether some were lost before, payload. */
static void decodeAll(void) {
  codedLength = 0;
  tooLong = heard = lost = inNumber = 0;
  while (isMore()) {
    pieceLength = take16();
    piece = takeBytes(pieceLength);
    Frame frame;
    while (takeFrame(&frame)) {
      answer8(frame.type);
      answer8((uint32_t)framesWereLost());
      answer16((uint32_t)frame.length);
      answerBytes(frame.payload, frame.length);
    }
  }
}

/* Frames (type, length of the head, length, payload) → the bytes for the line. */
static void encodeAll(void) {
  outNumber = 0;
  while (isMore()) {
    uint32_t type = take8();
    size_t head = take16();
    size_t length = take16();
    const uint8_t *payload = takeBytes(length);
    sendFrame((FrameType)type, payload, head, payload + head, length - head);
  }
}

void answerRequest(void) {
  if (take8() == 0) decodeAll();
  else encodeAll();
}
