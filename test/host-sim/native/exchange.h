/* The way in which a test asks these programs: a length of four bytes, little-endian, and so many bytes; answers alike. */
#ifndef HOLDFAST_TEST_EXCHANGE_H
#define HOLDFAST_TEST_EXCHANGE_H

#include <stddef.h>
#include <stdint.h>

/* The question; bytes beyond its end read as zero. */
uint32_t take8(void);
uint32_t take16(void);
uint32_t take32(void);
/* Valid until the next request. */
const uint8_t *takeBytes(size_t length);
int isMore(void);

void answerBytes(const void *bytes, size_t length);
void answer8(uint32_t value);
void answer16(uint32_t value);
void answerText(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* The program's: answers one request. */
void answerRequest(void);

/* The platform's: all of so many bytes, or false at their end. */
int hear(void *bytes, size_t length);
void say(const void *bytes, size_t length);

#endif
