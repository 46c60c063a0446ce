/* One board on one flash, by the same file as host-sim/node/board/lock.ts. */
#ifndef HOLDFAST_LOCK_H
#define HOLDFAST_LOCK_H

/* Takes the directory for this process until it ends; NULL, or who has it. */
const char *lockDirectory(const char *directory);

#endif
