import { randomFillSync } from 'node:crypto';
import vm from 'node:vm';
import test from 'ava';
import { text as textShape } from '../../../../firmware/json/shape.js';
import type { MqttClient, MqttClientOptions } from '../../../../firmware/mqtt/client.js';
import type { JsonRpcEndpoint, JsonRpcEndpointOptions } from '../../../../firmware/rpc/client.js';
import { BundleError, bundleFirmware } from '../../../../host-sim/node/bundle/firmware.js';
import { nodeNetwork } from '../../../../host-sim/node/network/socket.js';
import { aedesBroker } from '../../../firmware/mqtt/support.js';
import { answering, clock, httpAnswer } from '../../../firmware/rpc/support.js';

const messaging = `
  export { MqttClient } from './firmware/mqtt/client.js';
  export { JsonRpcEndpoint } from './firmware/rpc/client.js';
  export const text = (bytes) => String.fromCharCode(...bytes);
  export const bytes = (text) => Uint8Array.from(text, (character) => character.charCodeAt(0));
  export const isBytes = (value) => value instanceof Uint8Array;
  export const globals = Object.getOwnPropertyNames(globalThis);
`;

interface Messaging {
  MqttClient: new (options: MqttClientOptions) => MqttClient;
  JsonRpcEndpoint: new (options: JsonRpcEndpointOptions) => JsonRpcEndpoint;
  text(bytes: Uint8Array): string;
  bytes(text: string): Uint8Array;
  isBytes(value: unknown): boolean;
  globals: string[];
}

/** A context with the language and nothing else; V8 gives even a bare one a console of its own. */
function run<T>(text: string): { image: T; Bytes: Uint8ArrayConstructor } {
  const context = vm.createContext({});
  vm.runInContext('delete globalThis.console; delete globalThis.WebAssembly;', context);
  vm.runInContext(text, context, { filename: 'image.js' });
  return { image: vm.runInContext('image', context), Bytes: vm.runInContext('Uint8Array', context) };
}

for (const minify of [true, false]) {
  test(`the messaging of a board runs in a bare context and really connects (minify: ${minify})`, async t => {
    const { text } = await bundleFirmware({ stdin: { contents: messaging }, minify });
    t.log(`${text.length} bytes`);
    const { image, Bytes } = run<Messaging>(text);
    for (const name of [
      'console',
      'setTimeout',
      'TextEncoder',
      'Buffer',
      'process',
      'URL',
      'queueMicrotask',
    ]) {
      t.false(image.globals.includes(name), name);
    }
    const network = nodeNetwork({ Uint8Array: Bytes });

    const broker = await aedesBroker();
    for (const protocolVersion of [4, 5] as const) {
      const received: Array<[string, string, boolean]> = [];
      const got = new Promise<void>(resolve => {
        const client = new image.MqttClient({
          network,
          clock,
          entropy: { fill: target => void randomFillSync(target) },
          host: '127.0.0.1',
          port: broker.port,
          clientId: `bare ${protocolVersion}`,
          protocolVersion,
          will: { topic: 'presence', payload: image.bytes('offline'), qos: 1, retain: true },
          onMessage(topic, payload) {
            received.push([topic, image.text(payload), image.isBytes(payload)]);
            client.close();
            resolve();
          },
        });
        void client.subscribe('t/+').then(async outcome => {
          t.is(outcome, 'granted');
          t.is(await client.publish('t/1', image.bytes('hello')), 'delivered');
        });
      });
      await got;
      t.deepEqual(received, [['t/1', 'hello', true]]);
    }
    await broker.close();

    const server = await answering(body => {
      const { id, method } = JSON.parse(body) as { id: number; method: string };
      return httpAnswer(JSON.stringify({ jsonrpc: '2.0', id, result: `${method} é` }));
    });
    const endpoint = new image.JsonRpcEndpoint({ network, clock, url: server.url });
    const answer = await endpoint.call({ method: 'a', params: [], result: textShape(8), keptBytesMax: 16 });
    t.is(JSON.stringify(answer), JSON.stringify({ verdict: 'accepted', value: 'a é' }));
    endpoint.close();
    await server.close();
  });
}

test('a Node built-in fails the bundle and is named with its importer, the twin without it passes', async t => {
  for (const name of ['node:fs', 'fs', 'node:crypto', 'fs/promises', 'node:net', 'timers']) {
    const error = await t.throwsAsync(
      bundleFirmware({ stdin: { contents: `import * as x from '${name}'; export const y = x;` } }),
      { instanceOf: BundleError },
    );
    t.true(error?.message.includes(`${name} is a Node built-in and no board has it`), error?.message);
  }
  const { text } = await bundleFirmware({ stdin: { contents: 'export const y: number = 1;' } });
  t.is(run<{ y: number }>(text).image.y, 1);
});

test('what does not resolve or parse fails the bundle with file and line', async t => {
  const missing = bundleFirmware({ stdin: { contents: "\nimport x from './nowhere.js'; x;" } });
  t.regex((await t.throwsAsync(missing, { instanceOf: BundleError }))!.message, /<stdin>:2: .*nowhere/);
  const broken = bundleFirmware({ stdin: { contents: 'export const = 1' } });
  t.regex((await t.throwsAsync(broken, { instanceOf: BundleError }))!.message, /<stdin>:1/);
  await t.throwsAsync(bundleFirmware({}), { instanceOf: BundleError });
  await t.throwsAsync(bundleFirmware({ entry: 'firmware/nowhere.ts' }), { instanceOf: BundleError });
});

test('constants are defined, plugins run, and the same input gives the same text', async t => {
  const options = {
    stdin: { contents: "import { name } from 'given'; export const said = name + VERSION;" },
    define: { VERSION: '7' },
    plugins: [
      {
        name: 'given',
        setup(build: import('esbuild').PluginBuild) {
          build.onResolve({ filter: /^given$/ }, () => ({ path: 'given', namespace: 'given' }));
          build.onLoad({ filter: /.*/, namespace: 'given' }, () => ({
            contents: "export const name = 'image ';",
          }));
        },
      },
    ],
  };
  const first = await bundleFirmware(options);
  t.is(run<{ said: string }>(first.text).image.said, 'image 7');
  t.is((await bundleFirmware(options)).text, first.text);
});

test('nothing of where the repository lies gets into the text, and inputs are told', async t => {
  const { text, inputs } = await bundleFirmware({ entry: 'firmware/mqtt/client.ts', minify: false });
  t.false(text.includes(process.cwd()));
  t.true(inputs.includes('firmware/mqtt/shims/bl.cjs'));
  t.true(inputs.includes('firmware/mqtt/client.ts'));
  t.false(
    inputs.some(input => input.startsWith('node_modules/bl/') || input.startsWith('node_modules/debug/')),
  );
});
