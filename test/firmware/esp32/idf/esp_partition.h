/* Of ESP-IDF's header of that name as much as the C of a chip's slots and crash records names; tests give the functions. */
#ifndef FAKE_ESP_PARTITION_H
#define FAKE_ESP_PARTITION_H

#include <stddef.h>
#include <stdint.h>

typedef int esp_err_t;

enum { ESP_OK = 0, ESP_FAIL = -1, ESP_ERR_INVALID_STATE = 0x103, ESP_ERR_NOT_FOUND = 0x105 };

typedef enum { ESP_PARTITION_TYPE_APP, ESP_PARTITION_TYPE_DATA } esp_partition_type_t;
typedef enum {
  ESP_PARTITION_SUBTYPE_DATA_OTA = 0x00,
  ESP_PARTITION_SUBTYPE_APP_OTA_0 = 0x10,
  ESP_PARTITION_SUBTYPE_ANY = 0xff,
} esp_partition_subtype_t;

typedef struct {
  esp_partition_subtype_t subtype;
  uint32_t size;
} esp_partition_t;

const esp_partition_t *esp_partition_find_first(esp_partition_type_t type, esp_partition_subtype_t subtype,
                                                const char *label);
esp_err_t esp_partition_read(const esp_partition_t *partition, size_t offset, void *bytes, size_t length);
esp_err_t esp_partition_write(const esp_partition_t *partition, size_t offset, const void *bytes, size_t length);
esp_err_t esp_partition_erase_range(const esp_partition_t *partition, size_t offset, size_t length);

#endif
