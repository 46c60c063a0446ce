#include "sha.h"

#include <soc/soc_caps.h>

#if SOC_SHA_SUPPORTED && SOC_SHA_SUPPORT_RESUME

#include <stdbool.h>
#include <string.h>

#include <esp_crypto_lock.h>
#include <esp_crypto_periph_clk.h>
#include <hal/sha_ll.h>

/* The SDK switches this warning off for all C, and then only a link shows a function that ESP-IDF has not. */
#pragma GCC diagnostic error "-Wimplicit-function-declaration"

/* A block takes the unit less than two hundred cycles, and a look at it some ten. */
enum { hashWords = 8, blockWords = 16, looksMaximum = 10000 };

int shaIsThere(void) { return 1; }

/* ESP-IDF's own function waits for ever, and another of its layer ends the program at a hash of zeros. */
static bool isIdle(void) {
  for (int look = 0; look < looksMaximum; look++) {
    if (!sha_ll_busy()) return true;
  }
  return false;
}

/* Words as they lie in memory: the unit reads and writes them with the most significant byte first. */
static void give(const uint8_t *block) {
  uint32_t words[blockWords];
  if ((uintptr_t)block % sizeof words[0] == 0) {
    sha_ll_fill_text_block(block, blockWords);
  } else {
    memcpy(words, block, sizeof words);
    sha_ll_fill_text_block(words, blockWords);
  }
}

int shaBlocks(uint32_t hash[8], const uint8_t *blocks, size_t count) {
  uint32_t words[hashWords];
  for (int i = 0; i < hashWords; i++) words[i] = __builtin_bswap32(hash[i]);
  esp_crypto_sha_aes_lock_acquire();
  esp_crypto_sha_enable_periph_clk(true);
  bool isDone = isIdle();
  if (isDone) {
    sha_ll_set_mode(SHA2_256);
    sha_ll_write_digest(SHA2_256, words, hashWords);
  }
  for (; isDone && count > 0; count--, blocks += sizeof(uint32_t) * blockWords) {
    give(blocks);
    sha_ll_continue_block(SHA2_256);
    isDone = isIdle();
  }
  if (isDone) sha_ll_read_digest(SHA2_256, words, hashWords);
  esp_crypto_sha_enable_periph_clk(false);
  esp_crypto_sha_aes_lock_release();
  if (!isDone) return 0;
  for (int i = 0; i < hashWords; i++) hash[i] = __builtin_bswap32(words[i]);
  return 1;
}

#else

int shaIsThere(void) { return 0; }

int shaBlocks(uint32_t hash[8], const uint8_t *blocks, size_t count) {
  (void)hash, (void)blocks, (void)count;
  return 0;
}

#endif
