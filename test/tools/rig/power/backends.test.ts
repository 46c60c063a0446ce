/** The supplies, each against a script of what it is told and what it says. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { powerSupply } from '../../../../tools/rig/power/backends.js';
import { type Ran, runProgram } from '../../../../tools/rig/power/shell.js';

/** Programs that say what the script has, in its order; `told` has what they were given. */
function scripted(...script: Ran[]) {
  const told: string[] = [];
  const run = async (words: readonly string[] | string) => {
    told.push(typeof words === 'string' ? words : words.join(' '));
    return script.shift() ?? { status: 0, said: '' };
  };
  return { run, told };
}

const hubSays = (power: string) =>
  `Current status for hub 1-1 [2109:3431 USB2.0 Hub, USB 2.10, 4 ports, ppps]\n  Port 1: 0503 power highspeed enable connect\n  Port 2: ${power}\n`;

test('a port of a hub is switched and asked for by uhubctl', async t => {
  const { run, told } = scripted(
    { status: 0, said: '' },
    { status: 0, said: hubSays('0000 off') },
    { status: 0, said: hubSays('0103 power enable connect [303a:1001]') },
  );
  const supply = powerSupply({ uhubctl: { hub: '1-1', port: 2 } }, run);
  await supply.switch(false);
  t.false(await supply.state());
  t.true(await supply.state());
  t.deepEqual(told, ['uhubctl -l 1-1 -p 2 -a off', 'uhubctl -l 1-1 -p 2', 'uhubctl -l 1-1 -p 2']);
});

test('a hub without that port, or without the right to it, is a failure of the supply in its words', async t => {
  const { run } = scripted(
    { status: 1, said: 'Permission denied. Try running as root.' },
    { status: 0, said: hubSays('0000 off') },
  );
  const supply = powerSupply({ uhubctl: { hub: '1-1', port: 3 } }, run);
  t.like(await t.throwsAsync(supply.switch(true), { message: /Permission denied/ }), { code: 'power' });
  t.like(await t.throwsAsync(supply.state(), { message: /does not list that port/ }), { code: 'power' });
});

test('a command switches, and its last word of on and off is the state; without one nothing is known', async t => {
  const { run, told } = scripted(
    { status: 0, said: '' },
    { status: 0, said: 'place desk, power on: now off\n' },
  );
  const command = { on: 'labgrid-client power on', off: 'labgrid-client power off' };
  const supply = powerSupply({ command: { ...command, state: 'labgrid-client power get' } }, run);
  await supply.switch(true);
  t.false(await supply.state());
  t.deepEqual(told, ['labgrid-client power on', 'labgrid-client power get']);
  t.is(await powerSupply({ command }, run).state(), undefined);
});

test('a pin is written and read back, upside down where it is so wired; a pin that is not there is a failure', async t => {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-pin-'));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, 'value');
  for (const activeLow of [false, true]) {
    writeFileSync(file, '0');
    const supply = powerSupply({ gpio: { file, activeLow } });
    t.is(await supply.state(), activeLow);
    await supply.switch(true);
    t.is(readFileSync(file, 'utf8'), activeLow ? '0' : '1');
    t.true(await supply.state());
  }
  const absent = powerSupply({ gpio: { file: join(folder, 'none'), activeLow: false } });
  t.like(await t.throwsAsync(absent.switch(true)), { code: 'power' });
});

for (const obeys of [true, false]) {
  test(`a laboratory supply that ${obeys ? 'does as it is told is believed' : 'does not is told by its own answer'}`, async t => {
    const told: string[] = [];
    let isOn = false;
    const server = createServer(socket =>
      socket.on('data', bytes => {
        for (const command of `${bytes}`.trim().split('\n')) {
          told.push(command);
          if (obeys && command.startsWith('OUTP ')) isOn = /ON/.test(command);
          if (command.startsWith('OUTP?')) socket.write(isOn ? '1\n' : '0\n');
          if (command === '*OPC?') socket.write('1\n');
          if (command === 'MEAS:CURR? (@2)') socket.write(obeys ? '+1.2345E-01\n' : '9.91E37\n');
        }
      }),
    );
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
    t.teardown(() => server.close());
    const { port } = server.address() as AddressInfo;
    const supply = powerSupply({ scpi: { host: '127.0.0.1', port, channel: 2 } });
    if (obeys) await supply.switch(true);
    else t.like(await t.throwsAsync(supply.switch(true)), { code: 'power' });
    t.is(await supply.state(), obeys);
    t.deepEqual(told.slice(0, 3), ['OUTP ON,(@2)', '*OPC?', 'OUTP? (@2)']);
    if (obeys) t.is(await supply.current!(), 123.45);
    else t.like(await t.throwsAsync(supply.current!()), { code: 'power' });
  });
}

test('a program that does not end is ended, and one that is not there is told; both are failures', async t => {
  const limits = { code: 'power', milliseconds: 200 } as const;
  t.like(await t.throwsAsync(runProgram('sleep 60', limits), { message: /did not end within/ }), {
    code: 'power',
  });
  t.like(await t.throwsAsync(runProgram(['no-such-program'], limits)), { code: 'power' });
  t.deepEqual(await runProgram('echo said; exit 3', { ...limits, milliseconds: 60_000 }), {
    status: 3,
    said: 'said\n',
  });
});
