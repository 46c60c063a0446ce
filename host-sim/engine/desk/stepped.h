/*
 * A board that its parent steps (host-sim/xs/steppedRealm.ts): over the standard input come the image, then events, and
 * answers to what the image asks of its ports, which the parent has; all else goes over the standard output. One side
 * speaks at a time, so nothing hangs on how fast either is.
 */
#ifndef HOLDFAST_STEPPED_H
#define HOLDFAST_STEPPED_H

#include <stddef.h>
#include <stdint.h>

#include "xs.h"

/* The text or bytecode of an image, malloc'ed. */
uint8_t *takeImage(size_t *length);
/* Fills an object with the functions of guest/steppedHost.ts. */
void addSteppedFunctions(xsMachine *the, xsSlot *object, int portable);

/* Waits for the next event; the process ends where there is no parent any more. */
void awaitEvent(void);
/* To be called within the image's machine: hands the event to its guest. */
void giveEvent(xsMachine *the, xsSlot *guest);
/* The image waits for events, and nothing of it is left to run; and the seconds of the processor so far. */
void sayIdle(void);
void sayFault(const char *words);

#endif
