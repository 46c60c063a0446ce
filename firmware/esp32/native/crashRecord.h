/*
 * The platform's side of crash records, which firmware/store/crashRecord.ts lays out and explains: for chips and for every
 * board whose host is C. No memory but the stack's is used: a crash may be that there is none.
 */
#ifndef HOLDFAST_CRASH_RECORD_H
#define HOLDFAST_CRASH_RECORD_H

#include <stddef.h>
#include <stdint.h>

/* As firmware/port/crash.ts has them. */
typedef enum {
  crashUnknown,
  crashException,
  crashRejection,
  crashMemory,
  crashStack,
  crashEngine,
  crashWatchdog,
  crashProcessor,
  crashAsked,
} CrashReason;

/* A partition, in sectors of 4,096 bytes. Each call gives 1, or 0 when the flash refuses. */
typedef struct {
  void *context;
  size_t size;
  int (*read)(void *context, size_t offset, void *bytes, size_t length);
  int (*write)(void *context, size_t offset, const void *bytes, size_t length);
  int (*erase)(void *context, size_t offset);
} CrashFlash;

typedef struct {
  CrashReason reason;
  /* Seconds that the run had lasted. */
  uint32_t uptime;
  /* SHA-256 of the image that ran. */
  uint8_t imageHash[32];
  /* What was thrown, with its stack, in the engine's words; may be empty. */
  const char *description;
} Crash;

/*
 * Keeps a crash: as a mark where the newest record is of the same, else as a record of its own. 1 when it is in flash, 0
 * when it is not: it is of the kind of which the newest record has no room for more, or the flash takes nothing.
 */
int keepCrash(const CrashFlash *flash, const Crash *crash);

/* CRC-32 (ISO 3309), as records of crashes and headers of images have it. */
uint32_t crashChecksum(const uint8_t *bytes, size_t length);

#endif
