/*
 * The bootloader, in C and in place, as on a chip: host-sim/node/board/bootloader.ts and bootRecord.ts say what it does
 * and why. Tests hold the two against each other.
 */
#ifndef HOLDFAST_RV32_BOOTLOADER_H
#define HOLDFAST_RV32_BOOTLOADER_H

#include <stddef.h>
#include <stdint.h>

#include "../../../firmware/esp32/native/bootDecision.h"

typedef struct {
  /* 0 is A, 1 is B. */
  int slot;
  BootState state;
  /* Of the other slot, from now on. */
  SlotMark idle;
  uint32_t version;
  /* Header included; in the flash. */
  const uint8_t *bytes;
  size_t length;
  /* The reason why another image does not start; empty when there was none. */
  char rolledBack[80];
  /* The reason why there is nothing to start; empty when there is. */
  char reason[80];
} Start;

/* NULL, or what is wrong with the flash. `failures`: resets in a row by fault or watchdog. */
const char *chooseStart(Start *start, uint32_t failures);
/* Moves the image to the address that it was made for. */
void mapStart(Start *start);
/* NULL, or why not. */
const char *setPending(const Start *start, double length);
const char *confirmStart(Start *start);

/* Of an image before its body. */
enum { imageHeader = 64 };

#endif
