#include "xsAll.h"
#include "xsScript.h"

#include "bytecode.h"
#include "placedScript.h"

txScript placedScript(txMachine *the, uint8_t *bytes, size_t length) {
  Bytecode bytecode;
  const char *wrong = parseBytecode(bytes, length, &bytecode);
  if (wrong) mxSyntaxError("%s", wrong);
  size_t count = (size_t)bytecode.symbols[0] | (size_t)bytecode.symbols[1] << 8;
  uint16_t *ids = calloc(count ? count : 1, sizeof *ids);
  if (!ids) fxAbort(the, XS_NOT_ENOUGH_MEMORY_EXIT);
  char *symbol = (char *)bytecode.symbols + 2;
  for (size_t i = 1; i < count; i++, symbol += strlen(symbol) + 1) ids[i] = fxNewNameX(the, symbol);
  int placed = placeCode(bytecode.code, bytecode.codeSize, ids, count);
  free(ids);
  if (!placed) mxSyntaxError("an instruction that is none");
  return (txScript){.codeBuffer = (txByte *)bytecode.code, .codeSize = (txSize)bytecode.codeSize};
}
