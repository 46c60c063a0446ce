/*
 * Starts that never came so far that the firmware had a console: an engine that finds no memory restarts the chip
 * without a word, for ever. They are counted where a restart leaves memory alone, and the next start says so; a start
 * whose memory cannot be enough says so itself.
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

/* Bytes that the engine asks for by its `creation`. */
typedef struct {
  /* In one piece, which all else comes from; 0 where each of the others is a piece of its own. */
  uint32_t arena;
  /* At its start; chunks and slots grow. */
  uint32_t chunks;
  uint32_t slots;
  uint32_t stack;
} EngineMemory;

/* The heap of ESP-IDF, in bytes. */
typedef struct {
  uint32_t unused;
  uint32_t largest;
} FreeMemory;

/* Whether what an engine begins with fits its arena: where it does not, the engine ends without having asked for more. */
int engineFits(const EngineMemory *asked);

/* The words to the console before a start that cannot succeed (0 failed), or is tried again; the length of the text. */
size_t startWords(char *text, size_t size, uint32_t failed, const EngineMemory *asked, FreeMemory heap);

/* The words to the console about memory that was asked for at the start and refused; the length of the text. */
size_t refusedWords(char *text, size_t size, uint32_t asked, FreeMemory heap);

#endif
