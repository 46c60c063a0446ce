/* Time that only counts forward, and what waits for it. */
#ifndef HOLDFAST_CLOCK_H
#define HOLDFAST_CLOCK_H

/* Milliseconds since this process started. */
double monotonic(void);

/* False when there are too many. The id is the image's own. */
int setTimer(double id, double milliseconds);
void clearTimer(double id);
/* Milliseconds until the next is due, 0 if one is; -1 when there is none. */
double nextTimer(void);
/* The timer longest due at `now`, which is gone then; 0 when none is. */
int takeTimer(double now, double *id);

#endif
