/* What of the console comes in frames. */
#ifndef HOLDFAST_RV32_SERIAL_CONSOLE_H
#define HOLDFAST_RV32_SERIAL_CONSOLE_H

#include "console.h"
#include "frame.h"

/* A piece of a line; calls when it was the last. */
void takeLine(const Frame *frame, void (*take)(uint8_t *line, size_t length));
/* Frames were lost: what has come of a line is not one. */
void dropLine(void);

#endif
