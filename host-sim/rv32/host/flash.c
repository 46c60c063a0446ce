/* Partitions are files that the emulator maps into memory as PCI shared memory: a store is in the file at once. */
#include "flash.h"

#include <stdio.h>
#include <string.h>

#include "device.h"
#include "mappedFlash.h"

struct Partition {
  const char *name;
  size_t size;
  uint8_t *bytes;
};

/* As host-sim/node/flash/table.ts has it; the order is that of the devices on the bus. */
static Partition partitions[] = {
  {"identity", 8 * 1024, NULL}, {"journal", 64 * 1024, NULL},  {"boot", 8 * 1024, NULL},
  {"slotA", 1024 * 1024, NULL}, {"slotB", 1024 * 1024, NULL}, {"counter", 8 * 1024, NULL},
  {"app", 64 * 1024, NULL},     {"telemetry", 32 * 1024, NULL},
  {"crash", 16 * 1024, NULL},    {"appA", 96 * 1024, NULL},   {"appB", 96 * 1024, NULL},
};

enum { count = sizeof partitions / sizeof *partitions, sharedMemory = 0x11101af4, apart = 0x100000, running = flashBase + 0xe00000 };

static char problem[96];

static uint32_t deviceOf(int index) { return configurationBase + ((uint32_t)(index + 1) << 15); }

static void map(int index, uint32_t address) {
  *word(deviceOf(index) + 0x18) = address;
  *word(deviceOf(index) + 0x1c) = 0;
  *word(deviceOf(index) + 4) |= 2;
  partitions[index].bytes = (uint8_t *)address;
}

/* A device is as large as a power of two. */
static size_t deviceSize(const Partition *partition) {
  size_t size = sectorSize;
  while (size < partition->size) size *= 2;
  return size;
}

const char *openFlash(const char *directory) {
  (void)directory;
  for (int i = 0; i < count; i++) {
    uint32_t device = deviceOf(i);
    if (*word(device) != sharedMemory) return "a partition of the flash is not there";
    *word(device + 0x18) = ~0u;
    uint32_t size = ~(*word(device + 0x18) & ~15u) + 1;
    if (size != deviceSize(&partitions[i])) return "a partition of the flash has another size";
    map(i, flashBase + (uint32_t)i * apart);
  }
  return NULL;
}

Partition *findPartition(const char *name, const char **wrong) {
  for (int i = 0; i < count; i++) {
    if (strcmp(partitions[i].name, name) == 0) return &partitions[i];
  }
  *wrong = "no such partition";
  return NULL;
}

size_t partitionSize(const Partition *partition) { return partition->size; }

void mapRunning(Partition *partition) { map((int)(partition - partitions), running); }

const uint8_t *mappedBytes(const Partition *partition) { return partition->bytes; }

/* Also of values that no cast could take. */
static int isWhole(double value, size_t limit) {
  return value >= 0 && value <= (double)limit && value == (double)(size_t)value;
}

const char *checkFlash(const Partition *partition, double offset, double length) {
  size_t size = partition->size;
  if (isWhole(offset, size) && isWhole(length, size) && offset + length <= (double)size) return NULL;
  snprintf(problem, sizeof problem, "%g bytes at %g exceed a partition of %lu", length, offset, (unsigned long)size);
  return problem;
}

const char *readFlash(Partition *partition, double offset, void *bytes, size_t length) {
  const char *wrong = checkFlash(partition, offset, length);
  if (!wrong) memcpy(bytes, partition->bytes + (size_t)offset, length);
  return wrong;
}

const char *writeFlash(Partition *partition, double offset, const void *bytes, size_t length) {
  const char *wrong = checkFlash(partition, offset, length);
  if (wrong) return wrong;
  volatile uint8_t *target = partition->bytes + (size_t)offset;
  const uint8_t *source = bytes;
  for (size_t i = 0; i < length; i++) {
    if ((target[i] & source[i]) == source[i]) continue;
    snprintf(problem, sizeof problem, "a write cannot set bits: 0x%x to 0x%x at %lu", target[i], source[i],
             (unsigned long)((size_t)offset + i));
    return problem;
  }
  for (size_t i = 0; i < length; i++) target[i] = source[i];
  return NULL;
}

const char *eraseFlash(Partition *partition, double offset) {
  if (!isWhole(offset, partition->size - sectorSize) || (size_t)offset % sectorSize != 0) {
    snprintf(problem, sizeof problem, "no sector of %d bytes begins at %g", sectorSize, offset);
    return problem;
  }
  volatile uint8_t *target = partition->bytes + (size_t)offset;
  for (size_t i = 0; i < sectorSize; i++) target[i] = 0xff;
  return NULL;
}
