/* The starts of a chip as their words tell them: each argument is a start, `power`, `failed` or `whole`. */
#include "start.h"

#include <stdio.h>
#include <string.h>

int main(int count, char **starts) {
  StartRecord record;
  memset(&record, 0xa5, sizeof record);
  for (int i = 1; i < count; i++) {
    char text[256];
    uint32_t failed = countStart(&record, strcmp(starts[i], "power") == 0);
    if (failed == 0) printf("-\n");
    else printf("%.*s", (int)startWords(text, sizeof text, failed, 297000, 163000), text);
    if (strcmp(starts[i], "whole") == 0) startSucceeded(&record);
  }
  char small[16];
  return startWords(small, sizeof small, 1, 2, 3) == sizeof small - 1 && small[15] == 0 ? 0 : 1;
}
