/** Realms that are stepped in XS: what crosses to them, when an event is over, how they end, and what they leave behind. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import test from 'ava';
import fc from 'fast-check';
import type { Realm } from '../../../host-sim/board/realm.js';
import { RealmLost } from '../../../host-sim/board/realmLost.js';
import { decodeFrame, encodeFrame } from '../../../host-sim/xs/frames.js';
import { SteppedRealms } from '../../../host-sim/xs/steppedRealm.js';
import { xsTest } from '../engine/withXs.js';

type Call = [name: string, ...values: unknown[]];

/** A realm whose image is that body of `start`, where `say` writes to the console, and its calls; `answers` are those that matter. */
function realmOf(
  start: string,
  answers: Record<string, (...values: never[]) => unknown> = {},
  heap?: number,
) {
  const calls: Call[] = [];
  let failure = '';
  let made: Realm | undefined;
  const realms = new SteppedRealms({ heap });
  const facts: typeof answers = {
    'boot.slot': () => 'A',
    'boot.length': () => 100,
    'boot.state': () => 'confirmed',
    'boot.idle': () => 'none',
    'clock.monotonic': () => 7,
  };
  const call = (name: string, ...values: unknown[]) => {
    if (name === 'failure') return failure;
    if (!name.startsWith('boot.')) calls.push([name, ...values.filter(value => value !== undefined)]);
    try {
      return (answers[name] ?? facts[name])?.(...(values as never[])) ?? true;
    } catch (error) {
      failure = (error as Error).message;
      return undefined;
    }
  };
  const attach = (realm: Realm) => {
    made = realm;
  };
  const say = "const say = (...parts) => ports.console.log(parts.join(' '));";
  const source = `var image = { start(ports) { ${say} ${start} } };`;
  return { calls, realms, load: () => realms.make(source, call, attach), end: () => made?.end?.() };
}

test('a frame comes as it went, any text and number in it', t => {
  const value = fc.oneof(
    fc.constant(undefined),
    fc.boolean(),
    fc.double({ noNaN: true }),
    fc.string({ unit: 'binary' }),
    fc.uint8Array(),
  );
  fc.assert(
    fc.property(fc.constantFrom('c', 'r', 'e'), fc.array(value, { maxLength: 6 }), (kind, values) => {
      t.deepEqual(decodeFrame(encodeFrame(kind, ...values).subarray(4)), { kind, values });
    }),
  );
  const torn = encodeFrame('c', 'text').subarray(4, -3);
  t.throws(() => decodeFrame(torn), { instanceOf: RangeError });
});

xsTest('calls cross with their values, and what the platform refuses is thrown with its words', t => {
  const texts = ['plain', 'é → 😀 \u0000 \ud800', ''];
  const { calls, end, load } = realmOf(
    `for (const text of ${JSON.stringify(texts)}) say(text);
    const bytes = new Uint8Array(4);
    ports.entropy.fill(bytes);
    const slot = ports.flash.open('journal');
    slot.write(8, bytes.subarray(1));
    say(ports.clock.monotonic(), slot.size, slot.read(0, 3));
    try { slot.erase(5); } catch (error) { say(error.message); }
    ports.pins.write(3, true);
    const socket = ports.network.connect({ host: 'here', port: 80 });
    say(typeof socket.read());`,
    {
      'entropy.fill': (bytes: Uint8Array) => void bytes.set([1, 2, 3, 4]),
      'flash.size': () => 65_536,
      'flash.read': () => Uint8Array.of(250, 0, 251),
      'flash.erase': () => {
        throw new Error('no sector begins at 5');
      },
      'socket.read': () => false,
    },
  );
  t.teardown(end);
  t.is(load().start(), undefined);
  const said = calls.flatMap(([name, text]) => (name === 'console.log' ? [text] : []));
  t.deepEqual(said, [...texts, '7 65536 250,0,251', 'no sector begins at 5', 'undefined']);
  const others = calls.filter(([name]) => !/^(console|clock|flash.size|entropy)/.test(name));
  t.deepEqual(others, [
    ['flash.write', 'journal', 8, Uint8Array.of(2, 3, 4)],
    ['flash.read', 'journal', 0, 3],
    ['flash.erase', 'journal', 5],
    ['pins.write', 3, true],
    ['socket.connect', 1, 'here', '{"port":80,"secure":false}'],
    ['socket.read', 1, -1],
  ]);
});

xsTest('an event is over when the last promise that it began has been kept', t => {
  const { calls, end, load, realms } = realmOf(
    `ports.clock.after(50, async () => { for (let i = 0; i < 3; i++) { await undefined; say(i); } });
    ports.console.onRequest(async (method, { of }) => [await method, of]);
    ports.network.connect({ host: 'h', port: 1, onReadable: say });`,
  );
  t.teardown(end);
  const realm = load();
  t.is(realm.start(), undefined);
  calls.length = 0;
  t.is(realm.emit('timer', 1), undefined);
  t.is(realm.emit('readable', 1, 12), undefined);
  t.is(realm.emit('request', 9, '{"method":"ask","parameters":{"of":[1]}}'), undefined);
  t.deepEqual(calls, [
    ...['0', '1', '2', '12'].map((text): Call => ['console.log', text]),
    ['console.answer', 9, '{"result":["ask",[1]]}'],
  ]);
  t.true(realms.cpuSeconds > 0);
});

xsTest('what an image does not catch is its fault, with its words, wherever it is thrown', t => {
  const faulty = (start: string, heap?: number) => {
    const { end, load } = realmOf(start, {}, heap);
    t.teardown(end);
    return load().start();
  };
  t.regex(faulty('throw new Error("at once")')!, /^Error: at once/);
  t.regex(faulty('Promise.reject(new Error("later"))')!, /later/);
  t.is(faulty('const all = []; for (;;) all.push(new Uint8Array(1000));', 128 * 1024), 'out of memory');
  t.regex(faulty('const f = () => f() + 1; f();')!, /stack overflow/);
  const { end, load } = realmOf('} }; this is no image; (() => { {');
  t.teardown(end);
  t.throws(load, { message: /line 1/ });
});

xsTest('power that fails within a call ends the image there; nothing is told to it any more', async t => {
  const { calls, end, load } = realmOf(`say(1); ports.flash.open('boot').erase(0); say(2);`, {
    'flash.erase': () => end(),
  });
  const realm = load();
  t.is(realm.start(), undefined);
  t.is(realm.emit('timer', 1), undefined);
  t.deepEqual(
    calls.map(([name]) => name),
    ['console.log', 'flash.size', 'flash.erase'],
  );
  t.deepEqual(await childrenLeft(), []);
});

xsTest('a process that ends without a word is a fault of the host', async t => {
  const { end, load } = realmOf(`ports.clock.after(1, () => say(1));`, {
    'console.log': () => {
      for (const pid of children()) process.kill(pid, 'SIGKILL');
    },
  });
  t.teardown(end);
  const realm = load();
  realm.start();
  t.throws(() => realm.emit('timer', 1), { instanceOf: RealmLost });
});

/** Processes of this one that run XS; where the system does not tell, none. */
function children(): number[] {
  const textOf = (...path: string[]) => readFileSync(join('/proc', ...path), 'utf8').trim();
  try {
    const all = textOf(`${process.pid}`, 'task', `${process.pid}`, 'children').split(' ').filter(Boolean);
    return all.filter(pid => textOf(pid, 'comm') === 'holdfast-xs').map(Number);
  } catch {
    return [];
  }
}

/** After some time at most. */
async function childrenLeft(): Promise<number[]> {
  for (let i = 0; i < 100 && children().length > 0; i++) await wait(20);
  return children();
}
