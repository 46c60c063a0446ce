/* Counting for test/bench: a global of an image that is measured. */
#ifndef HOLDFAST_RV32_MEASURE_H
#define HOLDFAST_RV32_MEASURE_H

#include "xs.h"

/* measure.instructions(): since the start; measure.use(): JSON of memory; measure.reset(): begins its peaks anew. */
void addMeasure(xsMachine *the);

/* Bytes of C stack that were ever in use. */
size_t stackPeak(void);
/* Writes JSON of what memory was used into `text`. */
void describeUse(xsMachine *the, char *text, size_t size);

#endif
