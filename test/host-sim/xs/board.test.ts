/** Properties of a board in XS that a board in Node cannot have: its memory is a chip's. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { absentInXs } from '../../structure/emitted.js';
import { xsTest } from '../engine/withXs.js';
import { outlivesItsAppsModule } from '../process/appModule.js';
import { drivesBuses, opensBuses } from '../process/buses.js';
import { boardWith, probeImage } from '../process/probe.js';
import { runScript } from './scripts.js';

const image = (body: string, before = '') =>
  `"use strict"; var image = (() => { ${before}; return { start(ports) { ${body} } }; })();`;

xsTest(
  'buses are driven and read at the console, by the devices that the board was started with',
  async t => {
    await drivesBuses(t, options =>
      boardWith(t, probeImage(1, opensBuses), { ...options, engine: { name: 'xs' } }),
    );
  },
);

xsTest('a board whose confirmed app throws as its module loads goes on without it', async t => {
  await outlivesItsAppsModule(t, { name: 'xs' });
});

xsTest('XS lacks each method that scripts for it are searched for', async (t, program) => {
  const { logs } = await runScript(
    program,
    image(`
      const names = ${JSON.stringify([...absentInXs])};
      const seen = new Set();
      const walk = value => {
        if (Object(value) !== value || seen.has(value)) return;
        seen.add(value);
        for (const key of Reflect.ownKeys(value)) {
          const { get, value: held } = Reflect.getOwnPropertyDescriptor(value, key);
          if (names.includes(key)) ports.console.log(key);
          walk(get);
          walk(held);
        }
        walk(Object.getPrototypeOf(value));
      };
      walk(globalThis);
      ports.console.log(seen.size > 500 ? 'all of it' : 'only ' + seen.size);
      ports.boot.restart('update');`),
    ['--heap', '0'],
  );
  t.deepEqual(logs, ['all of it']);
});

xsTest(
  'code is not made from text, no module is loaded, and what XS has beyond the language is gone',
  async (t, program) => {
    const { logs, fault } = await runScript(
      program,
      image(`
      const tried = [];
      for (const attempt of [() => eval('1'), () => new Function('return 1')(), () => (() => {}).constructor('1')()]) {
        try { attempt(); tried.push('works'); } catch (error) { tried.push('fails'); }
      }
      ports.console.log(tried.join() + ' ' + ['Atomics', 'SharedArrayBuffer', 'Compartment', 'harden', 'console']
        .map(name => typeof globalThis[name]).join());
      ports.boot.restart('update');`),
    );
    t.is(fault, undefined);
    t.deepEqual(logs, ['fails,fails,fails undefined,undefined,undefined,undefined,undefined']);
  },
);

xsTest(
  'each way to run out of memory is a fault that says so; a frugal twin ends as it wants to',
  async (t, program) => {
    const ways: Record<string, [string, RegExp]> = {
      slots: ['const all = []; for (;;) all.push({});', /^out of memory$/],
      chunks: ['const all = []; for (;;) all.push(new Uint8Array(1000));', /^out of memory$/],
      text: ["let text = 'x'; for (;;) text += text;", /^out of memory$/],
      stack: ['(function deeper() { deeper(); return 1; })();', /^stack overflow$/],
      names: ["for (let i = 0; ; i++) ({})['name' + i] = i;", /^out of (names|memory)$/],
    };
    for (const [name, [body, reason]] of Object.entries(ways)) {
      const { code, fault } = await runScript(
        program,
        image(`try { ${body} } catch (error) { ports.console.log('caught'); }`),
      );
      t.is(code, 70, name);
      t.regex(fault ?? '', reason, name);
    }
    const frugal = image(
      `let last; for (let i = 0; i < 200000; i++) last = [{ i }, new Uint8Array(100), 'x' + i]; ports.boot.restart('update');`,
    );
    t.is((await runScript(program, frugal)).code, 75);
  },
);

xsTest(
  'with less and less memory it either does all of its work or none of what comes after',
  async (t, program) => {
    // Writes a record in two steps, as a journal does; what must not be seen is the second without the first.
    const body = `
    const journal = ports.flash.open('journal');
    const work = [];
    for (let i = 0; i < 150; i++) work.push({ i, bytes: new Uint8Array(32).fill(i) });
    journal.erase(0);
    for (let i = 0; i < 100; i++) journal.write(i * 32, ports.crypto.keccak256(work[i].bytes));
    journal.write(4064, Uint8Array.of(1));
    ports.console.log('done');
    ports.boot.restart('update');`;
    const seen = new Set<string>();
    let worked = false;
    for (let heap = 40_000; heap <= 200_000; heap += 8_000) {
      const { code, fault, logs } = await runScript(program, image(body), [
        '--heap',
        `${heap}`,
        '--stack',
        '256',
      ]);
      seen.add(`${code}`);
      if (code === 75) t.deepEqual(logs, ['done'], `${heap}`);
      else t.regex(fault ?? '', /^(out of memory|stack overflow)$/, `${heap}`);
      t.false(worked && code !== 75, `${heap} bytes are not enough, fewer were`);
      worked ||= code === 75;
    }
    t.deepEqual([...seen].sort(), ['70', '75']);
  },
);

xsTest('bytecode runs as its text does, and a torn one is refused whole', async (t, program) => {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-xs-'));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  const { execFileSync, spawnSync } = await import('node:child_process');
  const { writeFileSync } = await import('node:fs');
  const [text, code] = [join(folder, 'image.js'), join(folder, 'image.xsb')];
  writeFileSync(text, image("ports.console.log('same'); ports.boot.restart('update');"));
  execFileSync(program, ['--compile', text, code]);
  const run = (file: string) =>
    spawnSync(program, ['--script', file, '--heap', '300000'], { encoding: 'utf8' });
  t.is(run(code).stdout, run(text).stdout);
  t.regex(run(code).stdout, /same/);
  const whole = readFileSync(code);
  const torn = join(folder, 'torn.xsb');
  for (let length = 8; length < whole.length; length += 7) {
    writeFileSync(torn, whole.subarray(0, length));
    const { status, stdout } = run(torn);
    t.is(status, 70, `${length} bytes`);
    t.notRegex(stdout, /same/);
  }
});

xsTest(
  'host and native crypto run clean under AddressSanitizer and UndefinedBehaviorSanitizer',
  async (t, program) => {
    const lengths = [0, 1, 55, 56, 63, 64, 135, 136, 137, 271, 272, 1000];
    const { code, fault, errors, logs } = await runScript(
      program,
      image(
        `
        const { crypto, flash, entropy, network } = ports;
        for (const length of ${JSON.stringify(lengths)}) {
          const bytes = new Uint8Array(length + 3).subarray(3);
          crypto.keccak256(bytes);
          const hash = crypto.sha256();
          for (let i = 0; i < 5; i++) hash.update(bytes);
          hash.digest();
        }
        const key = new Uint8Array(32);
        for (let i = 0; i < 100; i++) {
          entropy.fill(key);
          const digest = crypto.keccak256(key);
          const signature = crypto.sign(digest, key);
          signature[i % 65] ^= i & 1;
          crypto.recoverAddress(digest, signature);
          crypto.addressOf(key);
        }
        const refused = [];
        for (const call of [
          () => flash.open('journal').read(-1, 4), () => flash.open('journal').read(0, 1e18),
          () => flash.open('journal').read(NaN, 1), () => flash.open('journal').erase(1),
          () => flash.open('journal').write(65535, new Uint8Array(2)), () => flash.open('nothing'),
          () => flash.open('x'.repeat(1000)), () => entropy.fill(new Uint8Array(70000)),
          () => crypto.keccak256('text'), () => crypto.keccak256(), () => crypto.sign(key, key.subarray(1)),
          () => ports.boot.running.read(-1, 1), () => ports.boot.setPending(1e300), () => ports.boot.restart('why'),
        ]) try { call(); refused.push('no'); } catch (error) { refused.push('yes'); }
        ports.console.log(refused.join());
        network.connect({ host: 'x'.repeat(300), port: 1, onReadable() {}, onWritable() {}, onClosed() {} });`
          .replace('network.connect', 'try { network.connect')
          .replace('onClosed() {} });', "onClosed() {} }); } catch (error) {} ports.boot.restart('update');"),
      ),
      ['--heap', '400000'],
    );
    t.is(errors, '');
    t.is(code, 75, fault);
    t.deepEqual(logs, [Array(14).fill('yes').join()]);
  },
  'sanitized',
);
