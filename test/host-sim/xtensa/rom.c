/* Arithmetic that the compiler calls and Debian's library leaves to the ROM of a chip, which the emulator has not. */
#include <stdint.h>

uint64_t __muldi3(uint64_t a, uint64_t b);
uint32_t __udivsi3(uint32_t a, uint32_t b);
uint32_t __umodsi3(uint32_t a, uint32_t b);

uint64_t __muldi3(uint64_t a, uint64_t b) {
  uint32_t al = (uint32_t)a, bl = (uint32_t)b;
  uint32_t a0 = al & 0xffff, a1 = al >> 16, b0 = bl & 0xffff, b1 = bl >> 16;
  uint32_t low = a0 * b0;
  uint32_t middle = a1 * b0 + (low >> 16);
  uint32_t other = a0 * b1 + (middle & 0xffff);
  uint32_t high = a1 * b1 + (middle >> 16) + (other >> 16);
  high += (uint32_t)(a >> 32) * bl + al * (uint32_t)(b >> 32);
  return (uint64_t)high << 32 | (other << 16 | (low & 0xffff));
}

static uint32_t divide(uint32_t a, uint32_t b, uint32_t *rest) {
  uint32_t quotient = 0;
  *rest = 0;
  for (int i = 31; i >= 0; i--) {
    uint32_t carry = *rest >> 31;
    *rest = *rest << 1 | (a >> i & 1);
    if (!carry && *rest < b) continue;
    *rest -= b;
    quotient |= 1u << i;
  }
  return quotient;
}

uint32_t __udivsi3(uint32_t a, uint32_t b) {
  uint32_t rest;
  return divide(a, b, &rest);
}

uint32_t __umodsi3(uint32_t a, uint32_t b) {
  uint32_t rest;
  divide(a, b, &rest);
  return rest;
}
