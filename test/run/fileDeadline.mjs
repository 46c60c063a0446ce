/** An end for each test file: one that waits for ever would hold its worker until everything else is done. */

/** Three times what the slowest file takes in the gate. */
const DEADLINE_MINUTES = 15;

// ava says which file it was.
setTimeout(() => {
  console.error(`The test file is not done after ${DEADLINE_MINUTES} minutes, and is ended.`);
  process.exit(1);
}, DEADLINE_MINUTES * 60_000).unref();
