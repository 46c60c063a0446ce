/* Crash records (firmware/esp32/native/crashRecord.h) of a board whose flash is behind flash.h. */
#ifndef HOLDFAST_CRASH_H
#define HOLDFAST_CRASH_H

#include "crashRecord.h"

/* Keeps the end of this run. Nothing is said of flash that takes no record: the end itself is said elsewhere. */
void recordCrash(CrashReason reason, const char *description);

/* The reason behind the words of an engine that ends itself (onAbort). */
CrashReason abortReason(const char *words);

/* Keeps the end of the run before, which could say nothing itself: `watchdog:A`, `processor:B`. 0 when it is no such end. */
int recordSilentEnd(const char *end);

#endif
