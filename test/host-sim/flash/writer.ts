/** A process that stores a counter again and again until it is killed: `writer.ts <directory> <seed> <cut>`. */
import { openJournal } from '../../../firmware/store/journal.js';
import { Power, withFaults } from '../../../host-sim/flash/faults.js';
import { openFileFlash } from '../../../host-sim/flash/fileFlash.js';

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
let counter = read(1);
if (read(2) !== counter || journal.state === 'lost') {
  process.stdout.write(`WRONG ${journal.state} ${counter} ${read(2)}\n`);
  process.exit(1);
}
process.stdout.write(`found ${counter}\n`);
if (Number(cut) > 0) power.cutAt(Number(cut), 'torn');
for (;;) {
  const value = Buffer.alloc(4 + (counter % 500));
  value.writeUInt32BE(++counter);
  journal.put([
    [1, value],
    [2, value],
  ]);
  process.stdout.write(`stored ${counter}\n`);
}
