/* Files of the machine that emulates (RISC-V semihosting): for entropy, and for what is made at build time. */
#ifndef HOLDFAST_RV32_SEMIHOST_H
#define HOLDFAST_RV32_SEMIHOST_H

#include <stdint.h>

/* Below zero when it cannot be opened. */
int hostOpen(const char *path, int writing);
void hostClose(int file);
/* False unless all of it was read, or written. */
int hostRead(int file, void *bytes, uint32_t length);
int hostWrite(int file, const void *bytes, uint32_t length);

#endif
