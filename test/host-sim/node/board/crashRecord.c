/*
 * Keeps crashes of a chip's code (firmware/esp32/native/crashRecord.c) in a file that is a partition. Arguments: the file,
 * and for each crash its reason, seconds, the byte of which its image's hash is made, and its description.
 */
#include "crashRecord.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static uint8_t cells[256 * 1024];

static int readCells(void *context, size_t offset, void *bytes, size_t length) {
  (void)context;
  memcpy(bytes, cells + offset, length);
  return 1;
}

/* As the flash of a simulated board: a write that would set a bit changes nothing. */
static int writeCells(void *context, size_t offset, const void *bytes, size_t length) {
  (void)context;
  const uint8_t *given = bytes;
  for (size_t i = 0; i < length; i++)
    if ((cells[offset + i] & given[i]) != given[i]) return 0;
  memcpy(cells + offset, bytes, length);
  return 1;
}

static int eraseCells(void *context, size_t offset) {
  (void)context;
  memset(cells + offset, 0xff, 4096);
  return 1;
}

int main(int count, char **arguments) {
  FILE *file = fopen(arguments[1], "r+b");
  if (!file) return 1;
  CrashFlash flash = {NULL, fread(cells, 1, sizeof cells, file), readCells, writeCells, eraseCells};
  for (int i = 2; i + 3 < count; i += 4) {
    Crash crash = {
      .reason = (CrashReason)atoi(arguments[i]),
      .uptime = (uint32_t)strtoul(arguments[i + 1], NULL, 10),
      .description = arguments[i + 3],
    };
    memset(crash.imageHash, atoi(arguments[i + 2]), sizeof crash.imageHash);
    putchar(keepCrash(&flash, &crash) ? '1' : '0');
  }
  rewind(file);
  int written = fwrite(cells, 1, flash.size, file) == flash.size;
  return fclose(file) == 0 && written ? 0 : 1;
}
