#include "bootloader.h"

#include <stdio.h>
#include <string.h>

#include "../../../firmware/esp32/native/bootDecision.h"
#include "crc32.h"
#include "mappedFlash.h"

enum { recordLength = 32, recordMagic = 0x48464254, imageMagic = 0x4846494d, mostImage = 4 * 1024 * 1024 };

typedef struct {
  int active;
  uint32_t length;
  /* Of the other slot; length and checksum are 0 with markNone, the checksum also until the image is confirmed. */
  SlotMark mark;
  uint32_t otherLength;
  uint32_t checksum;
} Record;

typedef struct {
  int whole;
  Record record;
  uint32_t serial;
} Found;

static uint32_t get32(const uint8_t *p) {
  return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static void put32(uint8_t *p, uint32_t value) {
  for (int i = 0; i < 4; i++) p[i] = (uint8_t)(value >> (24 - 8 * i));
}

static Partition *open(const char *name) {
  const char *wrong;
  return findPartition(name, &wrong);
}

/* --- the record --- */

static void encode(const Record *record, uint32_t serial, uint8_t bytes[recordLength]) {
  memset(bytes, 0, recordLength);
  put32(bytes, recordMagic);
  bytes[4] = 1;
  bytes[5] = (uint8_t)record->active;
  bytes[6] = (uint8_t)record->mark;
  put32(bytes + 8, serial);
  put32(bytes + 12, record->length);
  put32(bytes + 16, record->mark ? record->otherLength : 0);
  put32(bytes + 20, record->mark ? record->checksum : 0);
  put32(bytes + 28, crc32(bytes, 28));
}

static Found readRecord(Partition *partition, int sector) {
  uint8_t bytes[recordLength];
  Found found = {0};
  if (readFlash(partition, (double)sector * sectorSize, bytes, sizeof bytes)) return found;
  if (get32(bytes) != recordMagic || bytes[4] != 1 || get32(bytes + 28) != crc32(bytes, 28)) return found;
  if (bytes[5] > 1 || bytes[6] > markFailed) return found;
  found = (Found){1, {bytes[5], get32(bytes + 12), bytes[6], get32(bytes + 16), get32(bytes + 20)}, get32(bytes + 8)};
  return found;
}

static const char *store(Partition *partition, int sector, const Record *record, uint32_t serial) {
  uint8_t bytes[recordLength];
  uint8_t after[recordLength];
  double at = (double)sector * sectorSize;
  encode(record, serial, bytes);
  const char *wrong = eraseFlash(partition, at);
  if (!wrong) wrong = writeFlash(partition, at, bytes, sizeof bytes);
  if (!wrong) wrong = readFlash(partition, at, after, sizeof after);
  if (!wrong && memcmp(bytes, after, sizeof bytes) != 0) wrong = "the boot partition is worn out";
  return wrong;
}

/* As BootRecords.#settled; the sector of the newest, -1 when there is none. */
static int settle(Partition *partition, Found *newest, const char **wrong) {
  Found found[2] = {readRecord(partition, 0), readRecord(partition, 1)};
  *wrong = NULL;
  if (!found[0].whole && !found[1].whole) return -1;
  int sector = found[0].whole && found[1].whole ? found[1].serial > found[0].serial : found[1].whole;
  *newest = found[sector];
  uint8_t bytes[recordLength];
  encode(&newest->record, newest->serial, bytes);
  *wrong = writeFlash(partition, (double)sector * sectorSize, bytes, sizeof bytes);
  if (*wrong || (found[0].whole && found[1].whole)) return sector;
  /* A worn sector prevents the next update, not this start. */
  if (store(partition, 1 - sector, &newest->record, newest->serial + 1)) return sector;
  newest->serial++;
  return 1 - sector;
}

static const char *writeRecord(Partition *partition, const Record *record) {
  Found newest = {0};
  const char *wrong;
  int sector = settle(partition, &newest, &wrong);
  if (wrong) return wrong;
  return store(partition, sector < 0 ? 0 : 1 - sector, record, newest.serial + 1);
}

/* --- the image --- */

static const char *slotName(int slot) { return slot ? "slotB" : "slotA"; }

/* The image in a slot, `length` bytes long; false when it is not whole, and `reason` says why. */
static int loadImage(int slot, double length, Start *start, char reason[80]) {
  Partition *partition = open(slotName(slot));
  const uint8_t *p = mappedBytes(partition);
  size_t size = partitionSize(partition);
#define REFUSE(...) return snprintf(reason, 80, __VA_ARGS__), 0
  if (!(length >= 0 && length <= (double)size)) REFUSE("%.0f bytes in a slot of %lu", length, (unsigned long)size);
  size = (size_t)length;
  if (size < imageHeader) REFUSE("%lu bytes hold no image", (unsigned long)size);
  if (get32(p) != imageMagic) REFUSE("not an image");
  if (p[4] != 1) REFUSE("image format %u, known is 1", p[4]);
  if (get32(p + 60) != crc32(p, 60)) REFUSE("torn image header");
  for (int i = 5; i < 60; i++) {
    if (p[i] && (i < 8 || i >= 52)) REFUSE("a reserved byte is set");
  }
  if (get32(p + 8) == 0) REFUSE("version 0");
  uint32_t body = get32(p + 44);
  if (body == 0) REFUSE("no body");
  if (body > mostImage - imageHeader) REFUSE("an image of %.0f bytes", (double)imageHeader + body);
  size_t whole = imageHeader + body;
  if (whole > size) REFUSE("an image of %lu bytes in a place for %lu", (unsigned long)whole, (unsigned long)size);
  if (crc32(p + imageHeader, body) != get32(p + 48)) REFUSE("torn image body");
  if (whole != size) REFUSE("%lu bytes long, not %lu", (unsigned long)whole, (unsigned long)size);
#undef REFUSE
  start->slot = slot;
  start->version = get32(p + 8);
  start->bytes = p;
  start->length = whole;
  return 1;
}

/* The checksum in the header of the image in a slot. */
static uint32_t headerChecksum(int slot) { return get32(mappedBytes(open(slotName(slot))) + imageHeader - 4); }

/* The image that the mark of the other slot is about. */
static int loadOther(const Record *record, Start *start, char reason[80]) {
  int slot = 1 - record->active;
  if (!record->mark) return snprintf(reason, 80, "nothing was set to start"), 0;
  if (!loadImage(slot, record->otherLength, start, reason)) return 0;
  if (!record->checksum || headerChecksum(slot) == record->checksum) return 1;
  return snprintf(reason, 80, "another image than before"), 0;
}

/* What the boot record is after a decision; as BothSlots.recordAfter. */
static Record recordAfter(const Record *record, const BootDecision *decision) {
  Record next = *record;
  next.mark = decision->mark;
  if (decision->swaps) {
    next.active = 1 - record->active;
    next.length = record->otherLength;
    next.otherLength = record->length;
    next.checksum = next.mark ? headerChecksum(record->active) : 0;
  }
  return next;
}

const char *chooseStart(Start *start, uint32_t failures) {
  Partition *partition = open("boot");
  const char *wrong;
  Found found = {0};
  *start = (Start){0};
  int sector = settle(partition, &found, &wrong);
  if (wrong) return wrong;
  if (sector < 0) {
    snprintf(start->reason, sizeof start->reason, "no boot record: this board was never flashed");
    return NULL;
  }
  const Record record = found.record;
  Start active = {0};
  Start other = {0};
  char activeReason[80] = "";
  char otherReason[80] = "";
  /* Reading a whole image is slow, so it is done only where the decision asks for it. */
  BootFacts facts = {.mark = record.mark, .failures = failures};
  if (facts.mark == markNew) facts.other = loadOther(&record, &other, otherReason);
  if (!facts.other) facts.active = loadImage(record.active, record.length, &active, activeReason);
  if (facts.mark > markTried && (!facts.active || failures >= failuresMax)) {
    facts.other = loadOther(&record, &other, otherReason);
  }
  BootDecision decision = decideBoot(&facts);
  Record next = recordAfter(&record, &decision);
  /* Before it runs: a crash in the first instruction of a new image must count as its one start. */
  if (next.active != record.active || next.mark != record.mark) {
    wrong = writeRecord(partition, &next);
    if (wrong) return wrong;
  }
  if (decision.start == startNothing) {
    snprintf(start->reason, sizeof start->reason, "slot %c: %.70s", 'A' + record.active, activeReason);
    return NULL;
  }
  *start = decision.start == startActive ? active : other;
  start->state = decision.as;
  /* Unless a download lies over what the mark is about. */
  int isThere = next.mark && headerChecksum(1 - next.active) == next.checksum;
  start->idle = decision.as == asPending ? markConfirmed : isThere ? next.mark : markNone;
  const char *back = "";
  if (decision.swaps) back = facts.active ? "it failed again and again" : activeReason;
  else if (decision.start == startActive && record.mark == markTried) back = "it did not confirm";
  else if (decision.start == startActive && record.mark == markNew) back = otherReason;
  snprintf(start->rolledBack, sizeof start->rolledBack, "%s", back);
  return NULL;
}

void mapStart(Start *start) {
  Partition *partition = open(slotName(start->slot));
  mapRunning(partition);
  start->bytes = mappedBytes(partition);
}

const char *setPending(const Start *start, double length) {
  static char refusal[104];
  Start other;
  char reason[80];
  if (start->state == asPending) return "the idle slot holds what a roll-back needs";
  if (!loadImage(1 - start->slot, length, &other, reason)) {
    snprintf(refusal, sizeof refusal, "not to be started: %s", reason);
    return refusal;
  }
  Record record = {start->slot, start->length, markNew, (uint32_t)length, 0};
  return writeRecord(open("boot"), &record);
}

const char *confirmStart(Start *start) {
  if (start->state != asPending) return NULL;
  Partition *partition = open("boot");
  Found newest = {0};
  const char *wrong;
  int sector = settle(partition, &newest, &wrong);
  if (wrong) return wrong;
  Record record = {start->slot, start->length, markNone, 0, 0};
  int before = newest.record.active;
  if (sector >= 0 && before != start->slot) {
    record.mark = markConfirmed;
    record.otherLength = newest.record.length;
    record.checksum = headerChecksum(before);
  }
  wrong = store(partition, sector < 0 ? 0 : 1 - sector, &record, newest.serial + 1);
  if (!wrong) start->state = asConfirmed;
  return wrong;
}
