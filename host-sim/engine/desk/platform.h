/*
 * The XS engine's description of the machine that it is compiled for; each of its sources includes this file
 * (-DXSPLATFORM). Identifiers have 16 bits, as on a chip: mx32bitID stays undefined.
 */
#ifndef HOLDFAST_XS_PLATFORM_H
#define HOLDFAST_XS_PLATFORM_H

#if defined(__APPLE__)
#undef mxMacOSX
#define mxMacOSX 1
#elif defined(__linux__)
#undef mxLinux
#define mxLinux 1
#else
#error "the XS host knows Linux and macOS"
#endif

#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>
#include <float.h>
#include <math.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define mxUseGCCAtomics 1
#define mxUsePOSIXThreads 1
#define mxUseDefaultBuildKeys 1
#define mxUseDefaultSharedChunks 1
/* Text as ECMAScript counts it, in 16-bit units. */
#define mxCESU8 1

/* Fields of a machine: for memory.c and machine.c, and what XS's own Atomics.wait asks for. */
#define mxMachinePlatform \
  struct StaticHeap *staticHeap; \
  int promiseJobs; \
  void *waiterCondition; \
  void *waiterData; \
  void *waiterLink;

/* The tables of names lie in the static heap with everything else; see memory.c. */
void *allocateTable(size_t size);
void freeTable(void *table);
#define c_malloc_uint32 allocateTable
#define c_free_uint32 freeTable

#endif
