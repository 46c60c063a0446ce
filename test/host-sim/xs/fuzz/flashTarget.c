/*
 * libFuzzer: a partition in a file of any length and content, and calls with any offset and length. Against a copy
 * in memory: a write clears bits or changes nothing, an erase sets a sector, what is outside is refused.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../../../../host-sim/engine/posix/flash.c"

enum { modelSize = 8 * 1024 };

/* Also of files that are longer than their partition. */
static uint8_t model[modelSize + 4096];
static const uint8_t *input;
static size_t left;

static void take(void *target, size_t length) {
  memset(target, 0, length);
  size_t count = length < left ? length : left;
  memcpy(target, input, count);
  input += count;
  left -= count;
}

/* Mostly near a partition's bounds and sectors, sometimes any double at all. */
static double takeNumber(void) {
  uint8_t kind;
  int16_t small;
  double any;
  take(&kind, 1);
  if (kind > 240) {
    take(&any, sizeof any);
    return any;
  }
  take(&small, sizeof small);
  if (kind > 200) return small;
  return kind % 3 * 4096 + small % 64;
}

static void checkSame(Partition *partition) {
  static uint8_t bytes[modelSize];
  if (readFlash(partition, 0, bytes, sizeof bytes) || memcmp(bytes, model, modelSize)) abort();
}

static int isInside(double offset, double length) {
  return offset >= 0 && length >= 0 && offset + length <= modelSize && offset == (double)(long)offset &&
         length == (double)(long)length;
}

static void oneCall(Partition *partition) {
  uint8_t what;
  static uint8_t bytes[modelSize];
  take(&what, 1);
  double offset = takeNumber();
  if (what % 4 == 0) {
    int fine = offset >= 0 && offset < modelSize && offset == (double)(long)offset && (long)offset % 4096 == 0;
    if (fine != !eraseFlash(partition, offset)) abort();
    if (fine) memset(model + (size_t)offset, 0xff, 4096);
  } else if (what % 4 == 1) {
    double length = takeNumber();
    const char *wrong = checkFlash(partition, offset, length);
    if (isInside(offset, length) != !wrong) abort();
    if (wrong) return;
    if (readFlash(partition, offset, bytes, (size_t)length)) abort();
    if (memcmp(bytes, model + (size_t)offset, (size_t)length)) abort();
  } else {
    uint16_t length;
    take(&length, sizeof length);
    length %= 2048;
    take(bytes, length);
    int fine = isInside(offset, length);
    for (size_t i = 0; fine && i < length; i++) fine = (model[(size_t)offset + i] & bytes[i]) == bytes[i];
    if (fine != !writeFlash(partition, offset, bytes, length)) abort();
    if (fine) memcpy(model + (size_t)offset, bytes, length);
  }
}

static const char *place(void) {
  static char path[64];
  if (path[0]) return path;
  const char *folder = getenv("HOLDFAST_FUZZ_FOLDER");
  snprintf(path, sizeof path, "flash-%d", (int)getpid());
  if ((folder && chdir(folder)) || openFlash(path)) abort();
  return path;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  char path[128];
  const char *wrong;
  uint8_t shape;
  input = data;
  left = size;
  take(&shape, 1);
  snprintf(path, sizeof path, "%s/boot.flash", place());
  /* A file of the right length, of another, or none. */
  size_t length = shape < 200 ? modelSize : shape < 230 ? (size_t)shape * 41 : 0;
  memset(model, 0xff, sizeof model);
  unlink(path);
  if (shape < 240) {
    take(model, shape % 64);
    FILE *file = fopen(path, "wb");
    if (!file || fwrite(model, 1, length, file) != length || fclose(file)) abort();
  }
  Partition *partition = findPartition("boot", &wrong);
  int fine = shape >= 240 || length == modelSize;
  if (fine != (partition != NULL)) abort();
  if (findPartition("nothing", &wrong)) abort();
  if (!partition) return 0;
  for (int i = 0; i < 32 && left > 0; i++) oneCall(partition);
  checkSame(partition);
  close(partition->file);
  partition->file = -1;
  return 0;
}
