/* The operating system's random numbers, as a chip has its generator. */
#ifndef HOLDFAST_ENTROPY_H
#define HOLDFAST_ENTROPY_H

#include <stddef.h>

/* False when there are none to be had; `bytes` must not be used then. */
int fillRandom(void *bytes, size_t length);

#endif
