/* The built-ins as constants that machines share, as in the flash of a chip. */
#ifndef HOLDFAST_PRELOAD_H
#define HOLDFAST_PRELOAD_H

#include "engine.h"

/*
 * Makes what a machine holds now a constant that others share: the built-ins, and what scripts made that ran in it.
 * That is what the SDK does with preloaded modules, which then lie in a chip's flash. The machine runs nothing after
 * this.
 */
void preloadMachine(Machine *machine);

#endif
