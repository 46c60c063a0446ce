/*
 * native/forgetOther.c for each line of input: the slot that runs, the one whose entry counts, and the sequences of both
 * entries, 4294967295 for none. Prints its error and which entries are left.
 */
#include "forgetOther.h"

#include <stdio.h>
#include <string.h>

#include "idf/otaOps.h"

static const esp_partition_t slots[2] = {
  {(esp_partition_subtype_t)0x10, 65536},
  {(esp_partition_subtype_t)0x11, 65536},
};
static const esp_partition_t records = {ESP_PARTITION_SUBTYPE_DATA_OTA, 8192};
static uint8_t cells[8192];
static unsigned running, counting;

const esp_partition_t *esp_ota_get_running_partition(void) { return &slots[running]; }
const esp_partition_t *esp_ota_get_boot_partition(void) { return &slots[counting]; }

const esp_partition_t *esp_partition_find_first(esp_partition_type_t type, esp_partition_subtype_t subtype,
                                                const char *label) {
  (void)label;
  return type == ESP_PARTITION_TYPE_DATA && subtype == ESP_PARTITION_SUBTYPE_DATA_OTA ? &records : NULL;
}

esp_err_t esp_partition_read(const esp_partition_t *partition, size_t offset, void *bytes, size_t length) {
  if (partition != &records || offset + length > sizeof cells) return ESP_FAIL;
  memcpy(bytes, cells + offset, length);
  return ESP_OK;
}

esp_err_t esp_partition_erase_range(const esp_partition_t *partition, size_t offset, size_t length) {
  if (partition != &records || offset % 4096 != 0 || length != 4096) return ESP_FAIL;
  memset(cells + offset, 0xff, length);
  return ESP_OK;
}

int main(void) {
  uint32_t sequence[2];
  while (scanf("%u %u %u %u", &running, &counting, &sequence[0], &sequence[1]) == 4) {
    for (int i = 0; i < 2; i++) memcpy(cells + 4096 * i, &sequence[i], 4);
    int32_t error = forgetOther();
    for (int i = 0; i < 2; i++) memcpy(&sequence[i], cells + 4096 * i, 4);
    printf("%d %u %u\n", (int)error, sequence[0], sequence[1]);
  }
  return 0;
}
