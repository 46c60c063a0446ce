/* A running board: the image's machine and the bootloader's, and how the run ends. */
#ifndef HOLDFAST_BOARD_H
#define HOLDFAST_BOARD_H

#include "machine.h"
#include "ports.h"

typedef struct {
  /* Without a heap of its own the image runs where memory is plenty, and nothing is a constant. */
  MachineSize size;
  /* Leaves the native crypto out, so that the image uses its own. */
  int portable;
  /* The file that is told what memory was used when the run ends; or NULL. */
  const char *report;
  /* JSON: the devices on its buses; or NULL. */
  const char *devices;
  /* Resets in a row by fault or watchdog: what a chip keeps in memory that a restart leaves alone. */
  double failures;
  /* True where a recording is open (record.h). */
  int recorded;
  /* True where the parent steps the board (stepped.h). */
  int stepped;
} BoardSettings;

/* Starts the image that the bootloader chooses; false when there is none, which the console is told. */
void startBoard(const BoardSettings *settings);
/* Starts a script in place of an image. */
void startScript(const BoardSettings *settings, uint8_t *bytes, size_t length);
/* Starts an ES module with what it imports from files below its folder; each may be source or bytecode. */
void startModule(const BoardSettings *settings, const char *path);

/* Runs the image that the parent sends, event by event, as long as there is a parent. */
_Noreturn void runStepped(const BoardSettings *settings);

/* Serves the image's events until its run ends, then ends the process. */
_Noreturn void runBoard(void);

#endif
