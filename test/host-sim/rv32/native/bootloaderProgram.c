/* The board's bootloader, on a desk: on a flash in memory it says every operation that it makes, and what it decides. */
#include "bootloader.c"

#include <stdlib.h>

#include "exchange.h"

struct Partition {
  const char *name;
  size_t size;
  uint8_t *bytes;
  /* Of every byte the bits that read 0 and those that read 1, whatever is stored. */
  uint8_t *atZero, *atOne;
};

static Partition partitions[] = {{.name = "boot"}, {.name = "slotA"}, {.name = "slotB"}};

enum { known = sizeof partitions / sizeof *partitions };

Partition *findPartition(const char *name, const char **wrong) {
  for (int i = 0; i < known; i++) {
    if (strcmp(partitions[i].name, name) == 0) return &partitions[i];
  }
  *wrong = "no such partition";
  return NULL;
}

size_t partitionSize(const Partition *partition) { return partition->size; }

const uint8_t *mappedBytes(const Partition *partition) { return partition->bytes; }

void mapRunning(Partition *partition) { (void)partition; }

static void within(const Partition *partition, double offset, size_t length) {
  if (offset < 0 || offset + (double)length > (double)partition->size) abort();
}

const char *readFlash(Partition *partition, double offset, void *bytes, size_t length) {
  within(partition, offset, length);
  for (size_t i = 0, at = (size_t)offset; i < length; i++, at++) {
    ((uint8_t *)bytes)[i] = (uint8_t)((partition->bytes[at] & ~partition->atZero[at]) | partition->atOne[at]);
  }
  return NULL;
}

const char *writeFlash(Partition *partition, double offset, const void *bytes, size_t length) {
  within(partition, offset, length);
  const uint8_t *from = bytes;
  uint8_t *to = partition->bytes + (size_t)offset;
  answerText("write %s %lu ", partition->name, (unsigned long)offset);
  for (size_t i = 0; i < length; i++) answerText("%02x", from[i]);
  answerText("\n");
  for (size_t i = 0; i < length; i++) {
    if ((to[i] & from[i]) != from[i]) return "a write cannot set bits";
  }
  for (size_t i = 0; i < length; i++) to[i] = from[i];
  return NULL;
}

const char *eraseFlash(Partition *partition, double offset) {
  within(partition, offset, sectorSize);
  answerText("erase %s %lu\n", partition->name, (unsigned long)offset);
  memset(partition->bytes + (size_t)offset, 0xff, sectorSize);
  return NULL;
}

static void sayOutcome(const char *wrong) { answerText("%s\n", wrong ? wrong : "ok"); }

/* The partitions; bits that are stuck; failures before; what is done to the board in one run of it. */
void answerRequest(void) {
  for (int i = 0; i < known; i++) {
    Partition *partition = &partitions[i];
    partition->size = take32();
    partition->bytes = malloc(partition->size);
    partition->atZero = calloc(1, partition->size);
    partition->atOne = calloc(1, partition->size);
    if (!partition->bytes || !partition->atZero || !partition->atOne) abort();
    memcpy(partition->bytes, takeBytes(partition->size), partition->size);
  }
  for (uint32_t count = take8(); count > 0; count--) {
    uint32_t at = take16();
    partitions[0].atZero[at] = (uint8_t)take8();
    partitions[0].atOne[at] = (uint8_t)take8();
  }
  static const char *const states[] = {"confirmed", "pending", "recovery"};
  static const char *const marks[] = {"none", "new", "tried", "confirmed", "failed"};
  uint32_t failures = take8();
  Start start;
  const char *wrong = chooseStart(&start, failures);
  int runs = !wrong && !*start.reason;
  if (wrong) answerText("%s\n", wrong);
  else if (!runs) answerText("nothing to start: %s\n", start.reason);
  else {
    answerText("starts %c %s, beside it %s, %lu %lu %08lx%s%s\n", 'A' + start.slot, states[start.state],
               marks[start.idle], (unsigned long)start.version, (unsigned long)start.length,
               (unsigned long)crc32(start.bytes, start.length), *start.rolledBack ? ", not the other: " : "",
               start.rolledBack);
  }
  while (isMore()) {
    uint32_t action = take8();
    uint32_t length = action == 0 ? take32() : 0;
    if (runs) sayOutcome(action == 0 ? setPending(&start, length) : confirmStart(&start));
  }
  for (int i = 0; i < known; i++) {
    free(partitions[i].bytes);
    free(partitions[i].atZero);
    free(partitions[i].atOne);
  }
}
