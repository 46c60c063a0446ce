import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import test from 'ava';
import { brownOutChecks } from '../../../../tools/rig/doctor/brownOut.js';
import { clockCheck } from '../../../../tools/rig/doctor/clock.js';
import { type PortsMachine, portChecks } from '../../../../tools/rig/doctor/ports.js';
import { powerChecks } from '../../../../tools/rig/doctor/power.js';
import { toolchainChecks } from '../../../../tools/rig/doctor/toolchain.js';
import { quarantine } from '../../../../tools/rig/farm/quarantine.js';
import { reserve } from '../../../../tools/rig/farm/reservation.js';
import { openPty } from '../../serial/pty.js';
import { inProcess, temporaryDirectory } from '../../support.js';

const stateOf = (checks: { name: string; state: string; detail: string; remedy?: string }[], name: string) =>
  checks.find(check => check.name === name)!;

test('the line of a board is absent, denied, held, reserved, in quarantine or free, and each says what to do', t => {
  const folder = temporaryDirectory(t);
  const path = join(folder, 'line');
  writeFileSync(path, '');
  const machine: PortsMachine = {
    places: [{ path, usb: { vendor: 0x303a, product: 0x1001, serial: 'AA' } }],
    mayOpen: () => true,
    holderOf: () => undefined,
    groupOf: () => 'dialout',
  };
  const look = (more: Partial<PortsMachine> = {}, port = 'usb:303a:1001') =>
    stateOf(portChecks([{ name: 'desk', port }], folder, { ...machine, ...more }), 'board desk');
  t.like(look(), { state: 'ok', detail: `${path}, free` });
  t.like(look({}, '/dev/no-such-line'), { state: 'problem' });
  t.like(look({}, 'usb:1a86:7523'), { state: 'problem' });
  t.regex(look({ mayOpen: () => false }).remedy!, /usermod -aG dialout/);
  t.regex(look({ holderOf: () => 'picocom, process 7' }).detail, /held by picocom/);
  const reservation = reserve(folder, 'desk')!;
  // Its holder has the line open, and that is as it should be.
  t.like(look({ holderOf: () => 'node' }), { state: 'ok' });
  reservation.release();
  quarantine(folder, 'desk', 'it failed its self-test');
  t.regex(look().remedy!, /--free desk/);
});

test('a hub that may not be opened, a supply that says nothing, and one that fails are told apart from those that answer', async t => {
  const boards = [
    { name: 'hub', port: 'a', power: { uhubctl: { hub: '1-1', port: 2 } } },
    { name: 'mute', port: 'b', power: { command: { on: 'on', off: 'off' } } },
  ];
  const answers =
    (said: string, status = 0) =>
    async () => ({ status, said });
  const fine = await powerChecks(
    boards,
    answers('Current status for hub 1-1 [05e3]\n  Port 2: 0100 power\n'),
  );
  t.deepEqual(
    fine.map(({ state }) => state),
    ['ok', 'ok', 'skipped'],
  );
  const denied = await powerChecks(boards, answers('There were permission problems while accessing USB.', 1));
  t.regex(stateOf(denied, 'hub control').remedy!, /udev/);
  t.is(stateOf(denied, 'power hub').state, 'problem');
  const absent = await powerChecks(boards, async () => {
    throw new Error('uhubctl cannot be started');
  });
  t.regex(stateOf(absent, 'hub control').remedy!, /apt install uhubctl/);
  t.deepEqual(await powerChecks([]), []);
});

test('a clock before these sources, one that leaps, and one beside the chain’s are problems; a kept one is not', t => {
  const now = Date.UTC(2026, 10, 30);
  const facts = { wall: now, leaptMs: 0.2, overMs: 500 };
  t.is(clockCheck({ ...facts, isKept: true, block: now - 10_000 }).state, 'ok');
  t.is(clockCheck(facts).state, 'ok');
  for (const wrong of [
    { wall: Date.UTC(1970, 0, 1) },
    { leaptMs: -3000 },
    { block: now + 60_000 },
    { block: now - 600_000 },
    { isKept: false },
  ])
    t.truthy(clockCheck({ ...facts, ...wrong }).remedy, JSON.stringify(wrong));
});

test('a brown-out in a kept log is found by the detector’s words and by the ROM’s, and a calm log has none', t => {
  const folder = temporaryDirectory(t);
  const log = (name: string, text: string) => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  const checks = brownOutChecks([
    log('calm', 'rst:0x1 (POWERON),boot:0xc\nhello\n'),
    log('detector', 'hello\n\nBrownout detector was triggered\n\nets Jul 29\n'),
    log('rom', 'rst:0xf (BROWNOUT_RST),boot:0xc\n'),
    join(folder, 'absent'),
  ]);
  t.deepEqual(
    checks.map(({ state }) => state),
    ['ok', 'problem', 'problem', 'problem'],
  );
  t.regex(checks[1].detail, /gave way 1 times, last in line 3/);
});

test('SDK and ESP-IDF of other versions are named with those that fit, and are passed over where none is set', t => {
  const folder = temporaryDirectory(t);
  t.deepEqual(
    toolchainChecks({}).map(({ state }) => state),
    ['skipped', 'skipped'],
  );
  const sdk = toolchainChecks({ MODDABLE: folder, IDF_PATH: folder });
  t.true(sdk.every(({ remedy, state }) => state === 'problem' && remedy));
  mkdirSync(join(folder, 'tools/cmake'), { recursive: true });
  const version = 'set(IDF_VERSION_MAJOR 5)\nset(IDF_VERSION_MINOR 1)\nset(IDF_VERSION_PATCH 2)\n';
  writeFileSync(join(folder, 'tools/cmake/version.cmake'), version);
  t.regex(stateOf(toolchainChecks({ IDF_PATH: folder }), 'ESP-IDF').detail, /v5\.1\.2/);
});

test('the doctor looks at a bench of which one line is held, one supply answers and one does not', async t => {
  const folder = temporaryDirectory(t);
  const pty = await openPty(t);
  if (!pty) return t.pass('NOT RUN: there is no script (bsdutils)');
  const server = createServer(socket => socket.on('data', () => socket.write('1\n')));
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  t.teardown(() => server.close());
  const { port } = server.address() as { port: number };
  const scpi = (at: number) => ({ scpi: { host: '127.0.0.1', port: at } });
  const file = join(folder, 'boards.json');
  writeFileSync(
    file,
    JSON.stringify({
      boards: {
        held: { port: pty.path, power: scpi(port) },
        gone: { port: '/dev/no-such-line', power: scpi(1) },
        there: { exporter: `127.0.0.1:${port}` },
        away: { exporter: '127.0.0.1:1' },
      },
    }),
  );
  const ran = await inProcess(['doctor', '--boards', file, '--json']);
  t.is(ran.status, 1);
  const { checks } = JSON.parse(ran.stdout);
  t.like(stateOf(checks, 'power held'), { state: 'ok' });
  t.regex(stateOf(checks, 'power held').detail, /: on$/);
  t.is(stateOf(checks, 'power gone').state, 'problem');
  t.is(stateOf(checks, 'board gone').state, 'problem');
  t.is(stateOf(checks, 'board there').state, 'ok');
  t.is(stateOf(checks, 'board away').state, 'problem');
  if (process.platform === 'linux') t.regex(stateOf(checks, 'board held').detail, /held by \w+, process \d+/);
  t.is(stateOf(checks, 'clock').name, 'clock');
});
