/* What xs/host/ports.c needs of a board, and gives to it; the part of xs/host/board.h that is not its own. */
#ifndef HOLDFAST_RV32_PORTS_H
#define HOLDFAST_RV32_PORTS_H

#include "xs.h"

int boardHasEnded(void);
void restartBoard(const char *reason);
void faultBoard(const char *description);
const uint8_t *imageBytes(size_t *length);
const char *askBootloader(const char *method, double length);

void addFlashFunctions(xsMachine *the, xsSlot *object);
void addHostFunctions(xsMachine *the, xsSlot *object, int portable);

#endif
