/*
 * The code of an app image (firmware/port/apps.ts): bytecode of one strict function, `(function (require) {"use strict"; …
 * })`, which runs in the machine of the image that verified it, where nothing of the language can be replaced any more.
 */
#ifndef HOLDFAST_APP_CODE_H
#define HOLDFAST_APP_CODE_H

#include <stddef.h>
#include <stdint.h>

#include "engine.h"

/* NULL, or the reason why this bytecode is no app's: another shape, or code that loads a module. Nothing runs. */
const char *checkAppCode(uint8_t *bytes, size_t length);

/*
 * Gives the function of a checked app (xsResult), which is not called yet. From then on no global is added or replaced.
 * The bytes are changed and must stay. To be called from a host function of the machine.
 */
void runAppCode(Machine *the, uint8_t *bytes, size_t length);

#endif
