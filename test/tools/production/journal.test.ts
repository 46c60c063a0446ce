import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { Journal } from '../../../tools/production/journal.js';
import { temporaryDirectory } from '../support.js';

const [key, other, device] = ['11', '22', '33'].map(byte => `0x${byte.repeat(20)}` as const);

test('what was appended is known when the journal is opened again, up to a line that was cut off', t => {
  const path = join(temporaryDirectory(t), 'list.journal.jsonl');
  const first = Journal.open(path);
  first.append({ step: 'begun', serial: 'A', port: '/dev/ttyUSB0' });
  first.append({ step: 'registering', serial: 'A', key, device });
  first.append({ step: 'offering', serial: 'A', claimKey: other });
  first.close();
  const whole = readFileSync(path, 'utf8');
  appendFileSync(path, '{"at":"2026-11-30T12:00:00.000Z","step":"done","seri');
  const second = Journal.open(path);
  t.is(readFileSync(path, 'utf8'), whole);
  t.deepEqual(second.of('A'), { key, device, claimKey: other, done: false });
  t.is(second.serialOf(key), 'A');
  second.append({ step: 'done', serial: 'A', key, device });
  second.close();
  const third = Journal.open(path);
  t.true(third.of('A').done);
  t.false(third.of('B').done);
  third.close();
  t.false(existsSync(`${path}.lock`));
});

test('a board that never came onto the chain may be exchanged: its key is free again', t => {
  const journal = Journal.open(join(temporaryDirectory(t), 'journal'));
  journal.append({ step: 'registering', serial: 'A', key, device });
  journal.append({ step: 'registering', serial: 'A', key: other, device });
  t.is(journal.serialOf(key), undefined);
  t.is(journal.serialOf(other), 'A');
  journal.close();
});

test('a journal that was changed, that is another file, or that another process has, is refused', t => {
  const path = join(temporaryDirectory(t), 'journal');
  for (const text of ['{}\n', 'serial,port\n', '{"step":"done","serial":"A"}\n']) {
    writeFileSync(path, text);
    t.like(
      t.throws(() => Journal.open(path)),
      { code: 'production_journal' },
      text,
    );
  }
  writeFileSync(path, '');
  // The parent of this process runs, and is another.
  writeFileSync(`${path}.lock`, `${process.ppid}\n`);
  t.regex(t.throws(() => Journal.open(path))!.message, new RegExp(`process ${process.ppid}`));
});
