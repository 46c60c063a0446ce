/* In place of ESP-IDF's; `unit.c` has it. */
#include <stdbool.h>
void esp_crypto_sha_enable_periph_clk(bool enable);
