#include "power.h"

#include "device.h"

_Noreturn void powerOff(int code) {
  *word(testBase) = code ? (uint32_t)code << 16 | 0x3333 : 0x5555;
  for (;;) {
  }
}
