/*
 * setjmp under a name that GCC knows nothing about, for xsRun.c alone (build.ts). In a function that calls setjmp GCC
 * keeps every variable in memory, and the interpreter is one function: a third of all its instructions were loads and
 * stores of its own state. It needs no such care: where it comes back it takes that state from the jump.
 */
.section .text.plainSetjmp, "ax"
.globl plainSetjmp
plainSetjmp:
  j setjmp
