/* A SHA unit of registers in place of a chip's. */
#ifndef HOLDFAST_TEST_UNIT_H
#define HOLDFAST_TEST_UNIT_H

typedef enum { RIGHT, WRONG, ZEROS, STUCK } Answers;

/* What it answers from `after` blocks on; right before. */
void unitAnswers(Answers answers, unsigned after);

/* Blocks that it was given in all. */
unsigned unitBlocks(void);

#endif
