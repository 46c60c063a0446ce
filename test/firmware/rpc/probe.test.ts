import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import test from 'ava';
import { text } from '../../../firmware/json/shape.js';
import { JsonRpcEndpoint } from '../../../firmware/rpc/client.js';
import { type ProbeResult, probe } from '../../../firmware/rpc/probe.js';
import { nodeNetwork } from '../../../host-sim/node/network/socket.js';
import { answering, clock, freePort, httpAnswer } from './support.js';

const network = nodeNetwork();

interface Request {
  id: number;
  method: string;
  params: [string, unknown, unknown];
}

const hash = `0x${'ab'.repeat(32)}`;
const error = (code: number, message: string) => ({ error: { code, message } });
const good = (request: Request): object => {
  if (request.method === 'eth_chainId') return { result: '0x7a69' };
  if (request.method === 'eth_getProof') return { result: { accountProof: ['0x80'] } };
  return { result: { number: request.params[0] === 'latest' ? '0x64' : '0x24', hash } };
};

async function probeOf(answer: (request: Request) => object): Promise<ProbeResult> {
  const server = await answering(body => {
    return httpAnswer(
      JSON.stringify({ id: (JSON.parse(body) as Request).id, ...answer(JSON.parse(body) as Request) }),
    );
  });
  const endpoint = new JsonRpcEndpoint({ network, clock, url: server.url });
  const result = await probe(endpoint);
  endpoint.close();
  await server.close();
  return result;
}

const outcome = (result: ProbeResult) =>
  result.verdict === 'accepted' ? result.value : result.verdict === 'rejected' ? result.code : result.cause;

test('an endpoint that proves is accepted with what it knows', async t => {
  t.deepEqual(outcome(await probeOf(good)), {
    chainId: 31337,
    latest: 100,
    finalized: 36,
    provesByHash: true,
  });
});

test('without eth_getProof it is unsupported', async t => {
  const refuse = (request: Request) =>
    request.method === 'eth_getProof'
      ? error(-32601, 'the method eth_getProof does not exist/is not available')
      : good(request);
  const result = await probeOf(refuse);
  t.is(outcome(result), 'unsupported');
  t.regex(result.verdict === 'undetermined' ? result.evidence : '', /^eth_getProof at latest: error -32601/);
});

test('proving the newest block only it is pruned, and the evidence says how far back', async t => {
  const result = await probeOf(request => {
    const newest = request.method !== 'eth_getProof' || request.params[2] === 'latest';
    return newest ? good(request) : error(-32602, 'distance to target block exceeds maximum proof window');
  });
  t.is(outcome(result), 'pruned');
  t.regex(result.verdict === 'undetermined' ? result.evidence : '', /block 36, 64 back/);
});

test('proving by number and not by hash is accepted and told', async t => {
  const result = await probeOf(request =>
    typeof request.params[2] === 'object' ? error(-32602, 'invalid argument 2') : good(request),
  );
  t.deepEqual(outcome(result), { chainId: 31337, latest: 100, finalized: 36, provesByHash: false });
});

test('without a finalized tag the newest block serves', async t => {
  const result = await probeOf(request =>
    request.params[0] === 'finalized' ? error(-32602, 'unknown tag') : good(request),
  );
  t.deepEqual(outcome(result), { chainId: 31337, latest: 100, finalized: undefined, provesByHash: true });
});

test('nonsense in place of a chain id, a block or a proof is malformed', async t => {
  for (const [method, result] of [
    [/chainId/, 'x'],
    [/Header|Block/, null],
    [/Header|Block/, { number: 100, hash }],
    [/getProof/, null],
    [/getProof/, { accountProof: [] }],
    [/getProof/, { accountProof: [1] }],
  ] as const) {
    const answered = await probeOf(request => (method.test(request.method) ? { result } : good(request)));
    t.is(outcome(answered), 'malformed', `${method} ${JSON.stringify(result)}`);
  }
});

for (const [title, flags, expected] of [
  ['anvil proves', [], 'accepted'],
  ['anvil that prunes history is named as pruned', ['--prune-history'], 'pruned'],
] as const) {
  test(title, async t => {
    let binary: string;
    try {
      binary = createRequire(import.meta.url).resolve('@foundry-rs/anvil-linux-amd64/bin/anvil');
    } catch {
      if (process.env.HOLDFAST_REQUIRE_TOOLS) t.fail('anvil is required here and not installed');
      t.log('SKIPPED: no anvil for this platform');
      return t.pass();
    }
    const port = await freePort();
    const child = spawn(binary, ['--port', String(port), '--silent', ...flags], { stdio: 'ignore' });
    const exited = new Promise(resolve => child.on('exit', resolve));
    const endpoint = new JsonRpcEndpoint({ network, clock, url: `http://127.0.0.1:${port}/` });
    try {
      for (let attempt = 0; attempt < 100; attempt++) {
        const mined = await endpoint.call({
          method: 'anvil_mine',
          params: ['0x64'],
          result: text(8),
          keptBytesMax: 16,
        });
        if (mined.verdict === 'accepted') break;
        await new Promise(resolve => setTimeout(resolve, 50));
      }
      const result = await probe(endpoint);
      if (expected === 'accepted') {
        t.deepEqual(outcome(result), { chainId: 31337, latest: 100, finalized: 36, provesByHash: true });
      } else t.is(outcome(result), expected);
    } finally {
      endpoint.close();
      child.kill();
      await exited;
    }
  });
}
