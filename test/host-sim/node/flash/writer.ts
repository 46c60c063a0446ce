/**
 * A process that stores a counter again and again until it is killed, or its standard input ends because whoever
 * started it is gone: `writer.ts <directory> <seed> <cut>`. What it says has left the process before it goes on.
 */
import { openJournal } from '../../../../firmware/store/journal.js';
import { Power, withFaults } from '../../../../host-sim/flash/faults.js';
import { openFileFlash } from '../../../../host-sim/node/flash/fileFlash.js';

const [directory, seed, cut] = process.argv.slice(2);
const power = new Power({
  seed: Number(seed),
  unstable: false,
  onCut: () => {
    process.kill(process.pid, 'SIGKILL');
    for (;;);
  },
});
const journal = openJournal(withFaults(openFileFlash(directory), power).open('journal'));
const read = (key: number) => Buffer.from(journal.get(key) ?? new Uint8Array(4)).readUInt32BE();
const say = (line: string) => new Promise(resolve => process.stdout.write(`${line}\n`, resolve));
process.stdin.on('end', () => process.exit()).resume();

let counter = read(1);
if (read(2) !== counter || journal.state === 'lost') {
  await say(`WRONG ${journal.state} ${counter} ${read(2)}`);
  process.exit(1);
}
await say(`found ${counter}`);
if (Number(cut) > 0) power.cutAt(Number(cut), 'torn');
for (;;) {
  const value = Buffer.alloc(4 + (counter % 500));
  value.writeUInt32BE(++counter);
  journal.put([
    [1, value],
    [2, value],
  ]);
  await say(`stored ${counter}`);
  // Otherwise the end of the standard input would never be noticed.
  await new Promise(setImmediate);
}
