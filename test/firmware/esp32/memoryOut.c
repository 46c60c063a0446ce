/* A heap's largest free block at each look, in bytes, as arguments: the words at the look that restarts the chip. */
#include "memoryOut.h"

#include <stdio.h>
#include <stdlib.h>

int main(int count, char **looks) {
  MemoryWatch watch = {0};
  for (int i = 1; i < count; i++) {
    uint32_t largest = (uint32_t)strtoul(looks[i], NULL, 10);
    char text[160];
    if (!memoryIsOut(&watch, largest)) continue;
    printf("%d%.*s", i, (int)memoryOutWords(text, sizeof text, 9000, largest), text);
    break;
  }
  char small[16];
  return memoryOutWords(small, sizeof small, 1, 2) == sizeof small - 1 && small[15] == 0 ? 0 : 1;
}
