#include "crashRecord.h"

#include <string.h>

/* The SDK switches this warning off for all C, and then only a link shows a function that ESP-IDF has not. */
#pragma GCC diagnostic error "-Wimplicit-function-declaration"

enum {
  magic = 0x48464352,
  markMagic = 0x4846434d,
  sectorBytes = 4096,
  placeBytes = 1024,
  mostPlaces = 64,
  headBytes = 52,
  mostText = 560,
  mostMessage = 160,
  mostFrame = 96,
  blockBytes = 16,
  repeatedAt = 704,
  mostRepeated = 9,
  toldAt = 864,
  mostTold = 10,
};

/* A record as it is read, and its place. */
typedef struct {
  size_t place;
  uint32_t number;
  uint32_t count;
  uint32_t told;
  uint8_t bytes[headBytes + mostText];
  size_t length;
} Found;

static uint32_t read32(const uint8_t *bytes) {
  return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

static void write32(uint8_t *bytes, uint32_t value) {
  for (int i = 0; i < 4; i++) bytes[i] = (uint8_t)(value >> (24 - 8 * i));
}

uint32_t crashChecksum(const uint8_t *bytes, size_t length) {
  uint32_t crc = ~0u;
  for (size_t i = 0; i < length; i++) {
    crc ^= bytes[i];
    for (int bit = 0; bit < 8; bit++) crc = crc >> 1 ^ (crc & 1 ? 0xedb88320u : 0);
  }
  return ~crc;
}

static int wrote(const CrashFlash *flash, size_t at, const uint8_t *bytes, size_t length) {
  if (!flash->write(flash->context, at, bytes, length)) return 0;
  for (size_t done = 0; done < length; done += blockBytes) {
    uint8_t block[blockBytes];
    if (!flash->read(flash->context, at + done, block, blockBytes)) return 0;
    if (memcmp(block, bytes + done, blockBytes) != 0) return 0;
  }
  return 1;
}

/* --- marks --- */

/* The count of a mark that is about that record; 0 when it is none. */
static uint32_t markAt(const CrashFlash *flash, size_t at, uint32_t number) {
  uint8_t mark[blockBytes];
  if (!flash->read(flash->context, at, mark, sizeof mark)) return 0;
  int whole = read32(mark) == markMagic && read32(mark + 4) == number && read32(mark + 12) == crashChecksum(mark, 12);
  return whole ? read32(mark + 8) : 0;
}

static uint32_t highest(const CrashFlash *flash, size_t at, size_t marks, uint32_t number, uint32_t most) {
  for (size_t i = 0; i < marks; i++) {
    uint32_t count = markAt(flash, at + i * blockBytes, number);
    if (count > most) most = count;
  }
  return most;
}

/* The same crash once more. */
static int writeMark(const CrashFlash *flash, size_t place, uint32_t number, uint32_t count) {
  uint8_t mark[blockBytes];
  write32(mark, markMagic);
  write32(mark + 4, number);
  write32(mark + 8, count);
  write32(mark + 12, crashChecksum(mark, 12));
  for (size_t i = 0; i < mostRepeated; i++) {
    size_t at = place * placeBytes + repeatedAt + i * blockBytes;
    if (markAt(flash, at, number) == 0 && wrote(flash, at, mark, sizeof mark)) return 1;
  }
  return 0;
}

/* --- records --- */

static int readRecord(const CrashFlash *flash, size_t place, Found *found) {
  size_t at = place * placeBytes;
  uint8_t *bytes = found->bytes;
  if (!flash->read(flash->context, at, bytes, headBytes)) return 0;
  size_t text = (size_t)bytes[18] << 8 | bytes[19];
  if (read32(bytes) != magic || bytes[17] != 1 || text > mostText) return 0;
  found->length = headBytes + text;
  if (text > 0 && !flash->read(flash->context, at + headBytes, bytes + headBytes, text)) return 0;
  if (read32(bytes + 4) != crashChecksum(bytes + 8, found->length - 8)) return 0;
  found->place = place;
  found->number = read32(bytes + 8);
  found->count = highest(flash, at + repeatedAt, mostRepeated, found->number, 1);
  int isFull = markAt(flash, at + toldAt + (mostTold - 1) * blockBytes, found->number) > 0;
  found->told = isFull ? found->count : highest(flash, at + toldAt, mostTold, found->number, 0);
  return 1;
}

/* 0 when there is none. */
static int readNewest(const CrashFlash *flash, size_t places, Found *newest) {
  size_t found = places;
  uint32_t most = 0;
  for (size_t place = 0; place < places; place++) {
    if (!readRecord(flash, place, newest)) continue;
    if (found < places && newest->number <= most) continue;
    found = place;
    most = newest->number;
  }
  return found < places && readRecord(flash, found, newest);
}

/* --- text --- */

static size_t copyLine(char *text, const char *line, size_t most) {
  size_t length = 0;
  for (; length < most && line[length] && line[length] != '\n'; length++)
    text[length] = line[length] >= ' ' && line[length] <= '~' ? line[length] : '?';
  return length;
}

/* The first line of the message, and the frames: as host-sim/node/board/crashText.ts. Gives the length. */
static size_t textOf(const char *description, char text[mostText]) {
  size_t length = copyLine(text, description, mostMessage);
  for (const char *line = strchr(description, '\n'); line; line = strchr(line, '\n')) {
    line++;
    while (*line == ' ') line++;
    if (strncmp(line, "at ", 3) != 0) continue;
    char frame[mostFrame];
    size_t more = copyLine(frame, line, sizeof frame);
    if (length + 1 + more > mostText) break;
    text[length++] = '\n';
    memcpy(text + length, frame, more);
    length += more;
  }
  return length;
}

static size_t encode(const Crash *crash, uint8_t bytes[headBytes + mostText + blockBytes]) {
  size_t text = textOf(crash->description, (char *)bytes + headBytes);
  size_t length = headBytes + text;
  write32(bytes, magic);
  write32(bytes + 8, 0);
  write32(bytes + 12, crash->uptime);
  bytes[16] = (uint8_t)crash->reason;
  bytes[17] = 1;
  bytes[18] = (uint8_t)(text >> 8);
  bytes[19] = (uint8_t)text;
  memcpy(bytes + 20, crash->imageHash, 32);
  return length;
}

static int isSame(const Found *newest, const uint8_t *bytes, size_t length) {
  return newest->length == length && newest->bytes[16] == bytes[16] &&
         memcmp(newest->bytes + 20, bytes + 20, length - 20) == 0;
}

int keepCrash(const CrashFlash *flash, const Crash *crash) {
  size_t places = flash->size / placeBytes;
  if (places > mostPlaces) places = mostPlaces;
  Found newest;
  uint8_t bytes[headBytes + mostText + blockBytes];
  size_t length = encode(crash, bytes);
  int isFirst = !readNewest(flash, places, &newest);
  if (!isFirst && isSame(&newest, bytes, length)) {
    if (writeMark(flash, newest.place, newest.number, newest.count + 1)) return 1;
    if (newest.told < newest.count) return 0;
  }
  write32(bytes + 8, isFirst ? 1 : newest.number + newest.count);
  write32(bytes + 4, crashChecksum(bytes + 8, length - 8));
  size_t whole = (length + blockBytes - 1) / blockBytes * blockBytes;
  memset(bytes + length, 0xff, whole - length);
  size_t place = isFirst ? places - 1 : newest.place;
  for (size_t tries = 0; tries < places; tries++) {
    place = (place + 1) % places;
    size_t at = place * placeBytes;
    if (at % sectorBytes == 0 && !flash->erase(flash->context, at)) continue;
    if (wrote(flash, at, bytes, whole)) return 1;
  }
  return 0;
}
