/** The whole command on a line that is a real terminal device; it has neither speed nor wires for reset. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { packApplication } from '../../../tools/chip/chipImage.js';
import { refuseUnreleased } from '../../../tools/release/published.js';
import { openSerial, portFailure } from '../../../tools/serial/openSerial.js';
import { applicationParts, espFile, writeBuild } from '../chip/espFiles.js';
import { ptyTest } from '../serial/pty.js';
import { document, inProcess, oneLineFailure } from '../support.js';
import { FakeChip } from './fakeChip.js';

const hardware = new Uint8Array(32).fill(7);

/** A build's folder with an image, and the words that flash it. */
function build(t: ExecutionContext): { folder: string; image: string; words: string[] } {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-flasher-'));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  writeBuild(folder, 'esp32c3');
  const image = join(folder, 'first.img');
  writeFileSync(image, packApplication(espFile(applicationParts('esp32c3')), 3, hardware));
  return { folder, image, words: ['--image', image, '--build', folder, '--unreleased'] };
}

ptyTest(
  'a chip at a terminal device gets all of a build, each file where an emulator has it',
  async (t, pty) => {
    const { folder, image, words } = build(t);
    const chip = new FakeChip();
    chip.start(true);
    chip.say = bytes => pty.write(bytes);
    pty.onData(bytes => chip.receive(bytes));
    const ran = await inProcess(['flash', '--port', pty.path, ...words, '--json']);
    t.is(ran.status, 0, ran.stderr);
    t.like(document(t, ran), { ok: true, port: pty.path, target: 'esp32c3', version: 3, resumed: 0 });
    const file = join(folder, 'flash.bin');
    const whole = await inProcess([
      'chip',
      'flash',
      image,
      '--build',
      folder,
      '--target',
      'esp32c3',
      '--file',
      file,
    ]);
    t.is(whole.status, 0, whole.stderr);
    t.true(readFileSync(file).equals(chip.flash));
  },
);

ptyTest(
  'one program at a time holds a line; a line that is not there and one that is none are told apart',
  async (t, { path }) => {
    const held = await openSerial(path, 115_200);
    await t.throwsAsync(openSerial(path, 115_200), { message: /Another program holds/ });
    await held.close();
    const again = await openSerial(path, 115_200);
    await again.close();
    t.like(await t.throwsAsync(openSerial('/dev/no-such-line', 115_200)), { code: 'port_absent' });
    t.like(await t.throwsAsync(openSerial('/etc/hostname', 115_200)), { code: 'port' });
  },
);

ptyTest('a line that goes away tells so once', async (t, pty) => {
  const line = await openSerial(pty.path, 115_200);
  const lost = new Promise<void>(resolve => line.onLost(resolve));
  pty.pull();
  await lost;
  await t.throwsAsync(line.write(Uint8Array.of(1)));
  await line.close();
  t.pass();
});

test('the words of three systems become the same four answers', t => {
  for (const [words, code] of [
    ['Error: No such file or directory, cannot open /dev/ttyUSB7', 'port_absent'],
    ['Opening COM9: File not found', 'port_absent'],
    ['Error Resource temporarily unavailable Cannot lock port', 'port_busy'],
    ['Error: Device or resource busy, cannot open /dev/ttyUSB0', 'port_busy'],
    ['Opening COM3: Access denied', 'port_denied'],
    ['Error: Permission denied, cannot open /dev/ttyUSB0', 'port_denied'],
    ['Error: Inappropriate ioctl for device', 'port'],
  ] as const)
    t.is(portFailure('/dev/x', words).code, code, words);
});

test('an image is the released one by its hash under its version, or is refused by name', async t => {
  const hash = (byte: string) => `0x${byte.repeat(32)}` as const;
  const release = { imageSha256: hash('01'), withdrawn: false };
  const releases = [
    { ...release, version: 1, withdrawn: true },
    { ...release, version: 2 },
  ];
  const contracts = { channel: { releases: async () => releases } } as never;
  const asked = (version: number, imageSha256: `0x${string}`) =>
    refuseUnreleased(contracts, hash('cc'), { version, imageSha256, size: 1, hardware: hash('07') });
  await t.notThrowsAsync(asked(2, hash('01')));
  t.like(await t.throwsAsync(asked(2, hash('02'))), { code: 'unreleased' });
  t.like(await t.throwsAsync(asked(3, hash('01'))), { code: 'unreleased' });
  t.like(await t.throwsAsync(asked(1, hash('01'))), { code: 'withdrawn' });
});

test('what is missing, or meant for the other kind of board, is a wrong command line', async t => {
  const { folder, image, words } = build(t);
  for (const line of [
    [],
    ['boards/1'],
    ['boards/1', image, '--build', folder],
    ['--port', '/dev/x', '--image', image],
    ['boards/1', '--port', '/dev/x', ...words],
  ])
    oneLineFailure(t, await inProcess(['flash', ...line]), 2);
  const absent = await inProcess(['flash', '--port', '/dev/no-such-line', ...words]);
  oneLineFailure(t, absent, 1);
  t.regex(absent.stderr, /no serial line/);
});
