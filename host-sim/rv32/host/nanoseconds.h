/* Nanoseconds of a clock that only counts forward. */
#ifndef HOLDFAST_RV32_NANOSECONDS_H
#define HOLDFAST_RV32_NANOSECONDS_H

#include <stdint.h>

uint64_t nanoseconds(void);

#endif
