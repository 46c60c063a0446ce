/* The native JSON scanner as functions of an XS machine, for whatever host builds them in; native.ts is their face. */
#ifndef HOLDFAST_XS_JSON_H
#define HOLDFAST_XS_JSON_H

#include "xs.h"

/* jsonBegin(): state */
void xs_jsonBegin(xsMachine *the);
/* jsonPush(state, plan, bytes, from, kept): place of the first byte that was not taken, or minus a fault */
void xs_jsonPush(xsMachine *the);
/* jsonEnd(state, kept): bytes kept, or minus a fault */
void xs_jsonEnd(xsMachine *the);

#endif
