#include "chipCrash.h"

#include <string.h>

#include <esp_partition.h>

/* By its path among the components: the SDK gives no other way to it. */
#include "app_update/include/esp_ota_ops.h"
#include "../../crypto/native/sha256.h"

/* The SDK switches this warning off for all C, and then only a link shows a function that ESP-IDF has not. */
#pragma GCC diagnostic error "-Wimplicit-function-declaration"

enum { sectorBytes = 4096, headerBytes = 64, pieceBytes = 1024, bodyLengthAt = 44, checksumAt = 60 };

static uint32_t read32(const uint8_t *bytes) {
  return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

static const esp_partition_t *slotPartition(uint32_t slot) {
  return esp_partition_find_first(ESP_PARTITION_TYPE_APP, ESP_PARTITION_SUBTYPE_APP_OTA_0 + slot, NULL);
}

/* The header of the image in a slot, which lies in the last sector (slotLayout.ts); 0 when there is none. */
static int readHeader(const esp_partition_t *slot, uint8_t header[headerBytes]) {
  if (!slot || esp_partition_read(slot, slot->size - sectorBytes, header, headerBytes) != ESP_OK) return 0;
  return memcmp(header, "HFIM", 4) == 0 && read32(header + checksumAt) == crashChecksum(header, checksumAt);
}

static int hashRange(const esp_partition_t *slot, size_t at, size_t length, Sha256State *state) {
  uint8_t bytes[pieceBytes];
  for (size_t done = 0; done < length; done += sizeof bytes) {
    size_t count = length - done < sizeof bytes ? length - done : sizeof bytes;
    if (esp_partition_read(slot, at + done, bytes, count) != ESP_OK) return 0;
    sha256Update(state, bytes, count);
  }
  return 1;
}

/* SHA-256 of the image in a slot: its first sector is the partition's last, and all others have moved down by one. */
static int hashSlot(uint32_t number, uint8_t hash[32]) {
  const esp_partition_t *slot = slotPartition(number);
  uint8_t header[headerBytes];
  if (!readHeader(slot, header)) return 0;
  size_t length = headerBytes + (size_t)read32(header + bodyLengthAt);
  if (length > slot->size) return 0;
  size_t first = length < sectorBytes ? length : sectorBytes;
  Sha256State state;
  sha256Begin(&state);
  if (!hashRange(slot, slot->size - sectorBytes, first, &state)) return 0;
  if (!hashRange(slot, 0, length - first, &state)) return 0;
  sha256End(&state, hash);
  return 1;
}

static int readCells(void *partition, size_t offset, void *bytes, size_t length) {
  return esp_partition_read(partition, offset, bytes, length) == ESP_OK;
}

static int writeCells(void *partition, size_t offset, const void *bytes, size_t length) {
  return esp_partition_write(partition, offset, bytes, length) == ESP_OK;
}

static int eraseCells(void *partition, size_t offset) {
  return esp_partition_erase_range(partition, offset, sectorBytes) == ESP_OK;
}

void keepCrashOf(uint32_t slot, CrashReason reason, uint32_t uptime, const char *description) {
  const esp_partition_t *partition =
    esp_partition_find_first(ESP_PARTITION_TYPE_DATA, ESP_PARTITION_SUBTYPE_ANY, "crash");
  Crash crash = {.reason = reason, .uptime = uptime, .description = description};
  if (!partition || !hashSlot(slot, crash.imageHash)) return;
  CrashFlash flash = {(void *)partition, partition->size, readCells, writeCells, eraseCells};
  keepCrash(&flash, &crash);
}

int otherIsConfirmed(uint32_t slot) {
  esp_ota_img_states_t state;
  const esp_partition_t *other = slotPartition(1 - slot);
  return other && esp_ota_get_state_partition(other, &state) == ESP_OK && state == ESP_OTA_IMG_VALID;
}

int otherIsWhole(uint32_t slot) {
  uint8_t header[headerBytes];
  return readHeader(slotPartition(1 - slot), header);
}
