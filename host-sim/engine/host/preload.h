/* The built-ins as constants that machines share, as in the flash of a chip. */
#ifndef HOLDFAST_PRELOAD_H
#define HOLDFAST_PRELOAD_H

#include "engine.h"

/*
 * Makes all that the language has unchangeable. To be called in a new machine, before any code of ours has run in it: what
 * is there then is the engine's.
 */
void freezeBuiltIns(Machine *the);

/* From then on nobody adds a global or replaces one. */
void freezeGlobal(Machine *the);

/*
 * Makes what a machine holds now a constant that others share: the built-ins, and what scripts made that ran in it.
 * That is what the SDK does with preloaded modules, which then lie in a chip's flash. The machine runs nothing after
 * this.
 */
void preloadMachine(Machine *machine);

#endif
