#include "xsAll.h"

#include "bytecode.h"

enum { headerSize = 8, versionSize = 4 };

static uint32_t read32(const uint8_t *p) {
  return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static uint8_t *write32(uint8_t *p, uint32_t value) {
  for (int shift = 24; shift >= 0; shift -= 8) *p++ = (uint8_t)(value >> shift);
  return p;
}

int isBytecode(const uint8_t *bytes, size_t length) {
  return length >= headerSize && read32(bytes + 4) == XS_ATOM_BINARY;
}

/* The body of the atom at `*at`, which is moved behind it; NULL when it is another or reaches too far. */
static uint8_t *takeAtom(uint8_t **at, const uint8_t *end, uint32_t type, size_t *size) {
  uint8_t *atom = *at;
  if ((size_t)(end - atom) < headerSize || read32(atom + 4) != type) return NULL;
  size_t whole = read32(atom);
  if (whole < headerSize || whole > (size_t)(end - atom)) return NULL;
  *at = atom + whole;
  *size = whole - headerSize;
  return atom + headerSize;
}

/* The listed symbols, number 0 included, which has no text; 0 when the list is not whole. */
static size_t countSymbols(const uint8_t *symbols, size_t size) {
  if (size < 2) return 0;
  size_t count = (size_t)symbols[0] | (size_t)symbols[1] << 8;
  size_t found = 0;
  for (size_t i = 2; i < size; i++) found += symbols[i] == 0;
  return count == found + 1 && (size == 2 || symbols[size - 1] == 0) ? count : 0;
}

const char *parseBytecode(uint8_t *bytes, size_t length, Bytecode *parsed) {
  uint8_t *at = bytes;
  size_t size;
  uint8_t *body = takeAtom(&at, bytes + length, XS_ATOM_BINARY, &size);
  if (!body || at != bytes + length) return "not one whole piece of bytecode";
  uint8_t *end = at;
  at = body;
  uint8_t *version = takeAtom(&at, end, XS_ATOM_VERSION, &size);
  if (!version || size != versionSize) return "bytecode without a version";
  if (version[0] != XS_MAJOR_VERSION || version[1] != XS_MINOR_VERSION) return "bytecode of another XS";
  parsed->symbols = takeAtom(&at, end, XS_ATOM_SYMBOLS, &parsed->symbolsSize);
  if (!parsed->symbols || !countSymbols(parsed->symbols, parsed->symbolsSize)) return "torn list of symbols";
  parsed->code = takeAtom(&at, end, XS_ATOM_CODE, &parsed->codeSize);
  if (!parsed->code || !parsed->codeSize || at != end) return "torn code";
  return NULL;
}

uint8_t *encodeBytecode(const Bytecode *bytecode, size_t *size) {
  size_t whole = 4 * headerSize + versionSize + bytecode->symbolsSize + bytecode->codeSize;
  uint8_t *bytes = malloc(whole);
  if (!bytes) return NULL;
  uint8_t *p = write32(write32(bytes, (uint32_t)whole), XS_ATOM_BINARY);
  p = write32(write32(p, headerSize + versionSize), XS_ATOM_VERSION);
  *p++ = XS_MAJOR_VERSION;
  *p++ = XS_MINOR_VERSION;
  *p++ = XS_PATCH_VERSION;
  *p++ = 0;
  p = write32(write32(p, (uint32_t)(headerSize + bytecode->symbolsSize)), XS_ATOM_SYMBOLS);
  memcpy(p, bytecode->symbols, bytecode->symbolsSize);
  p += bytecode->symbolsSize;
  p = write32(write32(p, (uint32_t)(headerSize + bytecode->codeSize)), XS_ATOM_CODE);
  memcpy(p, bytecode->code, bytecode->codeSize);
  *size = whole;
  return bytes;
}

/* Its size is in a table of XS, or after the opcode, or it names a symbol. */
size_t instructionSize(const uint8_t *p, size_t left) {
  if (*p >= XS_CODE_COUNT) return 0;
  int listed = gxCodeSizes[*p];
  size_t width = listed < 0 ? (size_t)-listed : 0;
  size_t size = listed > 0 ? (size_t)listed : 1 + (listed == 0 ? sizeof(txID) : width);
  if (size > left) return 0;
  size_t extra = 0;
  for (size_t i = width; i > 0; i--) extra = extra << 8 | p[i];
  return extra > left - size ? 0 : size + extra;
}

int placeCode(uint8_t *code, size_t size, const uint16_t *ids, size_t count) {
  for (size_t at = 0; at < size;) {
    uint8_t *p = code + at;
    size_t length = instructionSize(p, size - at);
    if (length == 0) return 0;
    if (gxCodeSizes[*p] == 0) {
      size_t symbol = (size_t)p[1] | (size_t)p[2] << 8;
      if (symbol >= count) return 0;
      p[1] = (uint8_t)ids[symbol];
      p[2] = (uint8_t)(ids[symbol] >> 8);
    }
    int copied = (*p >= XS_CODE_CODE_1 && *p <= XS_CODE_CODE_4) || (*p >= XS_CODE_STRING_1 && *p <= XS_CODE_STRING_4);
    if (copied) *p += XS_CODE_CODE_ARCHIVE_1 - XS_CODE_CODE_1;
    at += length;
  }
  return 1;
}
