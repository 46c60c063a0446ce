#include "memoryMap.h"

#include "device.h"

enum { mayRead = 1, mayWrite = 2, mayExecute = 4, toThis = 0x08, power = 0x18, locked = 0x80 };

extern char flashStart[], flashEnd[], ramStart[], ramEnd[];

/* A naturally aligned block whose size is a power of two. */
static uint32_t block(uint32_t base, uint32_t size) { return base >> 2 | (size / 8 - 1); }

void lockMemoryMap(const uint8_t *running, size_t size) {
  writeCsr(pmpaddr0, (uint32_t)flashStart >> 2);
  writeCsr(pmpaddr1, (uint32_t)flashEnd >> 2);
  writeCsr(pmpaddr2, (uint32_t)ramStart >> 2);
  writeCsr(pmpaddr3, (uint32_t)ramEnd >> 2);
  writeCsr(pmpaddr4, block(0, 0x20000000));
  writeCsr(pmpaddr5, block((uint32_t)running, size));
  writeCsr(pmpaddr6, block(flashBase, 0x01000000));
  writeCsr(pmpaddr7, ~0u);
  writeCsr(pmpcfg0, (uint32_t)(locked | toThis | mayRead | mayWrite) << 24 |
                      (uint32_t)(locked | toThis | mayRead | mayExecute) << 8);
  writeCsr(pmpcfg1, (uint32_t)(locked | power) << 24 | (uint32_t)(locked | power | mayRead | mayWrite) << 16 |
                      (uint32_t)(locked | power | mayRead) << 8 |
                      (uint32_t)(locked | power | mayRead | mayWrite));
}
