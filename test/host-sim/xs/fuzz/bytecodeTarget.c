/*
 * libFuzzer: bytes that claim to be bytecode. What is accepted must be whole, so that to write it down again gives
 * something that is accepted again; and placing its code must stay within it.
 */
#include "xsAll.h"

#include "bytecode.h"

/* What the engine's common part wants of the rest of it, which is not here. */
txNumber fxStringToNumber(void *dtoa, txString string, txFlag whole) {
  (void)dtoa, (void)string, (void)whole;
  abort();
}
txString fxNumberToString(void *dtoa, txNumber number, txString text, txSize size, txByte mode, txInteger digits) {
  (void)dtoa, (void)number, (void)text, (void)size, (void)mode, (void)digits;
  abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  uint8_t *bytes = malloc(size ? size : 1);
  if (!bytes) abort();
  memcpy(bytes, data, size);
  Bytecode parsed;
  if (isBytecode(bytes, size) && !parseBytecode(bytes, size, &parsed)) {
    if (parsed.symbols < bytes || parsed.symbols + parsed.symbolsSize > bytes + size) abort();
    if (parsed.code < bytes || parsed.code + parsed.codeSize > bytes + size) abort();
    size_t again;
    uint8_t *encoded = encodeBytecode(&parsed, &again);
    Bytecode second;
    if (!encoded || parseBytecode(encoded, again, &second)) abort();
    if (second.codeSize != parsed.codeSize || memcmp(second.code, parsed.code, parsed.codeSize)) abort();
    free(encoded);
    /* As runScript does: one name for each symbol that is listed. */
    size_t count = (size_t)parsed.symbols[0] | (size_t)parsed.symbols[1] << 8;
    uint16_t *ids = calloc(count ? count : 1, sizeof *ids);
    char *symbol = (char *)parsed.symbols + 2;
    for (size_t i = 1; i < count; i++, symbol += strlen(symbol) + 1) ids[i] = (uint16_t)(i * 7);
    if (symbol > (char *)parsed.symbols + parsed.symbolsSize) abort();
    placeCode(parsed.code, parsed.codeSize, ids, count);
    free(ids);
  }
  free(bytes);
  return 0;
}
