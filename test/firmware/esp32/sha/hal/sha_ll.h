/* In place of ESP-IDF's register functions, with its names and types; `unit.c` has them. */
#include <stdbool.h>
#include <stddef.h>

typedef enum { SHA1 = 0, SHA2_224, SHA2_256 } esp_sha_type;

void sha_ll_set_mode(esp_sha_type type);
void sha_ll_continue_block(esp_sha_type type);
bool sha_ll_busy(void);
void sha_ll_fill_text_block(const void *text, size_t words);
void sha_ll_read_digest(esp_sha_type type, void *digest, size_t words);
void sha_ll_write_digest(esp_sha_type type, void *digest, size_t words);
