/*
 * For the emulated rv32 machine, bare: how many instructions signing, the address, a shared
 * secret and a decryption take with keys from a seed. A line says what and how many; `compare` is a comparison that leaves early, and shows that the count would tell.
 */
#include <stdio.h>
#include <string.h>

#include "chacha20Poly1305.h"
#include "keccak256.h"
#include "secp256k1.h"

static uint32_t instructions(void) {
  uint32_t count;
  __asm__ volatile(".option push\n.option arch, +zicsr\ncsrr %0, minstret\n.option pop" : "=r"(count));
  return count;
}

static __attribute__((noinline)) int compare(const volatile uint8_t *a, const volatile uint8_t *b) {
  for (int i = 0; i < 32; i++) {
    if (a[i] != b[i]) return i;
  }
  return 32;
}

int main(void) {
  uint8_t key[32] = {1};
  uint8_t other[32];
  uint8_t digest[32];
  uint8_t result[65];
  uint8_t publicKey[33];
  static uint8_t plain[4096], encrypted[sizeof plain + aeadTagSize];
  secp256k1PublicKeyOf(key, publicKey);
  secp256k1Blind(key);
  for (int i = 0; i < 24; i++) {
    keccak256(key, sizeof key, key);
    keccak256(key, sizeof key - 1, digest);
    uint32_t start = instructions();
    int signedIt = secp256k1Sign(digest, key, result);
    uint32_t middle = instructions();
    int made = secp256k1AddressOf(key, result);
    uint32_t end = instructions();
    if (!signedIt || !made) return 1;
    printf("sign %lu\naddress %lu\n", (unsigned long)(middle - start), (unsigned long)(end - middle));
    start = instructions();
    if (!secp256k1SharedSecret(key, publicKey, result)) return 1;
    printf("shared %lu\n", (unsigned long)(instructions() - start));
    start = instructions();
    aeadEncrypt(key, digest, digest, sizeof digest, plain, sizeof plain, encrypted);
    printf("encrypt %lu\n", (unsigned long)(instructions() - start));
    start = instructions();
    if (!aeadDecrypt(key, digest, digest, sizeof digest, encrypted, sizeof encrypted, plain)) return 1;
    printf("decrypt %lu\n", (unsigned long)(instructions() - start));
    memcpy(plain, encrypted, sizeof plain);
    memcpy(other, key, sizeof other);
    other[i] ^= 1;
    start = instructions();
    if (compare(key, other) != i) return 2;
    printf("compare %lu\n", (unsigned long)(instructions() - start));
  }
  return 0;
}
