import test from 'ava';
import type { ChipFunctions } from '../../../firmware/esp32/chip.js';
import { Ethernet, type EthernetFunctions } from '../../../firmware/esp32/ethernet/ethernet.js';
import { openUplink } from '../../../firmware/esp32/ethernet/uplink.js';

/** A chip with a cable: what its driver says, and the calls that ask for it. */
function cable(startError = 0) {
  const asks: (() => void)[] = [];
  const logged: string[] = [];
  const found = { state: 0, text: '' };
  const card: EthernetFunctions = {
    ethernetStart: () => startError,
    ethernetState: () => found.state,
    ethernetAddress(target, most) {
      const bytes = new TextEncoder().encode(found.text);
      if (bytes.length > most) return 0;
      new Uint8Array(target).set(bytes);
      return bytes.length;
    },
  };
  return {
    asks,
    logged,
    say(state: number, text = '') {
      Object.assign(found, { state, text });
      for (const ask of asks) ask();
    },
    options: {
      chip: card,
      every: (_: number, ask: () => void) => void asks.push(ask),
      log: (line: string) => void logged.push(line),
    },
  };
}

test('a board tells of its cable when something has changed, and only then', t => {
  const { asks, logged, options, say } = cable();
  const ethernet = new Ethernet(options);
  t.is(asks.length, 1);
  say(0);
  t.deepEqual(logged, []);
  say(1);
  say(1);
  t.is(ethernet.state, 'waiting');
  t.is(ethernet.address, undefined);
  say(2, '255.255.255.255');
  say(2, '255.255.255.255');
  t.is(ethernet.state, 'online');
  t.is(ethernet.address, '255.255.255.255');
  say(0);
  t.is(ethernet.address, undefined);
  say(2, '10.0.2.15');
  t.deepEqual(logged, [
    'Ethernet: waits for an address',
    'Ethernet: 255.255.255.255',
    'Ethernet: no cable',
    'Ethernet: 10.0.2.15',
  ]);
});

test('a driver that does not start is said once, by the chip’s own number, and not asked again', t => {
  const { asks, logged, options } = cable(0x101);
  const ethernet = new Ethernet(options);
  t.is(ethernet.state, 'failed');
  t.is(asks.length, 0);
  t.deepEqual(logged, ['Ethernet does not start: error 0x101 of the chip']);
});

test('the console tells of the cable; of Wi-Fi such a board knows nothing', t => {
  const { options, say } = cable();
  const uplink = openUplink({ ...options, chip: options.chip as unknown as ChipFunctions });
  t.deepEqual(uplink.requests('ethernet', null), { state: 'no cable', address: null });
  say(2, '10.0.2.15');
  t.deepEqual(uplink.requests('ethernet', null), { state: 'online', address: '10.0.2.15' });
  t.is(uplink.requests('wifi', { ssid: 'home', password: 'correct horse' }), undefined);
  t.deepEqual(uplink.ports, {});
});

test('the console tells the heap beside the engine, and holds of it what it is asked to', t => {
  let held = 0;
  const chip = {
    ...cable().options.chip,
    memoryBytes: (what: number) => [60_000 - held, 20_000, 5_000, held][what],
    memoryHold: (bytes: number) => void (held = bytes),
  };
  const { requests } = openUplink({ ...cable().options, chip: chip as unknown as ChipFunctions });
  t.deepEqual(requests('memory', null), { free: 60_000, largest: 20_000, lowest: 5_000, held: 0 });
  t.deepEqual(requests('memory', { hold: 10_000 }), {
    free: 50_000,
    largest: 20_000,
    lowest: 5_000,
    held: 10_000,
  });
  for (const nonsense of [7, 'x', { hold: 'all' }, { hold: -1 }, []]) requests('memory', nonsense);
  t.is(held, 10_000);
});
