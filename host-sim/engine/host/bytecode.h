/*
 * A script as bytecode, in the atoms of XS's own .xsb files: XS_B { VERS, SYMB, CODE }, sizes big-endian and with
 * the header of 8 bytes included. Bytecode is trusted as machine code is: what is checked here is that the container
 * is whole, that every instruction is one, and that it names only identifiers that are listed.
 */
#ifndef HOLDFAST_BYTECODE_H
#define HOLDFAST_BYTECODE_H

#include <stddef.h>
#include <stdint.h>

typedef struct {
  /* Texts that end with a zero byte, after a count of 16 bits. */
  uint8_t *symbols;
  size_t symbolsSize;
  uint8_t *code;
  size_t codeSize;
} Bytecode;

int isBytecode(const uint8_t *bytes, size_t length);
/* NULL, or what is wrong with it. The parts of `parsed` point into `bytes`. */
const char *parseBytecode(uint8_t *bytes, size_t length, Bytecode *parsed);
/* malloc'ed. */
uint8_t *encodeBytecode(const Bytecode *bytecode, size_t *size);

/* Bytes of the instruction at `p`, or 0 where it is none, or reaches beyond the `left` bytes. */
size_t instructionSize(const uint8_t *p, size_t left);

/*
 * Makes code run where it lies, as the SDK's linker does, instead of being copied into the heap function by
 * function, and replaces the numbers of symbols by `ids`. False when an instruction is none.
 */
int placeCode(uint8_t *code, size_t size, const uint16_t *ids, size_t count);

#endif
