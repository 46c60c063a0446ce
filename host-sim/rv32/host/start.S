/* The first instructions, and the entry of traps. */
.section .start, "ax"
.globl _start
_start:
  .option push
  .option norelax
  la gp, global_pointer
  .option pop
  la sp, stackHigh
  la t0, trapEntry
  csrw mtvec, t0
  li t0, 0
  csrw mcountinhibit, t0
  /* Paint the stack, so that its greatest depth can be read off. */
  la t0, stackLow
  li t1, 0x57ac57ac
1: sw t1, 0(t0)
  addi t0, t0, 4
  bltu t0, sp, 1b
  la t0, bssStart
  la t1, bssEnd
2: bgeu t0, t1, 3f
  sw zero, 0(t0)
  addi t0, t0, 4
  j 2b
3: la t0, dataLoad
  la t1, dataBegin
  la t2, dataEnd
4: bgeu t1, t2, 5f
  lw t3, 0(t0)
  sw t3, 0(t1)
  addi t0, t0, 4
  addi t1, t1, 4
  j 4b
5: la tp, tlsStart
  la t0, tlsLoad
  la t1, tlsStart
  la t2, tlsSize
  add t2, t1, t2
6: bgeu t1, t2, 7f
  lw t3, 0(t0)
  sw t3, 0(t1)
  addi t0, t0, 4
  addi t1, t1, 4
  j 6b
7: la t2, dataBegin
8: bgeu t1, t2, 9f
  sw zero, 0(t1)
  addi t1, t1, 4
  j 8b
9: call main
  j .

/* The watchdog's timer comes back to where it interrupted; everything else is the end. */
.align 4
trapEntry:
  csrw mscratch, t0
  csrr t0, mcause
  bgez t0, fault
  csrr t0, mscratch
  addi sp, sp, -80
  sw ra, 0(sp)
  sw t0, 4(sp)
  sw t1, 8(sp)
  sw t2, 12(sp)
  sw t3, 16(sp)
  sw t4, 20(sp)
  sw t5, 24(sp)
  sw t6, 28(sp)
  sw a0, 32(sp)
  sw a1, 36(sp)
  sw a2, 40(sp)
  sw a3, 44(sp)
  sw a4, 48(sp)
  sw a5, 52(sp)
  sw a6, 56(sp)
  sw a7, 60(sp)
  call onTick
  lw ra, 0(sp)
  lw t0, 4(sp)
  lw t1, 8(sp)
  lw t2, 12(sp)
  lw t3, 16(sp)
  lw t4, 20(sp)
  lw t5, 24(sp)
  lw t6, 28(sp)
  lw a0, 32(sp)
  lw a1, 36(sp)
  lw a2, 40(sp)
  lw a3, 44(sp)
  lw a4, 48(sp)
  lw a5, 52(sp)
  lw a6, 56(sp)
  lw a7, 60(sp)
  addi sp, sp, 80
  mret
fault:
  /* The stack may be what ran out. */
  csrr a0, mcause
  csrr a1, mepc
  csrr a2, mtval
  mv a3, sp
  mv a4, ra
  la sp, stackHigh
  call onFault
  j .
