/* The console's part of what comes in frames. */
#ifndef HOLDFAST_RV32_SERIAL_CONSOLE_H
#define HOLDFAST_RV32_SERIAL_CONSOLE_H

#include "console.h"
#include "frame.h"

/* A piece of a line; calls when it was the last. */
void takeLine(const Frame *frame, void (*take)(uint8_t *line, size_t length));
/* Frames were lost: what has come of a line is not one. */
void dropLine(void);

/*
 * Powers off when the holder has heard what was said last: a line that closes forgets what was not read. A holder that is
 * not there is waited for some seconds.
 */
_Noreturn void leave(int code);

#endif
