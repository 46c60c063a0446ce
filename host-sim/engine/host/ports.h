/* The functions that ports.c needs of a board, and the functions that it gives to the board. */
#ifndef HOLDFAST_PORTS_H
#define HOLDFAST_PORTS_H

#include <stddef.h>
#include <stdint.h>

#include "xs.h"

#include "crashRecord.h"

/* True once the image asked for a restart: the image has no effect any more. */
int boardHasEnded(void);
/* After these the run ends as soon as the image's code returns. */
void restartBoard(const char *reason);
void faultBoard(CrashReason reason, const char *description);
/* Bytes that execute. */
const uint8_t *imageBytes(size_t *length);
/* NULL, or the reason for which the bootloader refuses. */
const char *askBootloader(const char *method, double length);

/* Bytecode of the app in an app image's body, malloc'ed; NULL: `wrong` says why there is none. */
uint8_t *appCode(const uint8_t *body, size_t length, size_t *size, const char **wrong);

/* Fills an object with the host's functions (guest/host.ts). */
void addFlashFunctions(xsMachine *the, xsSlot *object);
void addHostFunctions(xsMachine *the, xsSlot *object, int portable);
/* Only those that are no port: the native code, unless `portable`, and apps. Both change the first two xsVars. */
void addOwnFunctions(xsMachine *the, xsSlot *object, int portable);

#endif
