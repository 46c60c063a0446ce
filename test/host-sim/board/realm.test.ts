import vm from 'node:vm';
import test from 'ava';
import type { Ports } from '../../../firmware/port/ports.js';
import type { SocketOptions } from '../../../firmware/port/socket.js';
import { createBridge } from '../../../host-sim/board/bridge.js';
import { createRealm, notClosed } from '../../../host-sim/board/realm.js';
import { MemoryPartition } from '../../../host-sim/node/flash/partition.js';

/** Ports of this realm that do what they must and keep what they are told. */
function stage() {
  const lines: string[] = [];
  const timers: (() => void)[] = [];
  const connections: SocketOptions[] = [];
  const handlers: Parameters<Ports['console']['onRequest']>[0][] = [];
  const partition = new MemoryPartition({ size: 8192, sectorSize: 4096 });
  const written: Uint8Array[] = [];
  const ports: Ports = {
    clock: {
      monotonic: () => 42,
      after(_, callback) {
        timers.push(callback);
        return () => {};
      },
    },
    entropy: { fill: target => void target.fill(9) },
    network: {
      connect(options) {
        connections.push(options);
        return {
          read: () => Uint8Array.of(1, 2, 3),
          write(bytes) {
            written.push(bytes);
            return 10;
          },
          close() {},
        };
      },
    },
    flash: { open: () => partition },
    boot: {
      running: {
        slot: 'A',
        length: 3,
        state: 'pending',
        read: (offset, length) => Uint8Array.of(7, 8, 9).slice(offset, offset + length),
      },
      setPending() {
        throw new Error('not now');
      },
      confirm() {},
      restart() {
        bridge.halt();
      },
    },
    console: { log: line => void lines.push(line), onRequest: handler => void handlers.push(handler) },
    pins: { write() {}, sample: pin => pin + 1 },
  };
  const faults: string[] = [];
  const bridge = createBridge(ports, fault => faults.push(fault));
  return { bridge, lines, timers, connections, handlers, partition, written, faults };
}

/** Runs `body` as an image's start; what it logs comes back. */
function start(body: string, preamble = '') {
  const set = stage();
  const source = `"use strict"; var image = (() => { ${preamble}; return { start(ports) { ${body} } }; })();`;
  const realm = createRealm(source, set.bridge.call, set.bridge.attach);
  return { ...set, realm, fault: realm.start() };
}

/** Image code: says of a value what of it does not belong to the image's own realm, and where. */
const inspector = `
  const own = { Object, Function, Array, Error, Uint8Array, Promise };
  function foreign(value, path = 'it', seen = new Set(), depth = 0) {
    if ((typeof value !== 'object' && typeof value !== 'function') || value === null) return [];
    if (seen.has(value) || depth > 6) return [];
    seen.add(value);
    const found = [];
    let last = value;
    for (let up = value; up !== null; up = Object.getPrototypeOf(up)) last = up;
    if (last !== own.Object.prototype && last !== value) found.push(path + ' is of another realm');
    let reached;
    try { reached = value.constructor.constructor('return process')(); } catch (error) {
      if (!(error instanceof own.Error)) found.push(path + ' throws what is of another realm');
    }
    if (reached !== undefined) found.push(path + ' reaches the process');
    const keys = Reflect.ownKeys(value).concat('__proto__', 'constructor');
    for (const key of keys) {
      let next;
      try { next = value[key]; } catch (error) { next = error; }
      found.push(...foreign(next, path + '.' + String(key), seen, depth + 1));
    }
    return found;
  }
`;

test('an image has ECMAScript and nothing of Node, nor what a chip has not', t => {
  const { lines } = start('ports.console.log(Object.getOwnPropertyNames(globalThis).sort().join(" "))');
  t.is(
    lines[0],
    'AggregateError Array ArrayBuffer BigInt BigInt64Array BigUint64Array Boolean DataView Date Error EvalError ' +
      'FinalizationRegistry Float32Array Float64Array Function Infinity Int16Array Int32Array Int8Array JSON Map ' +
      'Math NaN Number Object Promise Proxy RangeError ReferenceError Reflect RegExp Set String Symbol ' +
      'SyntaxError TypeError URIError Uint16Array Uint32Array Uint8Array Uint8ClampedArray WeakMap WeakRef ' +
      'WeakSet decodeURI decodeURIComponent encodeURI encodeURIComponent escape eval globalThis image ' +
      'isFinite isNaN parseFloat parseInt undefined unescape',
  );
});

test('ports do what they do, with bytes of the image’s realm', t => {
  const { lines, fault } = start(`
    const log = value => ports.console.log(JSON.stringify(value));
    const random = new Uint8Array(4);
    ports.entropy.fill(random);
    const journal = ports.flash.open('journal');
    journal.write(4, Uint8Array.of(5, 6));
    const read = journal.read(3, 4);
    log([ports.clock.monotonic(), [...random], [...read], read instanceof Uint8Array, read.constructor === Uint8Array]);
    journal.erase(0);
    log([journal.size, journal.sectorSize, [...journal.read(3, 4)]]);
    const { running } = ports.boot;
    log([running.slot, running.length, running.state, [...running.read(1, 2)], ports.pins.sample(4)]);
    ports.boot.confirm();
    log(running.state);
    log(Object.keys(ports));`);
  t.is(fault, undefined);
  t.deepEqual(
    lines.map(line => JSON.parse(line)),
    [
      [42, [9, 9, 9, 9], [255, 5, 6, 255], true, true],
      [8192, 4096, [255, 255, 255, 255]],
      ['A', 3, 'pending', [8, 9], 5],
      'confirmed',
      ['clock', 'entropy', 'network', 'flash', 'apps', 'boot', 'console', 'pins', 'buses'],
    ],
  );
});

test('timers, sockets and requests come back as events of the realm', async t => {
  const { lines, timers, connections, handlers, written, fault } = start(`
    const log = ports.console.log;
    ports.clock.after(5, () => log('timer'));
    ports.clock.after(5, () => log('cancelled'))();
    const socket = ports.network.connect({
      host: 'h', port: 1,
      onReadable: count => log('readable ' + count + ' ' + [...socket.read()]),
      onWritable: count => log('writable ' + count + ' ' + socket.write(Uint8Array.of(4, 5))),
      onClosed: cause => log('closed ' + cause),
    });
    ports.console.onRequest(async (method, parameters) => {
      if (method === 'fail') throw new Error('no ' + parameters.what);
      return { method, parameters };
    });`);
  t.is(fault, undefined);
  for (const timer of timers) timer();
  connections[0].onWritable(100);
  connections[0].onReadable(3);
  connections[0].onClosed('reset');
  connections[0].onReadable(3);
  t.deepEqual(lines, ['timer', 'writable 100 10', 'readable 3 1,2,3', 'closed reset']);
  t.deepEqual(written, [Uint8Array.of(4, 5)]);
  t.deepEqual(await handlers[0]('ask', [1, { a: null }]), { method: 'ask', parameters: [1, { a: null }] });
  await t.throwsAsync(handlers[0]('fail', { what: 'way' }), { message: 'no way' });
});

test('nothing that the image can reach is of the host’s realm', t => {
  const { lines, fault, timers, connections } = start(
    `
    const report = (value, name) => { for (const line of foreign(value, name)) ports.console.log(line); };
    report(globalThis, 'globalThis');
    report(ports, 'ports');
    report(ports.flash.open('journal'), 'partition');
    report(ports.flash.open('journal').read(0, 1), 'bytes');
    const socket = ports.network.connect({ host: 'h', port: 1, onReadable() {}, onClosed() {},
      onWritable(...values) { report(arguments, 'arguments'); report(this, 'this'); report(values, 'values'); } });
    report(socket, 'socket');
    report(socket.read(), 'received');
    ports.clock.after(1, function () { report(this, 'this'); report(arguments, 'arguments'); ports.console.log('end'); });
    report(ports.console.onRequest(async () => {}), 'onRequest');
    ports.console.log('end');`,
    inspector,
  );
  t.is(fault, undefined);
  connections[0].onWritable(5);
  for (const timer of timers) timer();
  t.deepEqual(lines, ['end', 'end']);
});

test('the inspector of these tests does find an object of the host', t => {
  const context = vm.createContext({ leak: { inner: [] } });
  const found = vm.runInContext(`${inspector}; foreign(leak, 'leak').join()`, context) as string;
  t.regex(found, /leak is of another realm,leak reaches the process,leak.inner is of another realm/);
});

test('errors that a port answers are of the image’s realm', t => {
  const { lines, fault } = start(
    `
    const journal = ports.flash.open('journal');
    const attempts = {
      partition: () => ports.flash.open('nope'),
      symbol: () => ports.flash.open(Symbol('x')),
      read: () => journal.read(-1, 1),
      long: () => journal.read(0, 2 ** 40),
      write: () => journal.write(0, 'text'),
      proxy: () => journal.write(0, new Proxy(new Uint8Array(1), {})),
      set: () => { journal.write(0, Uint8Array.of(0)); journal.write(0, Uint8Array.of(255)); },
      erase: () => journal.erase(1),
      entropy: () => ports.entropy.fill({ length: 4 }),
      much: () => ports.entropy.fill(new Uint8Array(1e6)),
      connect: () => ports.network.connect({ host: 'h', port: 'x' }),
      connectNull: () => ports.network.connect(null),
      pending: () => ports.boot.setPending(5),
      reason: () => ports.boot.restart('because'),
      pin: () => ports.pins.sample('x'),
    };
    for (const [name, attempt] of Object.entries(attempts)) {
      try { attempt(); ports.console.log(name + ' did not throw'); } catch (error) {
        for (const line of foreign(error, name)) ports.console.log(line);
      }
    }
    ports.console.log('end');`,
    inspector,
  );
  t.is(fault, undefined);
  t.deepEqual(lines, ['end']);
});

test('an exhausted stack inside a port call shows no error of the host', t => {
  const { lines, fault } = start(
    `
    const journal = ports.flash.open('journal');
    const calls = [
      () => ports.clock.monotonic(), () => journal.read(0, 8), () => journal.write(0, new Uint8Array(8)),
      () => ports.network.connect({ host: 'h', port: 1 }), () => ports.console.log(''), () => ports.boot.setPending(1),
    ];
    let strange = 0;
    let caught = 0;
    for (const call of calls) {
      (function deeper() {
        try { call(); } catch (error) { caught++; if (!(error instanceof own.Error)) strange++; }
        deeper();
      }).call === 0;
      const dive = depth => { try { call(); } catch (error) { caught++; if (!(error instanceof own.Error)) strange++; }
        dive(depth + 1); };
      try { dive(0); } catch (error) { caught++; if (!(error instanceof own.Error)) strange++; }
    }
    ports.console.log('strange ' + strange + ' of some ' + (caught > 6));`,
    inspector,
  );
  t.is(fault, undefined);
  t.is(lines.filter(line => line !== '').at(-1), 'strange 0 of some true');
});

test('call sites of the stack give no function or object of the host away', t => {
  const { lines, timers } = start(
    `
    Error.prepareStackTrace = (error, sites) => {
      const found = foreign(sites, 'sites');
      for (const site of sites) {
        for (const what of ['getThis', 'getFunction', 'getEvalOrigin', 'getTypeName', 'getFileName'])
          found.push(...foreign(site[what](), what));
      }
      return found.join('\\n');
    };
    const check = () => ports.console.log(new Error('x').stack);
    check();
    ports.clock.after(1, check);
    try { ports.flash.open('nope'); } catch (error) { ports.console.log(error.stack); }`,
    inspector,
  );
  for (const timer of timers) timer();
  t.deepEqual(lines, ['', '', '']);
});

test('built-ins that an image replaces are not shown anything of the host', async t => {
  const { lines, fault, timers, connections, handlers } = start(
    `
    const shown = [];
    const spy = (target, name) => {
      const before = target[name];
      Object.defineProperty(target, name, { configurable: true, writable: true, value: function (...values) {
        shown[shown.length] = this;
        for (let i = 0; i < values.length; i++) shown[shown.length] = values[i];
        return Reflect_apply(before, this, values);
      } });
    };
    const Reflect_apply = Reflect.apply;
    for (const [target, names] of [
      [Function.prototype, ['call', 'apply', 'bind']], [Map.prototype, ['get', 'set', 'delete', 'has']],
      [Array.prototype, ['includes', 'push', 'map']], [Promise.prototype, ['then', 'catch', 'finally']],
      [JSON, ['parse', 'stringify']], [String.prototype, ['split', 'slice']], [Uint8Array.prototype, ['set', 'slice']],
      [Reflect, ['apply']], [Object.prototype, ['toString', 'valueOf']],
    ]) for (const name of names) spy(target, name);
    Object.defineProperty(Error, Symbol.hasInstance, { configurable: true, value: v => { shown[shown.length] = v; return false; } });
    Object.defineProperty(Object.prototype, 'then', { configurable: true, get() { shown[shown.length] = this; } });
    const journal = ports.flash.open('journal');
    journal.write(0, journal.read(0, 4));
    try { journal.erase(1); } catch {}
    const socket = ports.network.connect({ host: 'h', port: 1, onReadable() {}, onClosed() {}, onWritable() {} });
    socket.write(socket.read(2));
    ports.console.onRequest(async (method, parameters) => ({ method, parameters }));
    ports.clock.after(1, () => {
      delete Object.prototype.then;
      delete Error[Symbol.hasInstance];
      const all = shown.splice(0);
      ports.console.log('shown ' + (all.length > 20));
      for (const value of all) for (const line of foreign(value, 'shown')) ports.console.log(line);
      ports.console.log('end');
    });`,
    inspector,
  );
  t.is(fault, undefined);
  connections[0].onReadable(2);
  connections[0].onWritable(2);
  t.deepEqual(await handlers[0]('m', { a: 1 }), { method: 'm', parameters: { a: 1 } });
  connections[0].onClosed();
  for (const timer of timers) timer();
  t.deepEqual(lines, ['shown true', 'end']);
});

test('a thrown value that is made to be inspected is described without giving anything away', t => {
  const { realm } = start('');
  const trap = start(
    `
    const hostile = {
      [Symbol.for('nodejs.util.inspect.custom')](...values) { ports.console.log('inspected'); return values; },
      get stack() { ports.console.log('stack'); return { toString() { throw 1; } }; },
    };
    throw hostile;`,
    inspector,
  );
  t.is(trap.fault, 'an error that cannot be shown');
  t.deepEqual(trap.lines, ['stack']);
  t.is(realm.describe(null), 'null');
  t.is(realm.describe('x'.repeat(5000)).length, 2001);
});

test('text cannot become code', t => {
  const { lines } = start(`
    const makers = [Function, (async () => {}).constructor, (function* () {}).constructor, eval];
    for (const maker of makers) try { maker('1'); ports.console.log('made'); } catch (error) {
      ports.console.log(error.name); }
    const indirect = eval;
    try { indirect('1'); ports.console.log('made'); } catch (error) { ports.console.log(error.name); }`);
  t.deepEqual(lines, Array(5).fill('EvalError'));
});

test('a text that loads a module is not a closed bundle, and does not run', t => {
  for (const source of [
    'import("node:fs")',
    'import ("node:fs")',
    'import\n("node:fs")',
    'import/**/("node:fs")',
    'import//\n("node:fs")',
    'import<!-- x\n("node:fs")',
    '[...import("node:fs")]',
    'x=import.meta',
  ]) {
    t.regex(notClosed(source) ?? '', /^it loads a module/, source);
    t.throws(
      () =>
        createRealm(
          source,
          () => true,
          () => {},
        ),
      { message: /loads a module/ },
    );
  }
  for (const source of ['important(1)', 'reimport(1)', '"an import of code"']) {
    t.is(notClosed(source), undefined, source);
  }
});

test('what an image does not catch is a fault: at its start, in a timer, in an event', t => {
  t.regex(start('throw new TypeError("at once")').fault ?? '', /^TypeError: at once\n {4}at .*image:1/);
  t.regex(start('none.such()').fault ?? '', /^ReferenceError: none is not defined/);
  const { faults, timers, connections } = start(`
    ports.clock.after(1, () => { throw new Error('in a timer'); });
    ports.network.connect({ host: 'h', port: 1, onReadable() { throw new Error('in an event'); } });`);
  for (const timer of timers) timer();
  connections[0].onReadable(1);
  t.regex(faults[0], /^Error: in a timer/);
  t.regex(faults[1], /^Error: in an event/);
  t.true(
    faults.every(fault => !/host-sim|node:/.test(fault)),
    'and shows no place of the host',
  );
});

test('after a restart the image has no effect: calls fail, no event comes', t => {
  const { lines, timers, connections, partition } = start(`
    const journal = ports.flash.open('journal');
    ports.clock.after(1, () => ports.console.log('timer'));
    ports.network.connect({ host: 'h', port: 1, onReadable: () => ports.console.log('readable'), onClosed() {} });
    ports.console.log('before');
    try { ports.boot.restart('update'); } catch {}
    try { journal.write(0, new Uint8Array(4)); } catch {}
    try { ports.console.log('after'); } catch {}`);
  for (const timer of timers) timer();
  connections[0].onReadable(1);
  t.deepEqual(lines, ['before']);
  t.deepEqual(partition.read(0, 4), new Uint8Array(4).fill(255));
});

test('timers and sockets are bounded, and what was given back can be had again', t => {
  const { lines } = start(`
    const many = make => { let count = 0; try { for (;;) { make(); count++; } } catch (error) {
      ports.console.log(count + ' ' + error.message); } };
    many(() => ports.clock.after(1000, () => {}));
    const sockets = [];
    const open = () => sockets.push(ports.network.connect({ host: 'h', port: 1, onClosed() {} }));
    many(open);
    sockets.pop().close();
    many(open);
    for (let i = 0; i < 1000; i++) { sockets.pop().close(); open(); }`);
  t.deepEqual(lines, ['256 too many timers', '16 too many sockets', '1 too many sockets']);
});

test('an image without a start is a fault, and text that does not parse says so', t => {
  const { bridge } = stage();
  t.regex(createRealm('var image = {};', bridge.call, bridge.attach).start() ?? '', /^TypeError/);
  t.regex(createRealm('1', bridge.call, bridge.attach).start() ?? '', /^TypeError/);
  t.throws(() => createRealm('var image = ;', bridge.call, bridge.attach), { message: /does not parse/ });
  t.throws(() => createRealm('throw new Error("early")', bridge.call, bridge.attach), {
    message: /^Error: early/,
  });
});
