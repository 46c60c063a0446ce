#include "lock.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int runs(long pid) { return kill((pid_t)pid, 0) == 0 || errno == EPERM; }

static long readHolder(const char *path) {
  char text[24] = {0};
  int file = open(path, O_RDONLY | O_CLOEXEC);
  if (file < 0) return 0;
  ssize_t count = read(file, text, sizeof text - 1);
  close(file);
  return count > 0 ? strtol(text, NULL, 10) : 0;
}

const char *lockDirectory(const char *directory) {
  static char problem[PATH_MAX + 128];
  char path[PATH_MAX];
  snprintf(path, sizeof path, "%s/board.pid", directory);
  for (;;) {
    int file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (file >= 0) {
      int written = dprintf(file, "%ld", (long)getpid()) > 0;
      close(file);
      return written ? NULL : "the lock of the flash cannot be written";
    }
    if (errno != EEXIST) {
      snprintf(problem, sizeof problem, "%s: %s", path, strerror(errno));
      return problem;
    }
    long holder = readHolder(path);
    if (holder > 0 && runs(holder)) {
      snprintf(problem, sizeof problem, "another board runs on %s: process %ld (end it, or take another directory)",
               directory, holder);
      return problem;
    }
    unlink(path);
  }
}
