#include "chip.h"

#include <bootloader_random.h>
#include <esp_attr.h>
#include <esp_flash_encrypt.h>
#include <esp_heap_caps.h>
#include <esp_random.h>
#include <esp_rom_serial_output.h>
#include <esp_secure_boot.h>
#include <esp_sleep.h>
#include <esp_system.h>
#include <esp_timer.h>
#include <xs.h>

/* By its path among the components: the SDK gives no other way to it. */
#include "app_update/include/esp_ota_ops.h"
#include "chipCrash.h"
#include "console.h"
#include "failureRow.h"
#include "forgetOther.h"
#include "memoryOut.h"
#include "sha.h"
#include "start.h"
#include "../../crypto/native/secp256k1.h"
#include "../../crypto/native/sha256.h"

/* The SDK switches this warning off for all C, and then only a link shows a function that ESP-IDF has not. */
#pragma GCC diagnostic error "-Wimplicit-function-declaration"

static RTC_NOINIT_ATTR StartRecord starts;

static RTC_NOINIT_ATTR FailureRow row;

/* What the start before has left, and whether this one goes without its app. */
static RowStart before;
static int recovers;

static MemoryWatch memory;

static int isStarted;

/*
 * To the ROM's serial line: ESP-IDF's own console is off, and the firmware's takes what the engine says. Between zeros,
 * as text lies between frames (firmware/serial).
 */
static void say(const char *text, size_t length) {
  esp_rom_output_tx_one_char(0);
  for (size_t i = 0; i < length; i++) esp_rom_output_tx_one_char((uint8_t)text[i]);
  esp_rom_output_tx_one_char(0);
}

/* In the task of ESP-IDF's timers, above every driver: it comes also when one of them tries for ever. */
static void lookAtMemory(void *argument) {
  (void)argument;
  if (!recovers && chipMilliseconds() >= steadyMilliseconds) rowIsSteady(&row);
  uint32_t largest = (uint32_t)heap_caps_get_largest_free_block(MALLOC_CAP_8BIT);
  if (!memoryIsOut(&memory, largest)) return;
  char text[160];
  say(text, memoryOutWords(text, sizeof text, (uint32_t)heap_caps_get_free_size(MALLOC_CAP_8BIT), largest));
  /* Recorded by the next start: there is no memory for it now. */
  restartIsFault(&row, crashMemory);
  esp_restart();
}

static FreeMemory freeMemory(void) {
  return (FreeMemory){(uint32_t)heap_caps_get_free_size(MALLOC_CAP_8BIT),
                      (uint32_t)heap_caps_get_largest_free_block(MALLOC_CAP_8BIT)};
}

/* Memory that is refused before the firmware speaks for itself ends the start, as a rule. */
static void sayRefused(size_t asked, uint32_t capabilities, const char *function) {
  (void)capabilities;
  (void)function;
  char text[160];
  if (!isStarted) say(text, refusedWords(text, sizeof text, (uint32_t)asked, freeMemory()));
}

/* What the SDK's linker made of `creation`; it has no header. A slot has 16 bytes. */
extern void *xsPreparationAndCreation(xsCreation **creation);

static EngineMemory engineMemory(void) {
  enum { slotBytes = 16 };
  xsCreation *creation;
  xsPreparationAndCreation(&creation);
  return (EngineMemory){
    .arena = (uint32_t)creation->staticSize,
    .chunks = (uint32_t)creation->initialChunkSize,
    .slots = (uint32_t)creation->initialHeapCount * slotBytes,
    .stack = (uint32_t)creation->stackCount * slotBytes,
  };
}

static uint32_t runningSlot(void) { return (uint32_t)chipRunningSlot() == 1 ? 1 : 0; }

static int isConfirmed(void) { return otherIsConfirmed(runningSlot()); }

static int isWhole(void) { return otherIsWhole(runningSlot()); }

/* ESP-IDF marks the running image as invalid and goes back to the one before, which stays confirmed; in one write. */
static void goToOther(void) {
  static const char text[] = "holdfast: this image failed three times in a row: the one before it starts.\r\n";
  say(text, sizeof text - 1);
  esp_ota_mark_app_invalid_rollback_and_reboot();
}

static void countFailures(void) {
  static const OtherSlot other = {isConfirmed, isWhole, goToOther};
  before = countReset(&row, resetKind(esp_reset_reason()), runningSlot());
  recovers = leaveFailing(&row, before.failures, &other);
}

/*
 * Before the engine, which asks for its memory first of all and restarts the chip where there is none. Nothing has a
 * console yet.
 */
static void __attribute__((constructor)) beforeEngine(void) {
  char text[320];
  countFailures();
  uint32_t failed = countStart(&starts, esp_reset_reason() == ESP_RST_POWERON);
  EngineMemory asked = engineMemory();
  FreeMemory heap = freeMemory();
  if (failed != 0 || !engineFits(&asked)) say(text, startWords(text, sizeof text, failed, &asked, heap));
  heap_caps_register_failed_alloc_callback(sayRefused);
}

/* A wrong answer at the start, or work that did not end: the C goes on from where it was, and asks the unit no more. */
static void sayUnitFailed(void) {
  static const char text[] = "holdfast: the unit for SHA-256 fails and is not used.\r\n";
  static int isSaid;
  if (!isSaid) say(text, sizeof text - 1);
  isSaid = 1;
}

static int blocksByUnit(uint32_t hash[8], const uint8_t *blocks, size_t count) {
  if (shaBlocks(hash, blocks, count)) return 1;
  sayUnitFailed();
  return 0;
}

void chipStarted(void) {
  isStarted = 1;
  startSucceeded(&starts);
  if (before.unrecorded != crashUnknown) keepCrashOf(before.slot, before.unrecorded, 0, "");
  if (shaIsThere() && !sha256UseUnit(blocksByUnit)) sayUnitFailed();
  const esp_timer_create_args_t look = {.callback = lookAtMemory, .name = "memory"};
  esp_timer_handle_t timer;
  if (esp_timer_create(&look, &timer) == ESP_OK) esp_timer_start_periodic(timer, memoryLookMicroseconds);
}

double chipMilliseconds(void) { return (double)esp_timer_get_time() / 1000; }

void chipFillRandom(uint8_t *target, uint32_t offset, uint32_t length, uint8_t radio) {
  if (!radio) bootloader_random_enable();
  esp_fill_random(target + offset, length);
  if (!radio) bootloader_random_disable();
}

void chipBlindCurve(uint8_t radio) {
  uint8_t seed[32];
  chipFillRandom(seed, 0, sizeof seed, radio);
  secp256k1Blind(seed);
}

int32_t chipResetReason(void) { return (int32_t)esp_reset_reason(); }

int32_t chipRunningSlot(void) {
  const esp_partition_t *running = esp_ota_get_running_partition();
  return running ? (int32_t)running->subtype - ESP_PARTITION_SUBTYPE_APP_OTA_0 : -1;
}

int32_t chipSlotState(void) {
  esp_ota_img_states_t state;
  if (esp_ota_get_state_partition(esp_ota_get_running_partition(), &state) != ESP_OK) return -1;
  return state == ESP_OTA_IMG_UNDEFINED ? -1 : (int32_t)state;
}

int32_t chipStartNext(uint8_t slot) {
  const esp_partition_t *partition =
    esp_partition_find_first(ESP_PARTITION_TYPE_APP, ESP_PARTITION_SUBTYPE_APP_OTA_0 + slot, NULL);
  return partition ? esp_ota_set_boot_partition(partition) : ESP_ERR_NOT_FOUND;
}

int32_t chipConfirm(void) { return esp_ota_mark_app_valid_cancel_rollback(); }

int32_t chipRecovers(void) { return recovers; }

int32_t chipForgetOther(void) { return forgetOther(); }

void chipFault(char *description) {
  keepCrashOf(runningSlot(), crashException, (uint32_t)(chipMilliseconds() / 1000), description);
  restartIsFault(&row, crashUnknown);
  consoleDrain();
  esp_restart();
}

void chipRestart(void) {
  restartIsWished(&row);
  consoleDrain();
  esp_restart();
}

void chipDeepSleep(double milliseconds) {
  consoleDrain();
  esp_sleep_enable_timer_wakeup((uint64_t)milliseconds * 1000);
  esp_deep_sleep_start();
}

int32_t chipProtection(void) {
  return (esp_secure_boot_enabled() ? 1 : 0) | (esp_flash_encryption_enabled() ? 2 : 0);
}
