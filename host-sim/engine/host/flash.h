/* The flash of a board: one file a partition, byte for byte what host-sim/node/flash/fileFlash.ts reads and writes. */
#ifndef HOLDFAST_FLASH_H
#define HOLDFAST_FLASH_H

#include <stddef.h>
#include <stdint.h>

enum { sectorSize = 4096 };

/* From now on partitions are files of this directory. NULL, or what is wrong with it. */
const char *openFlash(const char *directory);

typedef struct Partition Partition;

/* Opened and, if need be, made (erased) at the first call. NULL: `*wrong` says why. */
Partition *findPartition(const char *name, const char **wrong);
size_t partitionSize(const Partition *partition);

/* NULL, or why these bytes are none of it. */
const char *checkFlash(const Partition *partition, double offset, double length);
/* NULL, or why not (static text, until the next call). Durable against the end of this process when they return. */
const char *readFlash(Partition *partition, double offset, void *bytes, size_t length);
/* Clears bits only; an attempt to set one changes nothing. */
const char *writeFlash(Partition *partition, double offset, const void *bytes, size_t length);
const char *eraseFlash(Partition *partition, double offset);

/* The first bytes as they lie in the file, in memory that all who have the file share; NULL where that cannot be had. */
const uint8_t *mapFlash(const Partition *partition, size_t length);

#endif
