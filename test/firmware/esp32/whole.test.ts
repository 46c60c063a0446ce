import { join } from 'node:path';
import vm from 'node:vm';
import test, { type ExecutionContext } from 'ava';
import type * as esbuild from 'esbuild';
import { bundleFirmware } from '../../../host-sim/node/bundle/firmware.js';
import { nodeClock } from '../../../host-sim/node/clock.js';
import { repositoryRoot } from '../../../host-sim/node/repository.js';
import { bundleChip, RELAY } from '../../../tools/moddable/chipBundle.js';
import { xsTest } from '../../host-sim/engine/withXs.js';
import { runScript } from '../../host-sim/xs/scripts.js';

/** The modules of the SDK that firmware/esp32/main.ts imports, and their stand-ins. */
const stands: Record<string, string> = {
  'embedded:io/analog': 'Analog',
  'embedded:io/digital': 'Digital',
  'embedded:io/i2c': 'NoBus',
  'embedded:io/pwm': 'NoBus',
  'embedded:io/serial': 'NoBus',
  'embedded:io/socket/tcp': 'TCP',
  'embedded:io/spi': 'NoBus',
  'embedded:network/interface/wifi': 'WiFi',
  'embedded:storage/flash': 'flash',
  'embedded:storage/key-value': 'keyValue',
  'mc/config': 'config',
  'mc/ffi': 'FFI',
  modules: 'Modules',
  net: 'Net',
  Resource: 'Resource',
  timer: 'Timer',
};

const sdkInPlace: esbuild.Plugin = {
  name: 'sdk-in-place',
  setup(build) {
    build.onResolve({ filter: /^esp32-firmware$/ }, () => ({
      path: join(repositoryRoot, 'firmware', 'esp32', 'main.ts'),
    }));
    build.onResolve({ filter: /^project\/app$/ }, () => ({
      path: join(repositoryRoot, 'firmware', 'apps', 'relay', 'app.ts'),
    }));
    build.onResolve({ filter: /.*/ }, ({ path }) =>
      path in stands ? { path, namespace: 'sdk' } : undefined,
    );
    build.onLoad({ filter: /.*/, namespace: 'sdk' }, ({ path }) => ({
      contents: `export { ${stands[path]} as default } from './test/firmware/esp32/inside/sdk.ts';`,
      resolveDir: repositoryRoot,
    }));
    build.onLoad({ filter: /native[\\/]moddable(Bls)?\.ts$/ }, () => ({
      contents:
        'export { nativeBlsFunctions, nativeFunctions, nativeJsonFunctions } ' +
        "from './test/firmware/esp32/inside/sdk.ts';",
      resolveDir: repositoryRoot,
    }));
  },
};

const bundled = bundleFirmware({
  entry: 'test/firmware/esp32/inside/main.ts',
  plugins: [sdkInPlace],
});

/** The same over what a chip gets: modules renamed throughout, with what it has in C left out. */
const chipInPlace: esbuild.Plugin = {
  name: 'chip-in-place',
  setup(build) {
    const chip = bundleChip(RELAY);
    build.onResolve({ filter: /^esp32-firmware$/ }, () => ({
      path: 'firmware/esp32/main',
      namespace: 'chip',
    }));
    build.onResolve({ filter: /shared\.js$/, namespace: 'chip' }, () => ({
      path: 'firmware/shared',
      namespace: 'chip',
    }));
    // Asked for only on a platform without BLS in C.
    build.onResolve({ filter: /portableBls$/, namespace: 'chip' }, ({ path }) => ({ path, external: true }));
    build.onLoad({ filter: /.*/, namespace: 'chip' }, async ({ path }) => ({
      contents: `import { nativeOf as native } from './test/firmware/esp32/inside/sdk.ts';\n${(await chip).modules.get(path)}`,
      resolveDir: repositoryRoot,
    }));
  },
};
const bundledForChip = bundleFirmware({
  entry: 'test/firmware/esp32/inside/main.ts',
  plugins: [chipInPlace, sdkInPlace],
});

interface Seen {
  restarted: number;
  restarts: number;
  slotState: number;
  stored: number;
  pins: [number, number][];
  seen: {
    hello?: object;
    log?: string;
    answer?: number;
    result?: Record<string, unknown>;
    error?: string;
    fault?: string;
  }[];
}

/** A clock whose timers end with the test: a board without a network tries for ever. */
function endingClock() {
  const cancels: (() => void)[] = [];
  let over = false;
  return {
    monotonic: nodeClock.monotonic,
    after(milliseconds: number, callback: () => void) {
      if (over) return () => {};
      const cancel = nodeClock.after(milliseconds, callback);
      cancels.push(cancel);
      return cancel;
    },
    end() {
      over = true;
      for (const cancel of cancels) cancel();
    },
  };
}

function judge(t: ExecutionContext, text: string): void {
  const { pins, restarted, restarts, seen, slotState, stored } = JSON.parse(text) as Seen;
  t.log(seen.map(line => JSON.stringify(line)).join('\n'));
  // Once for the bootloader's test, and that was seen and confirmed.
  t.is(restarted, 1);
  t.is(restarts, 1);
  t.is(slotState, 2);
  t.deepEqual(seen[0], { hello: { pid: 0, slot: 'A', state: 'confirmed', version: 7, length: 5096 } });
  const logs = seen.flatMap(({ log }) => (log === undefined ? [] : [log]));
  t.true(logs.includes('started by: power-on'));
  t.true(
    logs.some(line => /image 7 runs from slot A \(confirmed\), its bytes hash to 0x[0-9a-f]{64}/.test(line)),
  );
  t.true(logs.some(line => /key 0x[0-9a-f]{40}, Device 0x[0-9a-f]{40}/.test(line)));
  t.true(logs.some(line => /waits at its console to be configured/.test(line)));
  t.false(logs.some(line => /no updates/.test(line)));
  t.true(logs.some(line => /old one, without telemetry, config, crash, app_store.*chip flash/.test(line)));
  const answer = (number: number) => seen.find(line => line.answer === number)!;
  t.regex(String(answer(1).result!.key), /^0x[0-9a-f]{40}$/);
  t.deepEqual(answer(2).result, { state: 'joining', ssid: 'home', address: null });
  t.regex(answer(3).error!, /no such method/);
  t.true(stored > 0);
  t.deepEqual(pins, [[4, 0]]);
  t.false(JSON.stringify(seen).includes('correct horse'));
}

for (const [kind, made] of [
  ['main module', bundled],
  ['bundle', bundledForChip],
] as const) {
  test(`the ESP32’s ${kind} starts a board over the SDK’s modules, tests its bootloader once, and answers`, async t => {
    const { text } = await made;
    const clock = endingClock();
    t.teardown(clock.end);
    const said = await new Promise<string>((resolve, reject) => {
      const context = vm.createContext({});
      vm.runInContext(text, context);
      const ports = {
        clock,
        entropy: {
          fill: (target: Uint8Array) =>
            void target.set(crypto.getRandomValues(new Uint8Array(target.length))),
        },
        console: { log: resolve, onRequest() {} },
        boot: { restart() {} },
      };
      setTimeout(() => reject(new Error('nothing came')), 30_000).unref();
      vm.runInContext('image', context).start(ports);
    });
    judge(t, said);
  });

  xsTest(`the ${kind} in XS, with every module loaded and frozen before it starts`, async (t, program) => {
    const { text } = await made;
    // The stand-ins of the SDK call from a stack on which a chip has nothing.
    const run = await runScript(program, text, ['--heap', `${512 * 1024}`, '--stack', '640']);
    t.is(run.fault, undefined, run.errors);
    judge(t, run.logs[run.logs.length - 1]);
  });
}
