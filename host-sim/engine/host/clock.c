#include "clock.h"

#include <stddef.h>
#include <time.h>

/* As many as the Node board allows. */
enum { mostTimers = 256 };

typedef struct {
  double id;
  double due;
} Timer;

static Timer timers[mostTimers];
static size_t count;

double monotonic(void) {
  static time_t first = -1;
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  if (first < 0) first = now.tv_sec;
  return (double)(now.tv_sec - first) * 1000 + (double)now.tv_nsec / 1e6;
}

int setTimer(double id, double milliseconds) {
  if (count == mostTimers) return 0;
  timers[count++] = (Timer){id, monotonic() + (milliseconds > 0 ? milliseconds : 0)};
  return 1;
}

/* In order, so that of two that are due together the older goes first. */
static void removeTimer(size_t at) {
  count--;
  for (; at < count; at++) timers[at] = timers[at + 1];
}

void clearTimer(double id) {
  for (size_t i = 0; i < count; i++) {
    if (timers[i].id != id) continue;
    removeTimer(i);
    return;
  }
}

static size_t earliest(void) {
  size_t best = 0;
  for (size_t i = 1; i < count; i++) {
    if (timers[i].due < timers[best].due) best = i;
  }
  return best;
}

double nextTimer(void) {
  if (count == 0) return -1;
  double rest = timers[earliest()].due - monotonic();
  return rest > 0 ? rest : 0;
}

int takeTimer(double now, double *id) {
  if (count == 0) return 0;
  size_t at = earliest();
  if (timers[at].due > now) return 0;
  *id = timers[at].id;
  removeTimer(at);
  return 1;
}
