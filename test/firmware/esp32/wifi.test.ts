import test from 'ava';
import { platformRequests } from '../../../firmware/esp32/platformRequests.js';
import { Wifi, type WifiDriver } from '../../../firmware/esp32/wifi.js';
import {
  forgetNetwork,
  parseNetwork,
  storedNetwork,
  storeNetwork,
} from '../../../firmware/esp32/wifiSettings.js';
import { HandClock } from '../../../host-sim/testing/handClock.js';
import { FakeStore } from './fakes.js';

/** The SDK's driver: joins when it is told to, calls back only on what changes by itself. */
class FakeDriver implements WifiDriver {
  connection = 200;
  address: string | undefined;
  attempts: { SSID: string; password?: string }[] = [];
  onChanged = () => {};
  connect(options: { SSID: string; password?: string }): void {
    if (this.connection === 300) throw new Error('already connecting');
    this.attempts.push(options);
    this.connection = 300;
  }
  disconnect(): void {
    this.connection = 200;
  }
  becomes(connection: number, address?: string): void {
    this.connection = connection;
    this.address = address;
    this.onChanged();
  }
}

function make() {
  const clock = new HandClock();
  const driver = new FakeDriver();
  const lines: string[] = [];
  const wifi = new Wifi({
    open: onChanged => {
      driver.onChanged = onChanged;
      return driver;
    },
    clock,
    // As long as it can be: the wait is the whole step.
    entropy: { fill: target => void target.fill(0xff) },
    log: line => lines.push(line),
  });
  return { clock, driver, lines, wifi };
}

const home = { ssid: 'home', password: 'correct horse' };

test('it joins, gets an address, and says so without the password', t => {
  const { clock, driver, lines, wifi } = make();
  t.is(wifi.state, 'no network');
  wifi.join(home);
  t.deepEqual(driver.attempts, [{ SSID: 'home', password: 'correct horse' }]);
  driver.becomes(400);
  t.is(wifi.state, 'joining');
  driver.becomes(500, '10.0.0.7');
  t.is(wifi.state, 'online');
  t.is(wifi.address, '10.0.0.7');
  t.is(clock.waiting, 0);
  t.deepEqual(lines, ['Wi-Fi home: 10.0.0.7']);
});

test('refused again and again it waits longer each time, up to a minute, and never gives up', t => {
  const { clock, driver, wifi } = make();
  wifi.join(home);
  const waits: number[] = [];
  for (let i = 0; i < 9; i++) {
    const { length } = driver.attempts;
    driver.becomes(200);
    const before = clock.monotonic();
    while (driver.attempts.length === length) clock.advance(500);
    waits.push(clock.monotonic() - before);
  }
  t.deepEqual(waits, [1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000, 60_000]);
  driver.becomes(500, '10.0.0.7');
  driver.becomes(200);
  clock.advance(1000);
  t.is(driver.attempts.length, 11);
});

test('a network that neither refuses nor gives an address is left after half a minute', t => {
  const { clock, driver, wifi } = make();
  wifi.join(home);
  driver.becomes(400);
  clock.advance(29_999);
  t.is(wifi.state, 'joining');
  clock.advance(1);
  t.is(wifi.state, 'waiting');
  t.is(driver.connection, 200);
  clock.advance(1000);
  t.is(driver.attempts.length, 2);
});

test('a driver that throws is one more failure', t => {
  const { clock, driver, lines, wifi } = make();
  driver.connection = 300;
  wifi.join(home);
  t.regex(lines[0], /already connecting; again in 1 s/);
  clock.advance(1000);
  t.is(driver.attempts.length, 1);
});

test('a new network takes the place of the old one at once, and one timer runs at most', t => {
  const { clock, driver, wifi } = make();
  wifi.join(home);
  driver.becomes(500, '10.0.0.7');
  wifi.join({ ssid: 'open', password: '' });
  t.deepEqual(driver.attempts[1], { SSID: 'open' });
  t.is(wifi.address, undefined);
  wifi.join(home);
  t.is(clock.waiting, 1);
  driver.becomes(500, '10.0.0.8');
  t.is(wifi.address, '10.0.0.8');
  // What comes late from a driver that is done changes nothing.
  driver.onChanged();
  t.is(wifi.state, 'online');
});

test('a network is stored as one and read back; what is none is refused with words', t => {
  const store = new FakeStore();
  t.is(storedNetwork(store), undefined);
  for (const network of [
    home,
    { ssid: 'grün', password: '' },
    { ssid: 'x'.repeat(32), password: 'y'.repeat(63) },
  ]) {
    storeNetwork(store, network);
    t.deepEqual(storedNetwork(store), network);
  }
  for (const [value, words] of [
    [null, /texts/],
    [{ ssid: '' }, /1 to 32/],
    [{ ssid: 'ü'.repeat(17) }, /1 to 32/],
    [{ ssid: 'a', password: 'short' }, /8 to 63/],
    [{ ssid: 'a', password: 'x'.repeat(64) }, /8 to 63/],
    [{ ssid: 'a\0b' }, /zero/],
    [{ ssid: 7 }, /texts/],
  ] as const) {
    t.regex(String(parseNetwork(value)), words);
  }
  store.write('network', Uint8Array.of(1, 2, 3));
  t.is(storedNetwork(store), undefined);
});

test('a network that was kept is forgotten, and where none was kept nothing is touched', t => {
  const store = new FakeStore();
  store.write('rollback', Uint8Array.of(1));
  forgetNetwork(store);
  storeNetwork(store, home);
  forgetNetwork(store);
  t.is(storedNetwork(store), undefined);
  t.is(store.read('network'), undefined);
  t.is(store.read('rollback')?.byteLength, 1);
});

test('the console sets the network, says where it stands, and never the password', t => {
  const { driver, wifi } = make();
  const store = new FakeStore();
  const request = platformRequests(wifi, store);
  t.is(request('identify', null), undefined);
  t.deepEqual(request('wifi', null), { state: 'no network', ssid: null, address: null });
  t.throws(() => request('wifi', { ssid: 'a', password: 'b' }), { message: /8 to 63/ });
  t.deepEqual(request('wifi', home), { state: 'joining', ssid: 'home', address: null });
  driver.becomes(500, '10.0.0.7');
  const answer = request('wifi', null);
  t.deepEqual(answer, { state: 'online', ssid: 'home', address: '10.0.0.7' });
  t.false(JSON.stringify(answer).includes('correct'));
  t.deepEqual(storedNetwork(store), home);
});
