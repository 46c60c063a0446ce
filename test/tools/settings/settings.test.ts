/** The place of what a command keeps is the project's, from wherever somebody stands in it. */
import { existsSync, mkdirSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { keepEnvelope, keptEnvelope, setAside } from '../../../tools/board/envelopeFile.js';
import { writeProject } from '../../../tools/project/project.js';
import { Settings } from '../../../tools/settings/settings.js';
import { temporaryDirectory } from '../support.js';

test.serial('in a subfolder, defaults lie beside the project file, and what is typed where one stands', t => {
  const top = realpathSync(temporaryDirectory(t));
  const below = join(top, 'src/door');
  mkdirSync(below, { recursive: true });
  const before = process.cwd();
  t.teardown(() => process.chdir(before));
  process.chdir(below);
  const receiptsOf = (given: ConstructorParameters<typeof Settings>[0] = {}) => new Settings(given).receipts;
  t.is(receiptsOf(), join(below, '.holdfast/receipts.jsonl'), 'without a project: here');
  writeProject(top, {});
  t.is(receiptsOf(), join(top, '.holdfast/receipts.jsonl'));
  t.is(receiptsOf({ receipts: 'mine.jsonl' }), 'mine.jsonl');
  const named = writeProject(join(top, 'other'), {});
  t.is(receiptsOf({ project: named }), join(top, 'other/.holdfast/receipts.jsonl'));
  writeProject(top, {}, 'second');
  t.is(receiptsOf({ world: 'second' }), join(top, '.holdfast/worlds/second/receipts.jsonl'));
});

test('an envelope is kept, found and put aside below the folder that it was given', t => {
  const home = join(temporaryDirectory(t), '.holdfast');
  const hash = new Uint8Array(32).fill(7);
  const name = `0x${'07'.repeat(32)}`;
  const file = keepEnvelope(home, hash, Uint8Array.of(1));
  t.is(file, join(home, 'envelopes', `${name}.hex`));
  t.throws(() => keptEnvelope(home, name), { message: /does not hold an envelope/ });
  const bring = setAside(home, name);
  t.is(keptEnvelope(home, name), undefined);
  bring();
  t.true(existsSync(file));
  t.is(keptEnvelope(temporaryDirectory(t), name), undefined);
});
