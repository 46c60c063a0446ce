/*
 * The XS engine's description of a bare rv32 machine; each of its sources includes this file (-DXSPLATFORM).
 * Identifiers have 16 bits, as on a chip: mx32bitID stays undefined. There is no parser.
 */
#ifndef HOLDFAST_RV32_PLATFORM_H
#define HOLDFAST_RV32_PLATFORM_H

#include <ctype.h>
#include <errno.h>
#include <float.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <time.h>

#define mxUseDefaultBuildKeys 1
#define mxUseDefaultCStackLimit 0
#define mxUseDefaultSharedChunks 1
/* Text as ECMAScript counts it, in 16-bit units. */
#define mxCESU8 1

#define mxMachinePlatform \
  struct StaticHeap *staticHeap; \
  int promiseJobs;

/* plainSetjmp.S */
int plainSetjmp(jmp_buf buffer);

/* The tables of names lie in the static heap with everything else. */
void *allocateTable(size_t size);
void freeTable(void *table);
#define c_malloc_uint32 allocateTable
#define c_free_uint32 freeTable

#endif
