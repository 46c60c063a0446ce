/*
 * The body of an image as this board runs it: the memory of a machine that has loaded the built-ins, the host's own
 * code (engine/guest) and the image, as the SDK's linker puts preloaded modules into flash. It is made by running this
 * very program with `strapMake`, and it is used where it lies, in flash, at the address it was made for. What begins
 * at the start is a clone of it with memory of its own.
 */
#ifndef HOLDFAST_RV32_BODY_H
#define HOLDFAST_RV32_BODY_H

#include <stddef.h>
#include <stdint.h>

#include "machine.h"

/* Little-endian, as the machine. */
typedef struct {
  uint32_t magic;
  /* Of the whole body. */
  uint32_t length;
  /* Of this program: its functions' addresses are in the body. */
  uint8_t program[20];
  Machine *machine;
  /* The value of the prelude's script. */
  _Alignas(16) Slot prelude;
} Body;

enum { bodyMagic = 0x53584648 };

/* NULL, or why this body is none for this board. */
const char *checkBody(const uint8_t *body, size_t length);

/*
 * Makes the body of an image: bytecode of prelude and image lies in slot B, each behind its length (32 bits), and the
 * body comes to lie in slot A behind the place of a header. Ends the program.
 */
_Noreturn void makeBody(void);

#endif
