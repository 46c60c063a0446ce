/* In place of ESP-IDF's; `unit.c` has them. */
void esp_crypto_sha_aes_lock_acquire(void);
void esp_crypto_sha_aes_lock_release(void);
