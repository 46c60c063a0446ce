/*
 * The starts of a chip as their words tell them: each argument is a start, `power`, `failed` or `whole`. Five numbers
 * are an engine and a heap instead: arena, chunks, slots, stack and the largest block.
 */
#include "start.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const EngineMemory usual = {147456, 8192, 8193, 8194};

static int judge(char **numbers) {
  uint32_t n[5];
  for (int i = 0; i < 5; i++) n[i] = (uint32_t)strtoul(numbers[i], NULL, 10);
  EngineMemory asked = {n[0], n[1], n[2], n[3]};
  char text[320];
  if (engineFits(&asked)) printf("fits\n");
  else {
    FreeMemory heap = {n[4] + 1, n[4]};
    printf("%.*s", (int)startWords(text, sizeof text, 0, &asked, heap), text);
    printf("%.*s", (int)refusedWords(text, sizeof text, n[0], heap), text);
  }
  return 0;
}

int main(int count, char **starts) {
  if (count == 6 && starts[1][0] >= '0' && starts[1][0] <= '9') return judge(starts + 1);
  StartRecord record;
  memset(&record, 0xa5, sizeof record);
  for (int i = 1; i < count; i++) {
    char text[320];
    uint32_t failed = countStart(&record, strcmp(starts[i], "power") == 0);
    if (failed == 0) printf("-\n");
    else printf("%.*s", (int)startWords(text, sizeof text, failed, &usual, (FreeMemory){297000, 163000}), text);
    if (strcmp(starts[i], "whole") == 0) startSucceeded(&record);
  }
  char small[16];
  return startWords(small, sizeof small, 1, &usual, (FreeMemory){2, 3}) == sizeof small - 1 && small[15] == 0 ? 0 : 1;
}
