#include "forgetOther.h"

#include <stddef.h>

#include <esp_partition.h>

/* By its path among the components: the SDK gives no other way to it. */
#include "app_update/include/esp_ota_ops.h"

/* The SDK switches this warning off for all C, and then only a link shows a function that ESP-IDF has not. */
#pragma GCC diagnostic error "-Wimplicit-function-declaration"

/* Two sectors, each begins with the sequence of its entry; its slot follows from that. */
enum { sectorBytes = 4096, entries = 2, slots = 2 };

/*
 * ESP-IDF's own esp_ota_invalidate_inactive_ota_data_slot fails where there is nothing to erase, as on a board that was
 * never updated and on one that has tested its bootloader.
 */
int32_t forgetOther(void) {
  const esp_partition_t *records =
    esp_partition_find_first(ESP_PARTITION_TYPE_DATA, ESP_PARTITION_SUBTYPE_DATA_OTA, NULL);
  const esp_partition_t *running = esp_ota_get_running_partition();
  if (!records || !running) return ESP_ERR_NOT_FOUND;
  if (esp_ota_get_boot_partition() != running) return ESP_ERR_INVALID_STATE;
  uint32_t own = (uint32_t)running->subtype - ESP_PARTITION_SUBTYPE_APP_OTA_0;
  for (size_t at = 0; at < entries * sectorBytes; at += sectorBytes) {
    uint32_t sequence;
    esp_err_t error = esp_partition_read(records, at, &sequence, sizeof sequence);
    if (error == ESP_OK && sequence != UINT32_MAX && (sequence - 1) % slots != own)
      error = esp_partition_erase_range(records, at, sectorBytes);
    if (error != ESP_OK) return error;
  }
  return ESP_OK;
}
