/* Poly1305 by itself, which no key of the AEAD leads to the edges of: `poly1305 KEY TEXT`, in hexadecimal. */
#include <stdio.h>
#include <stdlib.h>

#include "chacha20Poly1305.c"

static size_t fromHex(const char *text, uint8_t *bytes, size_t room) {
  size_t length = strlen(text) / 2;
  if (length > room) exit(64);
  for (size_t i = 0; i < length; i++) {
    char pair[3] = {text[2 * i], text[2 * i + 1], 0};
    bytes[i] = (uint8_t)strtoul(pair, NULL, 16);
  }
  return length;
}

int main(int count, char **arguments) {
  uint8_t key[32], text[256], tag[16];
  Poly1305 code;
  if (count != 3 || fromHex(arguments[1], key, sizeof key) != sizeof key) return 64;
  beginCode(&code, key);
  addPadded(&code, text, fromHex(arguments[2], text, sizeof text));
  endCode(&code, tag);
  for (size_t i = 0; i < sizeof tag; i++) printf("%02x", tag[i]);
  return 0;
}
