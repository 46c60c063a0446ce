/* Lines of JSON (host-sim/node/board/consoleLine.ts) in frames. Whoever holds the other end of the line holds the board. */
#include "console.h"

#include <stdio.h>
#include <string.h>

#include "clock.h"
#include "device.h"
#include "power.h"
#include "frame.h"
#include "serialConsole.h"
#include "watchdog.h"

enum { lineLimit = 4096 + 1024 };

static uint8_t input[lineLimit + 1];
static size_t inputLength;
static int skipping;

size_t consoleBacklog(void) { return 0; }

void sendLine(const char *line) {
  size_t length = strlen(line);
  for (; length > mostPayload; line += mostPayload, length -= mostPayload) {
    sendFrame(frameLine, NULL, 0, line, mostPayload);
  }
  sendFrame(frameLineEnd, NULL, 0, line, length);
}

/* {"key": "text"}, the text escaped, in frames as they fill. */
void sendText(const char *key, const char *text) {
  char piece[mostPayload];
  size_t length = (size_t)snprintf(piece, sizeof piece, "{\"%s\":\"", key);
  for (const unsigned char *p = (const unsigned char *)text; *p; p++) {
    if (length > sizeof piece - 16) {
      sendFrame(frameLine, NULL, 0, piece, length);
      length = 0;
    }
    if (*p < 0x20 || *p > 0x7e || *p == '"' || *p == '\\') length += (size_t)sprintf(piece + length, "\\u%04x", *p);
    else piece[length++] = (char)*p;
  }
  memcpy(piece + length, "\"}", 2);
  sendFrame(frameLineEnd, NULL, 0, piece, length + 2);
}

void takeLine(const Frame *frame, void (*take)(uint8_t *line, size_t length)) {
  size_t room = lineLimit - inputLength;
  if (frame->length > room) skipping = 1;
  if (!skipping) memcpy(input + inputLength, frame->payload, frame->length);
  if (!skipping) inputLength += frame->length;
  if (frame->type != frameLineEnd) return;
  size_t length = inputLength;
  inputLength = 0;
  /* An empty line is the holder's, ahead of each of its own. */
  if (!skipping && length > 0) take(input, length);
  else if (skipping) sendText("log", "(a line that is too long was skipped)");
  skipping = 0;
}

void dropLine(void) {
  inputLength = 0;
  /* Up to the end of the line that lost its beginning. */
  skipping = 0;
}

/* A serial line picks up noise: what is no line of the holder's is no reason to stop. */
void consoleNonsense(void) { sendText("log", "(a line that makes no sense was skipped)"); }

_Noreturn void endBoard(int code) { leave(code); }

_Noreturn void leave(int code) {
  enum { patience = 5000 };
  Frame frame;
  sendFrame(frameEnd, NULL, 0, NULL, 0);
  for (double until = monotonic() + patience; monotonic() < until;) {
    feedWatchdog();
    while (takeFrame(&frame)) {
      if (frame.type == frameEnd) powerOff(code);
    }
  }
  powerOff(code);
}
