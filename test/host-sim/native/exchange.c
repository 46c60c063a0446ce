#include "exchange.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static uint8_t *request;
static size_t requestLength, requestAt;
static uint8_t *answer;
static size_t answerLength, answerRoom;

const uint8_t *takeBytes(size_t length) {
  if (length > requestLength - requestAt) exit(3);
  const uint8_t *bytes = request + requestAt;
  requestAt += length;
  return bytes;
}

uint32_t take8(void) { return *takeBytes(1); }

uint32_t take16(void) {
  const uint8_t *p = takeBytes(2);
  return (uint32_t)p[0] | (uint32_t)p[1] << 8;
}

uint32_t take32(void) {
  uint32_t low = take16();
  return low | take16() << 16;
}

int isMore(void) { return requestAt < requestLength; }

void answerBytes(const void *bytes, size_t length) {
  if (length == 0) return;
  if (answerLength + length > answerRoom) {
    answerRoom = 2 * (answerLength + length);
    answer = realloc(answer, answerRoom);
    if (!answer) exit(4);
  }
  memcpy(answer + answerLength, bytes, length);
  answerLength += length;
}

void answer8(uint32_t value) { answerBytes(&(uint8_t){(uint8_t)value}, 1); }

void answer16(uint32_t value) {
  answer8(value);
  answer8(value >> 8);
}

void answerText(const char *format, ...) {
  char text[400];
  va_list values;
  va_start(values, format);
  int length = vsnprintf(text, sizeof text, format, values);
  va_end(values);
  answerBytes(text, length < (int)sizeof text ? (size_t)length : sizeof text - 1);
}

#ifndef __xtensa__
int hear(void *bytes, size_t length) { return fread(bytes, 1, length, stdin) == length; }

void say(const void *bytes, size_t length) {
  fwrite(bytes, 1, length, stdout);
  fflush(stdout);
}
#endif

int main(void) {
  uint8_t head[4];
  while (hear(head, sizeof head)) {
    requestLength = (size_t)head[0] | (size_t)head[1] << 8 | (size_t)head[2] << 16 | (size_t)head[3] << 24;
    /* Of exactly its length, so that whoever reads beyond it is caught. */
    request = malloc(requestLength ? requestLength : 1);
    if (!request || (requestLength && !hear(request, requestLength))) return 2;
    requestAt = 0;
    answerLength = 0;
    answerRequest();
    for (int i = 0; i < 4; i++) head[i] = (uint8_t)(answerLength >> (8 * i));
    say(head, sizeof head);
    if (answerLength) say(answer, answerLength);
    free(request);
  }
  free(answer);
  return 0;
}
