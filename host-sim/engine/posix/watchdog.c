#include "../host/watchdog.h"

#include <signal.h>
#include <sys/time.h>
#include <unistd.h>

static double interval;

static void bite(int number) {
  (void)number;
  static const char words[] = "watchdog: the image blocks the event loop\n";
  if (write(2, words, sizeof words - 1) < 0) {
    /* Nobody reads any more. */
  }
  kill(getpid(), SIGKILL);
}

void startWatchdog(double milliseconds) {
  interval = milliseconds;
  signal(SIGALRM, bite);
  feedWatchdog();
}

void feedWatchdog(void) {
  if (interval <= 0) return;
  struct itimerval rest = {{0, 0}, {(time_t)(interval / 1000), (suseconds_t)((long)interval % 1000 * 1000)}};
  setitimer(ITIMER_REAL, &rest, NULL);
}

void restWatchdog(void) {
  struct itimerval never = {{0, 0}, {0, 0}};
  setitimer(ITIMER_REAL, &never, NULL);
}

double watchdogPatience(void) { return interval > 0 ? interval / 4 : 1000; }
