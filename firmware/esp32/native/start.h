/*
 * Starts that never came so far that the firmware had a console: an engine that finds no memory restarts the chip
 * without a word, for ever. They are counted where a restart leaves memory alone, and the next start says so.
 */
#ifndef HOLDFAST_START_H
#define HOLDFAST_START_H

#include <stddef.h>
#include <stdint.h>

/* Lies in memory that nobody clears: what it holds after power-on is chance. */
typedef struct {
  uint32_t mark;
  uint32_t begun;
  uint32_t check;
} StartRecord;

/* Counts this start, and gives the number of those before it in a row that did not come so far. */
uint32_t countStart(StartRecord *record, int poweredOn);

/* This start came so far that the firmware speaks for itself. */
void startSucceeded(StartRecord *record);

/* The words to the console before such a start is tried again; the length of the text. Bytes of the heap, all and in one piece. */
size_t startWords(char *text, size_t size, uint32_t failed, uint32_t unused, uint32_t largest);

#endif
