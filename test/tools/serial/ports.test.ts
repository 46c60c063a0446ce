import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { findPort, listPorts, parseUsbName, portsBelow, usbName } from '../../../tools/serial/ports.js';

const first = { path: '/dev/ttyACM0', usb: { vendor: 0x303a, product: 0x1001, serial: 'AA:01' } };
const second = { path: '/dev/ttyACM1', usb: { vendor: 0x303a, product: 0x1001, serial: 'AA:02' } };
const other = { path: '/dev/ttyUSB0', usb: { vendor: 0x10c4, product: 0xea60, serial: undefined } };
const places = [first, second, other];

test('a line is found by its path, and by vendor and product where one adapter has them, else with its number', t => {
  t.deepEqual(findPort('/dev/ttyACM1', places), second);
  t.deepEqual(findPort('usb:10c4:ea60', places), other);
  t.deepEqual(findPort('usb:303A:1001:AA:02', places), second);
  // A terminal without an adapter is opened by its path all the same.
  t.deepEqual(findPort('/dev/ttyS0', places), { path: '/dev/ttyS0', usb: undefined });
  for (const { usb } of places) t.deepEqual(parseUsbName(usbName(usb)), usb);
});

test('an identity that no adapter has, that two have, or that is none is refused with what is there', t => {
  t.like(
    t.throws(() => findPort('usb:1a86:7523', places)),
    { code: 'port_absent' },
  );
  t.regex(t.throws(() => findPort('usb:303a:1001', places))!.message, /usb:303a:1001:AA:01/);
  t.like(
    t.throws(() => findPort('usb:303a', places)),
    { code: 'port' },
  );
});

test('Linux tells the adapters by its own files, without a program beside', async t => {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-tty-'));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  const device = join(folder, 'devices', 'usb1', '1-1');
  const terminal = join(device, '1-1:1.0', 'ttyUSB0');
  mkdirSync(terminal, { recursive: true });
  for (const [name, word] of [
    ['idVendor', '10c4'],
    ['idProduct', 'ea60'],
    ['serial', '0001'],
  ])
    writeFileSync(join(device, name), `${word}\n`);
  for (const [name, target] of [
    ['ttyUSB0', terminal],
    ['ttyS0', join(folder, 'devices')],
  ]) {
    mkdirSync(join(folder, 'tty', name), { recursive: true });
    symlinkSync(target, join(folder, 'tty', name, 'device'));
  }
  t.deepEqual(portsBelow(join(folder, 'tty')), [
    { path: '/dev/ttyUSB0', usb: { vendor: 0x10c4, product: 0xea60, serial: '0001' } },
  ]);
  t.deepEqual(portsBelow(join(folder, 'nothing')), []);
  // Whatever this machine has: without udevadm too.
  t.true(Array.isArray(await listPorts()));
});
