#include "crash.h"

#include <string.h>

#include "clock.h"
#include "flash.h"
#include "ports.h"
#include "sha256.h"

static int readCrash(void *context, size_t offset, void *bytes, size_t length) {
  return readFlash(context, (double)offset, bytes, length) == NULL;
}

static int writeCrash(void *context, size_t offset, const void *bytes, size_t length) {
  return writeFlash(context, (double)offset, bytes, length) == NULL;
}

static int eraseCrash(void *context, size_t offset) { return eraseFlash(context, (double)offset) == NULL; }

static void keep(const Crash *crash) {
  const char *wrong;
  Partition *partition = findPartition("crash", &wrong);
  if (!partition) return;
  CrashFlash flash = {partition, partitionSize(partition), readCrash, writeCrash, eraseCrash};
  keepCrash(&flash, crash);
}

CrashReason abortReason(const char *words) {
  if (strcmp(words, "out of memory") == 0) return crashMemory;
  if (strcmp(words, "stack overflow") == 0) return crashStack;
  if (strcmp(words, "unhandled exception") == 0) return crashException;
  if (strcmp(words, "unhandled rejection") == 0) return crashRejection;
  return crashEngine;
}

void recordCrash(CrashReason reason, const char *description) {
  size_t length;
  const uint8_t *image = imageBytes(&length);
  if (!image || length == 0) return;
  Crash crash = {.reason = reason, .uptime = (uint32_t)(monotonic() / 1000), .description = description};
  Sha256State state;
  sha256Begin(&state);
  sha256Update(&state, image, length);
  sha256End(&state, crash.imageHash);
  keep(&crash);
}

/* Of the image in a slot; 0 when there is none. The header has the length of its body (firmware/store/imageHeader.ts). */
static int hashSlot(const char *name, uint8_t hash[32]) {
  enum { header = 64, lengthAt = 44 };
  const char *wrong;
  Partition *partition = findPartition(name, &wrong);
  uint8_t bytes[1024];
  if (!partition || readFlash(partition, 0, bytes, header) != NULL || memcmp(bytes, "HFIM", 4) != 0) return 0;
  const uint8_t *at = bytes + lengthAt;
  size_t length = header + ((size_t)at[0] << 24 | (size_t)at[1] << 16 | (size_t)at[2] << 8 | at[3]);
  if (length > partitionSize(partition)) return 0;
  Sha256State state;
  sha256Begin(&state);
  for (size_t done = 0; done < length; done += sizeof bytes) {
    size_t count = length - done < sizeof bytes ? length - done : sizeof bytes;
    if (readFlash(partition, (double)done, bytes, count) != NULL) return 0;
    sha256Update(&state, bytes, count);
  }
  sha256End(&state, hash);
  return 1;
}

int recordSilentEnd(const char *end) {
  const char *slot = strchr(end, ':');
  if (!slot || (strcmp(slot, ":A") != 0 && strcmp(slot, ":B") != 0)) return 0;
  size_t length = (size_t)(slot - end);
  int byWatchdog = length == 8 && strncmp(end, "watchdog", length) == 0;
  if (!byWatchdog && !(length == 9 && strncmp(end, "processor", length) == 0)) return 0;
  Crash crash = {.reason = byWatchdog ? crashWatchdog : crashProcessor, .description = ""};
  if (hashSlot(slot[1] == 'A' ? "slotA" : "slotB", crash.imageHash)) keep(&crash);
  return 1;
}
