/* Bytecode as XS runs it; needs xsAll.h and xsScript.h before. */
#ifndef HOLDFAST_PLACED_SCRIPT_H
#define HOLDFAST_PLACED_SCRIPT_H

#include <stddef.h>
#include <stdint.h>

/* The bytes become the code, where they lie; throws a SyntaxError of the machine for what is no whole bytecode. */
txScript placedScript(txMachine *the, uint8_t *bytes, size_t length);

#endif
