/* The clock of the C library: the emulator's real-time clock, which is monotonic as it is started. */
#include <stddef.h>
#include <sys/time.h>
#include <time.h>

#include "device.h"
#include "nanoseconds.h"

uint64_t nanoseconds(void) {
  uint32_t low = *word(rtcBase);
  return (uint64_t)*word(rtcBase + 4) << 32 | low;
}

int clock_gettime(clockid_t clock, struct timespec *now) {
  (void)clock;
  uint64_t value = nanoseconds();
  now->tv_sec = (time_t)(value / 1000000000);
  now->tv_nsec = (long)(value % 1000000000);
  return 0;
}

/* There is no calendar on a board: time counts from some instant before its boot. */
int gettimeofday(struct timeval *now, void *zone) {
  (void)zone;
  uint64_t value = nanoseconds();
  now->tv_sec = (time_t)(value / 1000000000);
  now->tv_usec = (suseconds_t)(value % 1000000000 / 1000);
  return 0;
}
