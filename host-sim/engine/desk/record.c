#include "record.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Of xsmc.h, which takes away half of xs.h. */
xsIntegerValue _xsmcGetBuffer(xsMachine *, xsSlot *, void **, xsUnsignedValue *, xsBooleanValue writable);

/* As in recording/format.ts. */
static const char magic[] = "holdfast recording 1\n";
enum { magicLength = sizeof magic - 1, headLength = 8, mostOfFrame = 2 * 1024 * 1024, mostOfAll = 512 * 1024 * 1024 };

static int file = -1;
static off_t length;

static uint32_t bigEndian(const uint8_t *bytes) {
  return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

static uint32_t crcUpdate(uint32_t crc, const uint8_t *bytes, size_t count) {
  for (size_t i = 0; i < count; i++) {
    crc ^= bytes[i];
    for (int bit = 0; bit < 8; bit++) crc = crc >> 1 ^ (0xedb88320u & -(crc & 1));
  }
  return crc;
}

static int readAt(off_t at, uint8_t *bytes, size_t count) {
  for (size_t done = 0; done < count;) {
    ssize_t got = pread(file, bytes + done, count - done, at + (off_t)done);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return 0;
    done += (size_t)got;
  }
  return 1;
}

static int writeAll(const uint8_t *bytes, size_t count) {
  for (size_t done = 0; done < count;) {
    ssize_t got = pwrite(file, bytes + done, count - done, length + (off_t)done);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return 0;
    done += (size_t)got;
  }
  length += (off_t)count;
  return 1;
}

/* The checksum of a frame's body is the one in its head. */
static int frameIsWhole(off_t at, uint32_t count, uint32_t wanted) {
  static uint8_t piece[16384];
  uint32_t crc = 0xffffffffu;
  for (uint32_t done = 0; done < count;) {
    size_t part = count - done < sizeof piece ? count - done : sizeof piece;
    if (!readAt(at + done, piece, part)) return 0;
    crc = crcUpdate(crc, piece, part);
    done += (uint32_t)part;
  }
  return ~crc == wanted;
}

/* The length up to the end of the last whole frame; −1 when it is damaged before that. */
static off_t wholeLength(off_t size) {
  off_t at = magicLength;
  uint8_t head[headLength];
  while (at + headLength <= size) {
    if (!readAt(at, head, headLength)) return -1;
    uint32_t count = bigEndian(head);
    if (count > mostOfFrame) return -1;
    if (at + headLength + (off_t)count > size) break;
    if (!frameIsWhole(at + headLength, count, bigEndian(head + 4))) return -1;
    at += headLength + (off_t)count;
  }
  return at;
}

const char *openRecord(const char *path) {
  static char problem[600];
  uint8_t begin[magicLength];
  struct stat facts;
  const char *wrong = NULL;
  /* Others have no business with what a board was told. */
  file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (file < 0 || fstat(file, &facts) != 0) wrong = strerror(errno);
  else if (facts.st_size > mostOfAll) wrong = "as long as a recording may be";
  else if (facts.st_size == 0) wrong = writeAll((const uint8_t *)magic, magicLength) ? NULL : strerror(errno);
  else if (facts.st_size < magicLength || !readAt(0, begin, magicLength) || memcmp(begin, magic, magicLength) != 0)
    wrong = "not a recording, or of another version of holdfast";
  else if ((length = wholeLength(facts.st_size)) < 0)
    wrong = "a frame whose checksum is wrong: it was changed, or damaged on its way";
  else if (ftruncate(file, length) != 0) wrong = strerror(errno);
  if (!wrong) return NULL;
  snprintf(problem, sizeof problem, "%.400s: %s", path, wrong);
  return problem;
}

double recordRoom(void) { return (double)(mostOfAll - length); }

static void record(xsMachine *the) {
  void *bytes;
  xsUnsignedValue count;
  _xsmcGetBuffer(the, &xsArg(0), &bytes, &count, 0);
  if (!writeAll(bytes, count)) xsUnknownError("the recording cannot be written: %s", strerror(errno));
}

void addRecordFunction(xsMachine *the, xsSlot *object) {
  xsVar(0) = xsNewHostFunction(record, 1);
  xsDefine(*object, xsID("record"), xsVar(0), xsDefault);
}
