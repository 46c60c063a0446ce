import test from 'ava';
import { platformRequests } from '../../../firmware/esp32/platformRequests.js';
import { Wifi, type WifiDriver } from '../../../firmware/esp32/wifi.js';
import { forgetNetworks, parseNetwork, StoredNetwork } from '../../../firmware/esp32/wifiSettings.js';
import { WIFI_TRIAL_MS, WifiTrial } from '../../../firmware/esp32/wifiTrial.js';
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

function make(store = new FakeStore()) {
  const clock = new HandClock();
  const driver = new FakeDriver();
  const lines: string[] = [];
  let trial: WifiTrial | undefined;
  const wifi = new Wifi({
    open: onChanged => {
      driver.onChanged = onChanged;
      return driver;
    },
    clock,
    // As long as it can be: the wait is the whole step.
    entropy: { fill: target => void target.fill(0xff) },
    onOnline: () => trial?.online(),
    log: line => lines.push(line),
  });
  trial = new WifiTrial({ wifi, store, clock, log: line => lines.push(line) });
  return { clock, driver, lines, store, trial, wifi };
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

const kept = (store: FakeStore) => new StoredNetwork(store, 'network').read();
const tried = (store: FakeStore) => new StoredNetwork(store, 'trial').read();
const away = { ssid: 'away', password: 'battery staple' };

test('a network is stored as one and read back; what is none is refused with words', t => {
  const store = new FakeStore();
  t.is(kept(store), undefined);
  for (const network of [
    home,
    { ssid: 'grün', password: '' },
    { ssid: 'x'.repeat(32), password: 'y'.repeat(63) },
  ]) {
    new StoredNetwork(store, 'network').write(network);
    t.deepEqual(kept(store), network);
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
  t.is(kept(store), undefined);
});

test('networks that were kept are forgotten, and where none was kept nothing is touched', t => {
  const store = new FakeStore();
  store.write('rollback', Uint8Array.of(1));
  forgetNetworks(store);
  new StoredNetwork(store, 'network').write(home);
  new StoredNetwork(store, 'trial').write(away);
  forgetNetworks(store);
  t.deepEqual([...store.values.keys()], ['rollback']);
});

test('the console sets the first network at once, says where it stands, and never the password', t => {
  const { driver, store, trial, wifi } = make();
  trial.start();
  const request = platformRequests(wifi, trial);
  t.is(request('identify', null), undefined);
  t.deepEqual(request('wifi', null), { state: 'no network', ssid: null, address: null });
  t.throws(() => request('wifi', { ssid: 'a', password: 'b' }), { message: /8 to 63/ });
  t.deepEqual(request('wifi', home), { state: 'joining', ssid: 'home', address: null });
  driver.becomes(500, '10.0.0.7');
  const answer = request('wifi', null);
  t.deepEqual(answer, { state: 'online', ssid: 'home', address: '10.0.0.7' });
  t.false(JSON.stringify(answer).includes('correct'));
  t.deepEqual(kept(store), home);
});

/** A board on its Wi-Fi at home. */
function atHome() {
  const store = new FakeStore();
  new StoredNetwork(store, 'network').write(home);
  const board = make(store);
  board.trial.start();
  board.driver.becomes(500, '10.0.0.7');
  board.trial.reached();
  return board;
}
const ssids = ({ attempts }: FakeDriver) => attempts.map(({ SSID }) => SSID);

test('another network by order: joined once the receipt is out, kept when the broker is reached by it', t => {
  const { clock, driver, lines, store, trial } = atHome();
  t.is(trial.change(away), undefined);
  t.deepEqual(ssids(driver), ['home']);
  t.is(trial.reached(), undefined, 'the broker over the old network says nothing of the new one');
  clock.advance(5000);
  t.deepEqual(ssids(driver), ['home', 'away']);
  t.is(trial.reached(), undefined, 'not joined yet');
  driver.becomes(500, '192.168.0.9');
  t.deepEqual(kept(store), home, 'an address alone is no broker');
  t.is(trial.reached(), 'kept');
  t.is(trial.reached(), undefined, 'told once');
  t.deepEqual(kept(store), away);
  t.is(tried(store), undefined);
  t.is(clock.waiting, 0);
  t.false(lines.join().includes('battery'));
});

test('a network that does not lead to the broker is left after five minutes, whether it refuses, joins or is not there', t => {
  for (const answer of [undefined, 200, 500]) {
    const { clock, driver, lines, store, trial, wifi } = atHome();
    trial.change(away);
    clock.advance(5000);
    if (answer !== undefined) driver.becomes(answer, '192.168.0.9');
    t.regex(trial.change(home) ?? '', /on trial/);
    clock.advance(WIFI_TRIAL_MS - 1);
    t.is(wifi.ssid, 'away');
    clock.advance(1);
    t.is(wifi.ssid, 'home');
    t.is(tried(store), undefined);
    t.deepEqual(kept(store), home);
    driver.becomes(500, '10.0.0.7');
    t.is(trial.reached(), 'back');
    t.regex(lines.join('\n'), /did not lead to the broker: back on home/);
    t.is(trial.change(away), undefined, 'and another may be tried');
  }
});

test('what is no network is not tried, and a board without one has nothing to go back to', t => {
  const { store, trial } = atHome();
  t.regex(trial.change({ ssid: 'away', password: 'short' }) ?? '', /8 to 63/);
  t.is(tried(store), undefined);
  t.regex(make().trial.change(away) ?? '', /go back to/);
});

test('at the console another network is on trial too, and an address is enough to keep it', t => {
  const { clock, driver, store, trial, wifi } = atHome();
  const request = platformRequests(wifi, trial);
  t.like(request('wifi', away), { state: 'joining', ssid: 'away', trial: true });
  t.deepEqual(kept(store), home);
  driver.becomes(500, '192.168.0.9');
  t.deepEqual(request('wifi', null), { state: 'online', ssid: 'away', address: '192.168.0.9' });
  t.deepEqual(kept(store), away);
  request('wifi', home);
  clock.advance(WIFI_TRIAL_MS);
  t.is(wifi.ssid, 'away');
  t.deepEqual(kept(store), away);
});

test('power that fails at any write leaves a network that the board joins: the old one, or the new one that was reached', t => {
  for (let cut = 0; ; cut++) {
    const { clock, driver, store, trial } = atHome();
    store.cutAfter = cut;
    let isCut = false;
    let wasReached = false;
    try {
      trial.change(away);
      clock.advance(5000);
      driver.becomes(500, '192.168.0.9');
      wasReached = true;
      trial.reached();
    } catch {
      isCut = true;
    }
    store.cutAfter = Number.POSITIVE_INFINITY;
    const again = make(store);
    again.trial.start();
    const [joined] = ssids(again.driver);
    t.true(joined === 'home' || (wasReached && joined === 'away'), `cut ${cut}: ${joined}`);
    t.deepEqual(kept(store), joined === 'home' ? home : away);
    t.is(tried(store), undefined);
    if (!isCut) {
      t.is(joined, 'away');
      t.true(cut >= 3, 'begun, kept, ended');
      break;
    }
  }
});

test('a restart in the middle of a trial ends it, and the board says so', t => {
  const { clock, store, trial } = atHome();
  trial.change(away);
  clock.advance(10_000);
  const again = make(store);
  again.trial.start();
  t.deepEqual(ssids(again.driver), ['home']);
  again.driver.becomes(500, '10.0.0.7');
  t.is(again.trial.reached(), 'back');
  t.regex(again.lines[0], /trial of the Wi-Fi away ended with a restart/);
});
