/* The file of a recording (recording/format.ts), to which each start of the board is appended. */
#ifndef HOLDFAST_RECORD_H
#define HOLDFAST_RECORD_H

#include "xs.h"

/* Goes on with a recording or begins one; what a crash left unfinished at its end is cut off. NULL, or why not: a file
 * that is no recording, or a damaged one, is not touched. */
const char *openRecord(const char *path);

/* Bytes that it may still grow. */
double recordRoom(void);

/* Gives an object the function `record(bytes)`, which throws where they cannot be written. Uses xsVar(0). */
void addRecordFunction(xsMachine *the, xsSlot *object);

#endif
