#include "../host/flash.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

struct Partition {
  const char *name;
  size_t size;
  int file;
};

/* As host-sim/node/flash/table.ts has it. */
static Partition partitions[] = {
  {"identity", 8 * 1024, -1},
  {"journal", 64 * 1024, -1},
  {"boot", 8 * 1024, -1},
  {"slotA", 1024 * 1024, -1},
  {"slotB", 1024 * 1024, -1},
  {"counter", 8 * 1024, -1},
  {"app", 64 * 1024, -1},
  {"telemetry", 32 * 1024, -1},
  {"crash", 16 * 1024, -1},
  {"appA", 96 * 1024, -1},
  {"appB", 96 * 1024, -1},
};

static char directory[PATH_MAX / 2];
static char problem[PATH_MAX + 128];

const char *openFlash(const char *path) {
  if (strlen(path) >= sizeof directory) return "the path of the directory is too long";
  strcpy(directory, path);
  for (char *p = directory + 1; *p; p++) {
    if (*p != '/') continue;
    *p = 0;
    mkdir(directory, 0777);
    *p = '/';
  }
  if (mkdir(directory, 0777) == 0 || errno == EEXIST) return NULL;
  snprintf(problem, sizeof problem, "%s: %s", directory, strerror(errno));
  return problem;
}

size_t partitionSize(const Partition *partition) { return partition->size; }

static int writeAll(int file, const uint8_t *bytes, size_t length, off_t offset) {
  while (length > 0) {
    ssize_t count = pwrite(file, bytes, length, offset);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return 0;
    bytes += count;
    offset += count;
    length -= (size_t)count;
  }
  return 1;
}

/* Of a file: a power of two, as which the emulated board maps it (host-sim/node/flash/fileFlash.ts). */
static size_t fileSize(const Partition *partition) {
  size_t size = sectorSize;
  while (size < partition->size) size *= 2;
  return size;
}

static int fillErased(int file, size_t size) {
  uint8_t sector[sectorSize];
  memset(sector, 0xff, sizeof sector);
  for (size_t at = 0; at < size; at += sizeof sector) {
    if (!writeAll(file, sector, sizeof sector, (off_t)at)) return 0;
  }
  return 1;
}

/* Made under another name first, so that no cut leaves a partition of half its size. */
static int makePartition(const char *path, size_t size) {
  char unfinished[sizeof problem];
  if (snprintf(unfinished, sizeof unfinished, "%s.%d", path, (int)getpid()) >= (int)sizeof unfinished) return 0;
  int file = open(unfinished, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  if (file < 0) return 0;
  int whole = fillErased(file, size) && rename(unfinished, path) == 0;
  close(file);
  return whole;
}

Partition *findPartition(const char *name, const char **wrong) {
  Partition *partition = partitions;
  Partition *end = partitions + sizeof partitions / sizeof *partitions;
  while (partition < end && strcmp(partition->name, name) != 0) partition++;
  if (partition == end) {
    *wrong = "no such partition";
    return NULL;
  }
  if (partition->file >= 0) return partition;
  char path[PATH_MAX];
  snprintf(path, sizeof path, "%s/%s.flash", directory, name);
  *wrong = problem;
  if (access(path, F_OK) != 0 && !makePartition(path, fileSize(partition))) {
    snprintf(problem, sizeof problem, "%s: %s", path, strerror(errno));
    return NULL;
  }
  int file = open(path, O_RDWR | O_CLOEXEC);
  struct stat status;
  if (file < 0 || fstat(file, &status) != 0) {
    snprintf(problem, sizeof problem, "%s: %s", path, strerror(errno));
    if (file >= 0) close(file);
    return NULL;
  }
  /* A file of before is as long as its partition. */
  if ((size_t)status.st_size != partition->size && (size_t)status.st_size != fileSize(partition)) {
    snprintf(problem, sizeof problem, "%s has %lld bytes, the partition table says %zu", path,
             (long long)status.st_size, partition->size);
    close(file);
    return NULL;
  }
  partition->file = file;
  return partition;
}

/* Also of values that no cast could take. */
static int isWhole(double value, size_t limit) {
  return value >= 0 && value <= (double)limit && value == (double)(size_t)value;
}

const char *checkFlash(const Partition *partition, double offset, double length) {
  size_t size = partition->size;
  if (isWhole(offset, size) && isWhole(length, size) && offset + length <= (double)size) return NULL;
  snprintf(problem, sizeof problem, "%g bytes at %g exceed a partition of %zu", length, offset, size);
  return problem;
}

const char *readFlash(Partition *partition, double offset, void *bytes, size_t length) {
  const char *wrong = checkFlash(partition, offset, (double)length);
  if (wrong) return wrong;
  for (size_t done = 0; done < length;) {
    ssize_t count = pread(partition->file, (uint8_t *)bytes + done, length - done, (off_t)offset + (off_t)done);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return "the file of a partition was cut short while in use";
    done += (size_t)count;
  }
  return NULL;
}

/* NULL, or which bit the write would have to set. */
static const char *checkWrite(Partition *partition, double offset, const uint8_t *bytes, size_t length) {
  uint8_t before[1024];
  for (size_t done = 0; done < length; done += sizeof before) {
    size_t count = length - done < sizeof before ? length - done : sizeof before;
    const char *wrong = readFlash(partition, offset + (double)done, before, count);
    if (wrong) return wrong;
    for (size_t i = 0; i < count; i++) {
      uint8_t byte = bytes[done + i];
      if ((before[i] & byte) == byte) continue;
      snprintf(problem, sizeof problem, "a write cannot set bits: 0x%x to 0x%x at %zu", before[i], byte,
               (size_t)offset + done + i);
      return problem;
    }
  }
  return NULL;
}

const char *writeFlash(Partition *partition, double offset, const void *bytes, size_t length) {
  const char *wrong = checkFlash(partition, offset, (double)length);
  if (!wrong) wrong = checkWrite(partition, offset, bytes, length);
  if (wrong) return wrong;
  return writeAll(partition->file, bytes, length, (off_t)offset) ? NULL : strerror(errno);
}

const char *eraseFlash(Partition *partition, double offset) {
  if (!isWhole(offset, partition->size - sectorSize) || (size_t)offset % sectorSize != 0) {
    snprintf(problem, sizeof problem, "no sector of %d bytes begins at %g", sectorSize, offset);
    return problem;
  }
  uint8_t sector[sectorSize];
  memset(sector, 0xff, sizeof sector);
  return writeAll(partition->file, sector, sizeof sector, (off_t)offset) ? NULL : strerror(errno);
}

const uint8_t *mapFlash(const Partition *partition, size_t length) {
  void *bytes = mmap(NULL, length, PROT_READ, MAP_SHARED, partition->file, 0);
  return bytes == MAP_FAILED ? NULL : bytes;
}
