/* The emulator's settings for this board, as by pins that are strapped on a circuit board: words beside its memory. */
#ifndef HOLDFAST_RV32_STRAPS_H
#define HOLDFAST_RV32_STRAPS_H

#include <stdint.h>

typedef struct {
  /* Bytes of the image's heap; slots of its stack. */
  uint32_t heap;
  uint32_t stack;
  /* Milliseconds at 160 MHz. */
  uint32_t watchdog;
  uint32_t flags;
  /* Resets in a row by fault or watchdog: what a chip keeps in memory that a restart leaves alone. */
  uint32_t failures;
} Straps;

enum {
  /* The image uses its own crypto. */
  strapPortable = 1,
  /* The image can count instructions (bench). */
  strapMeasure = 2,
  /* Makes an image in place of running one (body.h). */
  strapMake = 4,
};

enum { strapsBase = 0x80500000 };

#endif
