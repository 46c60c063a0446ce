/*
 * Frames on the serial line; host-sim/rv32/line has the other end, and the format.
 */
#ifndef HOLDFAST_RV32_FRAME_H
#define HOLDFAST_RV32_FRAME_H

#include <stddef.h>
#include <stdint.h>

enum { frameVersion = 1, mostPayload = 1024 };

typedef enum {
  frameLine = 1,      /* text, and the line goes on in the next */
  frameLineEnd = 2,   /* text */
  frameOpen = 3,      /* id, port, host: from the board */
  frameData = 4,      /* id, bytes */
  frameClose = 5,     /* id, cause in UTF-8 (from the holder; absent when the peer closed) */
  frameCredit = 6,    /* id, count: so many more bytes may be sent; the holder's first means connected */
  framePing = 7,      /* from the holder, to show that it is there */
  frameUse = 8,       /* JSON: what memory was used */
  frameReset = 9,     /* frames were lost: every connection is cut */
  frameEnd = 10,      /* from the board, its last; from the holder, that it has come */
} FrameType;

typedef struct {
  FrameType type;
  const uint8_t *payload;
  size_t length;
} Frame;

/* Waits while the line is busy. The payload is of up to three pieces. */
void sendFrame(FrameType type, const void *head, size_t headLength, const void *body, size_t bodyLength);

/*
 * The next whole frame that has come in; valid until the next call. 0 when there is none, or none in so much of what
 * waits that there is other work to do first.
 */
int takeFrame(Frame *frame);
/* True once after frames were lost. */
int framesWereLost(void);

#endif
