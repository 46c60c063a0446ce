/* The addresses of the devices of QEMU's `virt` machine, and access to them. */
#ifndef HOLDFAST_RV32_DEVICE_H
#define HOLDFAST_RV32_DEVICE_H

#include <stdint.h>

enum {
  testBase = 0x00100000,
  rtcBase = 0x00101000,
  clintBase = 0x02000000,
  plicBase = 0x0c000000,
  uartBase = 0x10000000,
  configurationBase = 0x30000000,
  flashBase = 0x40000000,
};

static inline volatile uint32_t *word(uint32_t address) { return (volatile uint32_t *)(uintptr_t)address; }
static inline volatile uint8_t *byte(uint32_t address) { return (volatile uint8_t *)(uintptr_t)address; }

#define readCsr(name) ({ uint32_t value; __asm__ volatile("csrr %0, " #name : "=r"(value)); value; })
#define writeCsr(name, value) __asm__ volatile("csrw " #name ", %0" ::"r"((uint32_t)(value)) : "memory")
#define setCsr(name, value) __asm__ volatile("csrs " #name ", %0" ::"r"((uint32_t)(value)) : "memory")
#define clearCsr(name, value) __asm__ volatile("csrc " #name ", %0" ::"r"((uint32_t)(value)) : "memory")

#endif
