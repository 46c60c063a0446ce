/* Kills this process when nobody feeds it: it then hangs in the image's code, which cannot be asked to stop. */
#ifndef HOLDFAST_WATCHDOG_H
#define HOLDFAST_WATCHDOG_H

void startWatchdog(double milliseconds);
void feedWatchdog(void);
/* It bites nobody until it is fed again. */
void restWatchdog(void);
/* The time that the process may rest before it must feed. */
double watchdogPatience(void);

#endif
