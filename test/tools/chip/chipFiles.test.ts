/** Files that a chip starts from: each fault is refused by its name, the untouched twin is accepted. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import fc from 'fast-check';
import { checkApplication } from '../../../tools/chip/application.js';
import { checkBootloader, checkBuild, checkFitting } from '../../../tools/chip/buildCheck.js';
import { type Target, targets } from '../../../tools/chip/chips.js';
import { chipPartitions, flashSizes } from '../../../tools/chip/partitions.js';
import { encodeTable, rowOf, type TableRow } from '../../../tools/chip/tableBytes.js';
import { checkTable } from '../../../tools/chip/tableLayout.js';
import { Failure } from '../../../tools/cli/failure.js';
import {
  applicationParts,
  bootloaderParts,
  type EspFile,
  espFile,
  tableFor,
  writeBuild,
} from './espFiles.js';

const codeOf = (check: () => unknown): string | undefined => {
  try {
    check();
    return undefined;
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return error.code;
  }
};

const refused = (t: ExecutionContext, code: string, check: () => unknown) => t.is(codeOf(check), code);

const parts = applicationParts('esp32c3');
const whole = espFile(parts);
const changed = (change: Partial<EspFile>) => espFile({ ...parts, ...change });
/** A byte put in place without a new checksum or digest. */
const patched = (bytes: Uint8Array, at: number, byte: number) => {
  const copy = bytes.slice();
  copy[at] = byte;
  return copy;
};
/** The segment of that number, changed, in a file whose sums fit. */
const segment = (i: number, change: Partial<EspFile['segments'][number]>) =>
  changed({ segments: parts.segments.map((one, j) => (i === j ? { ...one, ...change } : one)) });

for (const target of targets) {
  test(`what ESP-IDF builds for an ${target} is accepted, with what it says of itself`, t => {
    const application = checkApplication(espFile(applicationParts(target)), target);
    t.like(application, { target, project: 'xs_esp32', version: 'v7', idf: 'v6.0', signed: false });
    for (const flash of flashSizes) {
      t.notThrows(() => checkBootloader(espFile(bootloaderParts(target, flash)), target, flash));
    }
  });
}

test('each fault of an application is refused by its name', t => {
  const faults: readonly [code: string, bytes: Uint8Array][] = [
    ['image_header', patched(whole, 0, 0xe8)],
    ['image_header', patched(whole, 3, 0xff)],
    ['image_chip', patched(whole, 12, 0x77)],
    ['image_segments', patched(whole, 1, 0)],
    ['image_segments', patched(whole, 1, 17)],
    ['image_segments', patched(whole, 28, 0x21)],
    ['image_segments', patched(whole, 31, 0x01)],
    ['image_cut', whole.subarray(0, 20)],
    ['image_cut', whole.subarray(0, 4000)],
    ['image_cut', whole.subarray(0, whole.length - 1)],
    ['image_checksum', patched(whole, 1000, 0x55)],
    ['image_digest', patched(whole, whole.length - 1, whole[whole.length - 1] ^ 1)],
    // Of what no checksum covers, the digest speaks.
    ['image_digest', patched(whole, 4, whole[4] ^ 4)],
    ['image_digest', patched(whole, 23, 0)],
    ['image_end', new Uint8Array([...whole, 0])],
    ['image_description', segment(0, { bytes: new Uint8Array(2048) })],
    ['image_description', espFile(bootloaderParts('esp32c3'))],
    ['image_address', segment(1, { address: 0x3f800000 })],
    ['image_address', segment(1, { address: 0x3fcdff00 })],
    ['image_address', segment(1, { address: 0x40380200 })],
    ['image_page', segment(4, { address: 0x42010024 })],
    ['image_entry', changed({ entry: 0x40380400 })],
    ['image_entry', changed({ entry: 0x3c000040 })],
  ];
  for (const [code, bytes] of faults) refused(t, code, () => checkApplication(bytes));
  refused(t, 'image_chip', () => checkApplication(whole, 'esp32c6'));
  t.is(
    codeOf(() => checkApplication(whole, 'esp32c3')),
    undefined,
  );
});

test('a signature after whole sectors belongs to an application; anything else does not', t => {
  const sector = new Uint8Array(4096).fill(1);
  sector[0] = 0xe7;
  const filling = new Uint8Array(4096 - (whole.length % 4096)).fill(0xff);
  const signed = new Uint8Array([...whole, ...filling, ...sector]);
  t.true(checkApplication(signed).signed);
  refused(t, 'image_end', () => checkApplication(signed.subarray(0, signed.length - 1)));
  refused(t, 'image_end', () => checkApplication(patched(signed, whole.length, 0)));
  refused(t, 'image_end', () => checkApplication(patched(signed, whole.length + filling.length, 0)));
});

test('no truncation and no flipped bit of an application or a bootloader passes', t => {
  const bootloader = espFile(bootloaderParts('esp32'));
  const checks: readonly [Uint8Array, (bytes: Uint8Array) => unknown][] = [
    [whole, bytes => checkApplication(bytes)],
    [bootloader, bytes => checkBootloader(bytes, 'esp32', '4MB')],
    [tableFor('4MB'), bytes => checkTable(bytes)],
    [tableFor('16MB'), bytes => checkTable(bytes)],
  ];
  for (const [bytes, check] of checks) {
    t.is(
      codeOf(() => check(bytes)),
      undefined,
    );
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.nat(7), (at, bit) => {
        const [head, all] = [bytes.subarray(0, at), patched(bytes, at, bytes[at] ^ (1 << bit))];
        return codeOf(() => check(all)) !== undefined && codeOf(() => check(head)) !== undefined;
      }),
      { numRuns: 200 },
    );
    // The beginning, where the format is, bit by bit.
    for (let at = 0; at < 64; at++) {
      for (let bit = 0; bit < 8; bit++)
        t.truthy(
          codeOf(() => check(patched(bytes, at, bytes[at] ^ (1 << bit)))),
          `${at}.${bit}`,
        );
    }
  }
});

test('bytes of any kind are refused in words, never with a crash', t => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 4096 }), fc.boolean(), (bytes, beginning) => {
      const all = beginning ? new Uint8Array([0xe9, 1, 2, 0x20, ...bytes]) : bytes;
      return [() => checkApplication(all), () => checkTable(all)].every(check => codeOf(check) !== undefined);
    }),
  );
  t.pass();
});

test('a bootloader for another chip, another flash, too long, or mapped from flash is refused', t => {
  const loader = bootloaderParts('esp32');
  const check = (file: EspFile, target: Target = 'esp32') =>
    codeOf(() => checkBootloader(espFile(file), target, '4MB'));
  const longer = (bytes: number) => ({
    ...loader,
    segments: [{ address: 0x40080000, bytes: new Uint8Array(bytes) }],
  });
  t.is(check(loader), undefined);
  t.is(check(loader, 'esp32c3'), 'image_chip');
  t.is(check({ ...loader, flash: '8MB' }), 'bootloader');
  // Of 64 KB before the table the ROM of an ESP32 leaves 4 KB free; header, sums and digest are 80 bytes.
  t.is(check(longer(0xf000 - 80)), undefined);
  t.is(check(longer(0xf000)), 'bootloader');
  t.is(check(applicationParts('esp32')), 'image_address');
});

test('each fault of a partition table is refused by its name', t => {
  const rows = chipPartitions('8MB').map(rowOf);
  const check = (list: readonly TableRow[]) => codeOf(() => checkTable(encodeTable(list)));
  const change = (name: string, to: Partial<TableRow>) =>
    rows.map(row => (row.name === name ? { ...row, ...to } : row));
  t.is(check(rows), undefined);
  t.is(checkTable(encodeTable(rows)), '8MB');
  t.is(check(rows.slice(1)), 'table_layout');
  t.is(check([...rows, { ...rows[0], name: 'more', offset: 0x800000, size: 0x1000 }]), 'table_layout');
  t.is(check(change('journal', { flags: 1 })), 'table_layout');
  t.is(check(change('ota_1', { offset: 0x3b8000 })), 'table_alignment');
  t.is(check(change('nvs', { size: 0x8001 })), 'table_alignment');
  t.is(check(change('journal', { offset: 0x390000 })), 'table_overlap');
  t.is(check(change('otadata', { offset: 0x10000 })), 'table_overlap');
  t.is(check(change('crash', { name: '' })), 'table_format');
  const bytes = encodeTable(rows);
  refused(t, 'table_md5', () => checkTable(patched(bytes, 4, 1)));
  refused(t, 'table_format', () => checkTable(patched(bytes, 0xb00, 0)));
  refused(t, 'table_format', () => checkTable(bytes.subarray(0, 0xbff)));
  refused(t, 'table_format', () => checkTable(new Uint8Array(0xc00).fill(0xff)));
});

test('files of one build fit each other; those of two do not', t => {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-build-'));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  writeBuild(folder, 'esp32c3', '8MB');
  const put = (name: string, bytes: Uint8Array | string) => writeFileSync(join(folder, name), bytes);
  t.deepEqual(checkBuild(folder, 'esp32c3'), { target: 'esp32c3', flash: '8MB' });
  refused(t, 'image_chip', () => checkBuild(folder, 'esp32'));
  put('partition-table.bin', tableFor('4MB'));
  refused(t, 'bootloader', () => checkBuild(folder, 'esp32c3'));
  put('partition-table.bin', tableFor('8MB'));
  const settings = [
    ...['IDF_TARGET="esp32c3"', 'BOOTLOADER_APP_ROLLBACK_ENABLE=y', 'ESP_TASK_WDT_EN=y'],
    ...['ESP_TASK_WDT_PANIC=y', 'PARTITION_TABLE_OFFSET=0x10000', 'PARTITION_TABLE_MD5=y'],
    'ESPTOOLPY_FLASHSIZE_8MB=y',
  ].map(line => `CONFIG_${line}`);
  put(
    'sdkconfig',
    `# made by hand\n${settings.join('\n')}\n# CONFIG_BOOTLOADER_SKIP_VALIDATE_ALWAYS is not set\n`,
  );
  t.notThrows(() => checkBuild(folder, 'esp32c3'));
  for (let i = 0; i < settings.length; i++) {
    put('sdkconfig', settings.filter((_, j) => i !== j).join('\n'));
    refused(t, 'settings', () => checkBuild(folder, 'esp32c3'));
  }
  put('sdkconfig', [...settings, 'CONFIG_BOOTLOADER_SKIP_VALIDATE_ALWAYS=y'].join('\n'));
  refused(t, 'settings', () => checkBuild(folder, 'esp32c3'));
  rmSync(join(folder, 'sdkconfig'));
  put('ota_data_initial.bin', new Uint8Array(0x2000));
  refused(t, 'otadata', () => checkBuild(folder, 'esp32c3'));
  rmSync(join(folder, 'ota_data_initial.bin'));
  refused(t, 'file', () => checkBuild(folder, 'esp32c3'));
});

test('an application that fits a slot to the byte is taken, one of 16 bytes more is not', t => {
  const build = { target: 'esp32c3', flash: '4MB' } as const;
  const room = 0x1c0000 - 4096;
  const small = espFile(applicationParts('esp32c3', '4MB', 6000)).length;
  const exact = espFile(applicationParts('esp32c3', '4MB', 6000 + room - small));
  t.is(exact.length, room);
  t.notThrows(() => checkFitting(exact, build));
  const larger = espFile(applicationParts('esp32c3', '4MB', 6016 + room - small));
  refused(t, 'size', () => checkFitting(larger, build));
  refused(t, 'image_header', () => checkFitting(espFile(applicationParts('esp32c3', '8MB')), build));
});
