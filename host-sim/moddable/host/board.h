/* A board of the SDK's lin build: its command line, its loop, and how its run ends. */
#ifndef HOLDFAST_LIN_BOARD_H
#define HOLDFAST_LIN_BOARD_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* The machine is only made, measured and left alone (--at-rest). */
int boardIsResting(void);
double boardFailures(void);
/* These end the process. */
_Noreturn void restartBoard(const char *reason);
_Noreturn void faultBoard(const char *description);
_Noreturn void nothingToStart(const char *reason);

/* The function that the loader calls; ends the process. */
void holdfastBoard(int count, char **arguments);

/* --- machine.c --- */

/* Makes the machine and runs its main module. */
void launchMachine(void);
/* Hands a line of the console to the machine. */
void takeLine(uint8_t *line, size_t length);
/* JSON with the memory that the machine holds now, and the most that it ever held. */
void printMemory(FILE *file);

#endif
