/* The C library's calls to a machine without an operating system. */
#include <stdio.h>
#include <stdlib.h>

#include "console.h"
#include "device.h"
#include "power.h"
#include "serial.h"
#include "serialConsole.h"

/* Text of XS or the library itself; it stands between frames, where the holder takes it for a log. */
static int put(char character, FILE *stream) {
  (void)stream;
  if (character) serialWrite((uint8_t)character);
  if (character == '\n') serialFlush();
  return 0;
}

static FILE serial = FDEV_SETUP_STREAM(put, NULL, NULL, _FDEV_SETUP_WRITE);
FILE *const stdin = &serial;
FILE *const stdout = &serial;
FILE *const stderr = &serial;

_Noreturn void abort(void) {
  sendText("fault", "the program gave up");
  leave(exitFault);
}

_Noreturn void _exit(int code) { powerOff(code); }
