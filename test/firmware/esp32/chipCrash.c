/*
 * native/chipCrash.c over three files: a slot's, the other's and the partition `crash`. Keeps a crash of the image in slot
 * A, and prints whether the other is confirmed (by the state that is given, −1 for none) and whole.
 */
#include "chipCrash.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "idf/otaOps.h"

enum { most = 64 * 1024 };

typedef struct {
  esp_partition_t partition;
  uint8_t cells[most];
} Cells;

static Cells files[3];
static int otherState;

static uint8_t *cellsOf(const esp_partition_t *partition) { return ((Cells *)(uintptr_t)partition)->cells; }

const esp_partition_t *esp_partition_find_first(esp_partition_type_t type, esp_partition_subtype_t subtype,
                                                const char *label) {
  if (type == ESP_PARTITION_TYPE_DATA) return strcmp(label, "crash") == 0 ? &files[2].partition : NULL;
  return &files[subtype - ESP_PARTITION_SUBTYPE_APP_OTA_0].partition;
}

esp_err_t esp_partition_read(const esp_partition_t *partition, size_t offset, void *bytes, size_t length) {
  if (offset + length > partition->size) return ESP_FAIL;
  memcpy(bytes, cellsOf(partition) + offset, length);
  return ESP_OK;
}

esp_err_t esp_partition_write(const esp_partition_t *partition, size_t offset, const void *bytes, size_t length) {
  for (size_t i = 0; i < length; i++) cellsOf(partition)[offset + i] &= ((const uint8_t *)bytes)[i];
  return ESP_OK;
}

esp_err_t esp_partition_erase_range(const esp_partition_t *partition, size_t offset, size_t length) {
  memset(cellsOf(partition) + offset, 0xff, length);
  return ESP_OK;
}

esp_err_t esp_ota_get_state_partition(const esp_partition_t *partition, esp_ota_img_states_t *state) {
  if (partition != &files[1].partition || otherState < 0) return ESP_FAIL;
  *state = (esp_ota_img_states_t)otherState;
  return ESP_OK;
}

int main(int count, char **arguments) {
  if (count != 6) return 1;
  for (int i = 0; i < 3; i++) {
    FILE *file = fopen(arguments[i + 1], "rb");
    if (!file) return 1;
    files[i].partition.size = (uint32_t)fread(files[i].cells, 1, most, file);
    fclose(file);
  }
  otherState = atoi(arguments[4]);
  keepCrashOf(0, crashException, 12, arguments[5]);
  FILE *file = fopen(arguments[3], "wb");
  int written = file && fwrite(files[2].cells, 1, files[2].partition.size, file) == files[2].partition.size;
  printf("%d %d", otherIsConfirmed(0), otherIsWhole(0));
  return file && fclose(file) == 0 && written ? 0 : 1;
}
