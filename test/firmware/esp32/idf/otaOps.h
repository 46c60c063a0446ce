/* Of esp_ota_ops.h, as esp_partition.h beside it. A header of its name would pass for one of ours. */
#ifndef FAKE_OTA_OPS_H
#define FAKE_OTA_OPS_H

#include "esp_partition.h"

typedef enum { ESP_OTA_IMG_NEW, ESP_OTA_IMG_PENDING_VERIFY, ESP_OTA_IMG_VALID } esp_ota_img_states_t;

const esp_partition_t *esp_ota_get_running_partition(void);
const esp_partition_t *esp_ota_get_boot_partition(void);
esp_err_t esp_ota_get_state_partition(const esp_partition_t *partition, esp_ota_img_states_t *state);

#endif
