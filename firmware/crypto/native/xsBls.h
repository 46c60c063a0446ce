/* The native BLS as functions of an XS machine, for any host that builds them in (nativeBls.ts). */
#ifndef HOLDFAST_XS_BLS_H
#define HOLDFAST_XS_BLS_H

#include "xs.h"

/* blsBegin(key): sum or undefined */
void xs_blsBegin(xsMachine *the);
/* blsSubtract(sum, key): boolean */
void xs_blsSubtract(xsMachine *the);
/* blsVerify(sum, message, signature): outcome */
void xs_blsVerify(xsMachine *the);

#endif
