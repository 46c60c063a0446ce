/* The code that runs in the machines on the host's behalf (guest/), as text: the build makes guests.c of it. */
#ifndef HOLDFAST_GUESTS_H
#define HOLDFAST_GUESTS_H

#include <stddef.h>

extern const char bootText[];
extern const size_t bootTextLength;
extern const char preludeText[];
extern const size_t preludeTextLength;
/* In the place of the prelude, where a board is recorded. */
extern const char recorderText[];
extern const size_t recorderTextLength;
/* In the place of the prelude, where a board is stepped. */
extern const char steppedText[];
extern const size_t steppedTextLength;

#endif
