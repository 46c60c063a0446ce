/** A chip's flash stays within its budgets: the bundle everywhere, what is linked of it where the SDK is. */
import test from 'ava';
import { whatIsMissing } from '../../../host-sim/rv32/tools.js';
import { budgetLine, budgetOf, percentOf } from '../../../tools/chip/budget.js';
import { chipPartition } from '../../../tools/chip/partitions.js';
import { bundleChip, RELAY } from '../../../tools/moddable/chipBundle.js';
import { loadedBytes } from '../../../tools/moddable/elfSize.js';
import { linkEsp32 } from '../../../tools/moddable/esp32.js';
import { mcxsBytes } from '../../../tools/moddable/mcxs.js';
import { findSdk, isLack } from '../../../tools/moddable/sdk.js';

test('the firmware of a chip as one text is within its budget, and the same each time', async t => {
  const [one, two] = await Promise.all([bundleChip(RELAY), bundleChip(RELAY)]);
  t.deepEqual(one.modules, two.modules);
  const characters = [...one.modules.values()].join('').length;
  t.log(budgetLine('chip.bundle', characters));
  t.true(characters <= budgetOf('chip.bundle').budget, budgetLine('chip.bundle', characters));
});

test('the linked modules of a C3 are within their budget', async t => {
  const sdk = findSdk();
  const missing = isLack(sdk) ? sdk.why : await whatIsMissing();
  if (missing !== undefined) {
    t.log(`NOT RUN: ${missing}`);
    return void t.pass();
  }
  if (isLack(sdk)) return void t.fail();
  const bytes = await mcxsBytes(sdk, await linkEsp32(sdk, 'esp32c3'));
  t.log(budgetLine('chip.mcxs', bytes));
  t.true(bytes <= budgetOf('chip.mcxs').budget, budgetLine('chip.mcxs', bytes));
});

test('an image within its budget, the library of Wi-Fi reserved, fills a slot of 4 MB to the byte', t => {
  const { budget, goal, reserved } = budgetOf('chip.image');
  const room = chipPartition('ota_0').size - 4096;
  t.is(budget + reserved!, room);
  t.regex(
    budgetLine('chip.image', goal! + reserved!, true),
    /at most 1830000 wanted: met \(430000 [^;]*an estimate[^;]*\)$/,
  );
  t.regex(budgetLine('chip.image', room + 1, true), /MISSED.*ABOVE THE BUDGET of 1830912$/);
  t.notRegex(budgetLine('chip.image', room, true), /ABOVE/);
  t.is(percentOf(room, room), 100);
  t.is(percentOf(room - 1, room), 100);
  t.is(percentOf(room / 2, room), 50);
});

test('of an object file those sections count that are loaded and have contents', t => {
  const file = Buffer.alloc(52 + 3 * 40);
  file.writeUInt32BE(0x7f454c46, 0);
  file.set([1, 1], 4);
  file.writeUInt32LE(52, 32);
  file.writeUInt16LE(40, 46);
  file.writeUInt16LE(3, 48);
  // Type, flags, length: contents that are loaded, a debugger's, and zeros.
  const sections = [
    [1, 2, 1000],
    [1, 0, 70],
    [8, 3, 500],
  ];
  for (const [i, [type, flags, length]] of sections.entries()) {
    file.writeUInt32LE(type, 52 + i * 40 + 4);
    file.writeUInt32LE(flags, 52 + i * 40 + 8);
    file.writeUInt32LE(length, 52 + i * 40 + 20);
  }
  t.is(loadedBytes(file), 1000);
  t.throws(() => loadedBytes(file.subarray(1)), { instanceOf: RangeError });
});
