/*
 * A virtio console (virtio 1.1, sections 2.6, 4.2 and 5.3): bytes come and go in blocks. A 16550 would do as well, but
 * each of its bytes costs the emulator 40 microseconds when it counts instructions.
 */
#include "serial.h"

#include <stddef.h>

#include "device.h"

enum {
  firstDevice = 0x10001000,
  devices = 8,
  magic = 0x74726976,
  consoleDevice = 3,
  rings = 8,
  inputBlock = 512,
  outputBlock = 1152,
};

/* Offsets of registers. */
enum {
  deviceId = 0x08,
  driverFeatures = 0x20,
  featuresSelect = 0x24,
  queueSelect = 0x30,
  queueSize = 0x38,
  queueReady = 0x44,
  queueNotify = 0x50,
  interruptStatus = 0x60,
  interruptAcknowledge = 0x64,
  status = 0x70,
  descriptors = 0x80,
  available = 0x90,
  used = 0xa0,
};

typedef struct {
  struct {
    uint64_t address;
    uint32_t length;
    uint16_t flags;
    uint16_t next;
  } descriptors[rings];
  struct {
    uint16_t flags;
    uint16_t index;
    uint16_t ring[rings];
    uint16_t event;
  } available;
  struct {
    _Alignas(4) uint16_t flags;
    uint16_t index;
    struct {
      uint32_t id;
      uint32_t length;
    } ring[rings];
    uint16_t event;
  } used;
} Queue;

static volatile _Alignas(16) Queue in, out;
static uint8_t inputs[rings][inputBlock];
static uint8_t output[outputBlock];
static size_t outputLength;
static uint32_t base;
static uint32_t interrupt;
static uint16_t taken;
static uint32_t block, blockLength, blockAt;

static void fence(void) { __asm__ volatile("fence" ::: "memory"); }

static void openQueue(uint32_t number, volatile Queue *queue) {
  *word(base + queueSelect) = number;
  *word(base + queueSize) = rings;
  *word(base + descriptors) = (uint32_t)&queue->descriptors;
  *word(base + descriptors + 4) = 0;
  *word(base + available) = (uint32_t)&queue->available;
  *word(base + available + 4) = 0;
  *word(base + used) = (uint32_t)&queue->used;
  *word(base + used + 4) = 0;
  *word(base + queueReady) = 1;
}

static void offer(uint16_t descriptor) {
  in.available.ring[in.available.index % rings] = descriptor;
  fence();
  in.available.index++;
  fence();
  *word(base + queueNotify) = 0;
}

int openSerial(void) {
  for (uint32_t i = 0; i < devices && !base; i++) {
    uint32_t candidate = firstDevice + i * 0x1000;
    if (*word(candidate) == magic && *word(candidate + deviceId) == consoleDevice) {
      base = candidate;
      interrupt = 1 + i;
    }
  }
  if (!base) return 0;
  *word(base + status) = 0;
  *word(base + status) = 1 | 2;
  *word(base + featuresSelect) = 1;
  *word(base + driverFeatures) = 1;
  *word(base + featuresSelect) = 0;
  *word(base + driverFeatures) = 0;
  *word(base + status) = 1 | 2 | 8;
  openQueue(0, &in);
  openQueue(1, &out);
  /* Nobody needs to be told when output has left. */
  out.available.flags = 1;
  *word(base + status) = 1 | 2 | 8 | 4;
  for (uint16_t i = 0; i < rings; i++) {
    in.descriptors[i].address = (uint32_t)inputs[i];
    in.descriptors[i].length = inputBlock;
    in.descriptors[i].flags = 2;
    offer(i);
  }
  /* So that input wakes a waiting processor. */
  *word(plicBase + 4 * interrupt) = 1;
  *word(plicBase + 0x2000) = 1u << interrupt;
  *word(plicBase + 0x200000) = 0;
  return 1;
}

void quietSerial(void) {
  uint32_t raised = *word(base + interruptStatus);
  if (raised) *word(base + interruptAcknowledge) = raised;
  uint32_t claimed = *word(plicBase + 0x200004);
  if (claimed) *word(plicBase + 0x200004) = claimed;
}

int serialWaiting(void) { return blockAt < blockLength || in.used.index != taken; }

int serialRead(void) {
  while (blockAt == blockLength) {
    if (in.used.index == taken) return -1;
    fence();
    block = in.used.ring[taken % rings].id % rings;
    blockLength = in.used.ring[taken % rings].length;
    if (blockLength > inputBlock) blockLength = inputBlock;
    blockAt = 0;
    taken++;
    if (blockLength == 0) offer((uint16_t)block);
  }
  uint8_t value = inputs[block][blockAt++];
  if (blockAt == blockLength) offer((uint16_t)block);
  return value;
}

void serialWrite(uint8_t value) {
  output[outputLength++] = value;
  if (outputLength == outputBlock) serialFlush();
}

void serialFlush(void) {
  if (outputLength == 0 || !base) return;
  uint16_t slot = out.available.index % rings;
  out.descriptors[slot].address = (uint32_t)output;
  out.descriptors[slot].length = outputLength;
  out.descriptors[slot].flags = 0;
  out.available.ring[slot] = slot;
  fence();
  out.available.index++;
  fence();
  *word(base + queueNotify) = 1;
  while (out.used.index != out.available.index) {
  }
  outputLength = 0;
}
