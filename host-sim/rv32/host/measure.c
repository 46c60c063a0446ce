#include "measure.h"

#include "arena.h"
#include "device.h"
#include "machine.h"

extern char stackLow[], stackHigh[], ramStart[], bssEnd[];

enum { paint = 0x57ac57ac };

size_t stackPeak(void) {
  const uint32_t *at = (const uint32_t *)stackLow;
  while ((const char *)at < stackHigh && *at == paint) at++;
  return (size_t)(stackHigh - (const char *)at);
}

/* Of the stack below, for as long as nobody stands on it. */
static void paintStack(void) {
  uintptr_t here = (uintptr_t)__builtin_frame_address(0) - 256;
  for (uintptr_t at = (uintptr_t)stackLow; at < here; at += sizeof(uint32_t)) *(uint32_t *)at = paint;
}

void describeUse(xsMachine *the, char *text, size_t size) {
  MachineUse use = machineUse(the);
  snprintf(text, size,
           "{\"heap\":%lu,\"unclaimed\":%lu,\"peakChunks\":%lu,\"peakSlots\":%lu,\"slotSize\":%lu,\"peakStack\":%lu,"
           "\"names\":%lu,\"cStack\":%lu,\"arena\":%lu,\"arenaPeak\":%lu,\"static\":%lu}",
           (unsigned long)use.heap, (unsigned long)use.unclaimed, (unsigned long)use.peakChunks,
           (unsigned long)use.peakSlots, (unsigned long)use.slotSize, (unsigned long)use.peakStack,
           (unsigned long)use.names, (unsigned long)stackPeak(), (unsigned long)arenaSize(),
           (unsigned long)arenaPeak(), (unsigned long)(bssEnd - ramStart));
}

static void instructions(xsMachine *the) {
  uint32_t high, low;
  do {
    high = readCsr(minstreth);
    low = readCsr(minstret);
  } while (high != readCsr(minstreth));
  xsResult = xsNumber((double)high * 4294967296.0 + low);
}

static void use(xsMachine *the) {
  char text[400];
  describeUse(the, text, sizeof text);
  xsResult = xsString(text);
}

static void reset(xsMachine *the) {
  resetUse(the);
  paintStack();
}

void addMeasure(xsMachine *the) {
  xsVars(2);
  xsVar(0) = xsNewObject();
  xsVar(1) = xsNewHostFunction(reset, 0);
  xsDefine(xsVar(0), xsID("reset"), xsVar(1), xsDefault);
  xsVar(1) = xsNewHostFunction(instructions, 0);
  xsDefine(xsVar(0), xsID("instructions"), xsVar(1), xsDefault);
  xsVar(1) = xsNewHostFunction(use, 0);
  xsDefine(xsVar(0), xsID("use"), xsVar(1), xsDefault);
  xsDefine(xsGlobal, xsID("measure"), xsVar(0), xsDefault);
}
