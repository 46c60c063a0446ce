/*
 * Memory that is out for good. lwIP and the SDK's sockets lose what they hold where an allocation fails, and wait for
 * ever for frames that no buffer can take: the engine runs on and the network stands still. Only a restart brings it back.
 */
#ifndef HOLDFAST_MEMORY_OUT_H
#define HOLDFAST_MEMORY_OUT_H

#include <stddef.h>
#include <stdint.h>

/* The time between two looks at the heap, in microseconds. */
enum { memoryLookMicroseconds = 10 * 1000 * 1000 };

/* Looks in a row that found no room; begins with zero. */
typedef struct {
  uint32_t without;
} MemoryWatch;

/* A look at the heap, given its largest free block in bytes: 1 once there has been no room for a minute. */
int memoryIsOut(MemoryWatch *watch, uint32_t largest);

/* The words to the console before the restart; the length of the text. Bytes of the heap, all and in one piece. */
size_t memoryOutWords(char *text, size_t size, uint32_t unused, uint32_t largest);

#endif
