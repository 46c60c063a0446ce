/* The names of XS's machine and slot for C that is compiled beside either of XS's headers. */
#ifndef HOLDFAST_ENGINE_H
#define HOLDFAST_ENGINE_H

/* XS has two faces, one for itself and one for hosts, with their own names for the same. */
#ifdef __XSALL__
typedef txMachine Machine;
typedef txSlot Slot;
#else
#include "xs.h"
typedef xsMachine Machine;
typedef xsSlot Slot;
#endif

#endif
