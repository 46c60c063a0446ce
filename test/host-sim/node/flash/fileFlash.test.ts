import { spawn } from 'node:child_process';
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import vm from 'node:vm';
import test from 'ava';
import { openJournal } from '../../../../firmware/store/journal.js';
import { snapshotFlash } from '../../../../host-sim/flash/snapshot.js';
import { Chance } from '../../../../host-sim/node/chance.js';
import { openFileFlash, partitionFile } from '../../../../host-sim/node/flash/fileFlash.js';
import { FlashMisuse } from '../../../../host-sim/node/flash/partition.js';
import { partitionTable } from '../../../../host-sim/node/flash/table.js';

function inDirectory<T>(work: (directory: string) => T): T {
  const directory = fs.mkdtempSync(join(tmpdir(), 'holdfast-flash-'));
  const remove = () => fs.rmSync(directory, { recursive: true, force: true });
  let result: T;
  try {
    result = work(directory);
  } catch (error) {
    remove();
    throw error;
  }
  if (!(result instanceof Promise)) {
    remove();
    return result;
  }
  return result.finally(remove) as T;
}

test('what was written is there when the flash is opened again, one file a partition', t => {
  inDirectory(directory => {
    const flash = openFileFlash(join(directory, 'board'));
    flash.open('boot').write(4090, Uint8Array.of(1, 2, 3));
    flash.open('slotA').write(0, Uint8Array.of(9));
    flash.open('slotA').erase(0);
    flash.close();
    flash.close();
    const again = openFileFlash(join(directory, 'board'), partitionTable, { sync: 'host' });
    t.deepEqual([...again.open('boot').read(4089, 5)], [255, 1, 2, 3, 255]);
    t.deepEqual([...again.open('slotA').read(0, 1)], [255]);
    again.open('boot').write(0, Uint8Array.of(7));
    again.close();
    t.deepEqual(fs.readdirSync(join(directory, 'board')).sort(), ['boot.flash', 'slotA.flash']);
    t.is(fs.statSync(join(directory, 'board', 'slotA.flash')).size, 1024 * 1024);
  });
});

test('NOR rules hold for files too', t => {
  inDirectory(directory => {
    const flash = openFileFlash(directory);
    const partition = flash.open('identity');
    partition.write(0, Uint8Array.of(0x0f));
    t.throws(() => partition.write(0, Uint8Array.of(0x1f)), { instanceOf: FlashMisuse });
    t.notThrows(() => partition.write(0, Uint8Array.of(0x07)));
    t.throws(() => partition.read(8190, 3), { instanceOf: FlashMisuse });
    t.throws(() => partition.write(8190, new Uint8Array(3)), { instanceOf: FlashMisuse });
    t.throws(() => partition.erase(100), { instanceOf: FlashMisuse });
    flash.close();
  });
});

test('a file of another size than the table says is named, not used', t => {
  inDirectory(directory => {
    fs.writeFileSync(partitionFile(directory, 'boot'), new Uint8Array(100));
    const flash = openFileFlash(directory);
    const error = t.throws(() => flash.open('boot'), { instanceOf: FlashMisuse });
    t.regex(error?.message ?? '', /boot\.flash has 100 bytes/);
    t.throws(() => snapshotFlash(directory).open('boot'), { instanceOf: FlashMisuse });
    flash.close();
  });
});

test('bytes belong to the realm that asked for them', t => {
  inDirectory(directory => {
    const realm = vm.runInContext('({ Uint8Array })', vm.createContext());
    const flash = openFileFlash(directory, partitionTable, { realm });
    const partition = flash.open('boot');
    t.true(partition.read(0, 4) instanceof realm.Uint8Array);
    partition.write(0, realm.Uint8Array.of(1, 2));
    t.deepEqual([...partition.read(0, 3)], [1, 2, 255]);
    flash.close();
  });
});

test('a snapshot neither changes the board nor follows it', t => {
  inDirectory(directory => {
    const flash = openFileFlash(directory);
    const journal = openJournal(flash.open('journal'));
    journal.put([[1, Uint8Array.of(1)]]);
    const copy = openJournal(snapshotFlash(directory).open('journal'));
    copy.put([[1, Uint8Array.of(2)]]);
    t.deepEqual([...journal.get(1)!], [1]);
    journal.put([[1, Uint8Array.of(3)]]);
    t.deepEqual([...copy.get(1)!], [2]);
    t.is(openJournal(snapshotFlash(directory).open('identity')).state, 'blank', 'never opened by the board');
    flash.close();
  });
});

interface Run {
  /** The content of the journal when the writer opened it. */
  found: number;
  /** The last batch of which it said that it was stored. */
  stored: number;
  output: string;
}

/** Runs the writer until it kills itself at flash operation `cut`, or `look` has been called so many times. */
/** `look` says whether it saw anything; it is called until it did `looks` times, then the writer is killed. */
function runWriter(
  directory: string,
  seed: number,
  cut: number,
  look?: () => boolean,
  looks = 0,
): Promise<Run> {
  return new Promise((resolve, reject) => {
    const script = fileURLToPath(new URL('writer.ts', import.meta.url));
    const child = spawn(process.execPath, ['--import', 'tsx', script, directory, `${seed}`, `${cut}`], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    let output = '';
    let looked = 0;
    let failure: unknown;
    child.stdout.on('data', data => {
      output += data;
      if (!look || looked === looks) return;
      try {
        if (look()) looked++;
      } catch (error) {
        failure = error;
        looked = looks;
      }
      if (looked === looks) child.kill('SIGKILL');
    });
    child.on('error', reject);
    child.on('close', () => {
      if (failure) return reject(failure);
      const found = Number(/found (\d+)/.exec(output)?.[1] ?? Number.NaN);
      const all = output.match(/(?<=stored )\d+(?=\n)/g);
      resolve({ found, stored: all ? Number(all[all.length - 1]) : found, output });
    });
  });
}

test('a board killed inside a write or an erase finds the last batch it had stored, or the one in flight', async t => {
  await inDirectory(async directory => {
    const chance = new Chance(31);
    let last = 0;
    for (let run = 0; run < 8; run++) {
      const seed = 100 + run;
      const { found, stored, output } = await runWriter(directory, seed, 1 + chance.below(400));
      t.true(found === last || found === last + 1, `seed ${seed}: ${output.slice(0, 200)}`);
      last = stored;
    }
    t.true(last > 0);
    t.log(`8 kills, ${last} batches`);
  });
});

test('another process that looks while the board writes sees whole states, and time go forward', async t => {
  await inDirectory(async directory => {
    let newest = 0;
    let busy = 0;
    const look = () => {
      let journal: ReturnType<typeof openJournal>;
      try {
        journal = openJournal(snapshotFlash(directory).open('journal'));
      } catch (error) {
        // A writer that never pauses may be too busy for a look; a look that succeeds must be whole.
        if (!/changed during each/.test((error as Error).message)) throw error;
        busy++;
        return false;
      }
      t.not(journal.state, 'lost');
      const [one, two] = [1, 2].map(key => Buffer.from(journal.get(key) ?? new Uint8Array(4)).readUInt32BE());
      t.is(one, two);
      t.true(one >= newest);
      newest = one;
      return true;
    };
    const { stored } = await runWriter(directory, 1, 0, look, 300);
    t.true(newest > 0 && newest <= stored + 1);
    t.log(`300 looks at ${stored} batches, ${busy} times too busy to look`);
  });
});
