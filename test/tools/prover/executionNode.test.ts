/** The meaning of an execution node's refusals: it does not have the thing, or it should be asked again later. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import test from 'ava';
import { portableCrypto } from '../../../firmware/crypto/portable.js';
import { HandClock } from '../../../host-sim/testing/handClock.js';
import { ExecutionNode } from '../../../tools/prover/executionNode.js';
import { firstAnswer } from '../../../tools/prover/firstAnswer.js';
import type { ProblemKind } from '../../../tools/prover/upstream.js';
import { type ProverEvent, Watch } from '../../../tools/prover/watch.js';
import { word } from '../../fakes/bytes.js';

type Scripted = { result: unknown } | { error: unknown } | { status: number };

/** A node that answers every call with `scripted`. */
async function withNode(
  scripted: Scripted,
  run: (node: ExecutionNode, watch: Watch, events: ProverEvent[]) => Promise<void>,
): Promise<void> {
  const server = createServer((request, response) => {
    request.resume();
    if ('status' in scripted) response.writeHead(scripted.status).end();
    else response.end(JSON.stringify({ jsonrpc: '2.0', id: 1, ...scripted }));
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const events: ProverEvent[] = [];
  const clock = new HandClock();
  const node = new ExecutionNode({ url, name: 'node', crypto: portableCrypto(), clock, timeoutMs: 1 });
  try {
    await run(node, new Watch(event => events.push(event)), events);
  } finally {
    server.closeAllConnections();
    await new Promise(resolve => server.close(resolve));
  }
}

const kindOf = async (work: Promise<unknown>): Promise<ProblemKind | 'answered'> =>
  work.then(
    () => 'answered' as const,
    error => error.kind,
  );

const refusals: readonly [title: string, kind: ProblemKind, scripted: Scripted][] = [
  ['a limit on requests', 'limited', { error: { code: -32005, message: 'limit exceeded' } }],
  ['a limit in words alone', 'limited', { error: { code: -32000, message: 'Too many requests, slow down' } }],
  ['a limit as an HTTP status', 'limited', { status: 429 }],
  ['a fault of its own', 'unreachable', { error: { code: -32603, message: 'Internal error' } }],
  ['an error without code and message', 'unreachable', { error: {} }],
  ['an error that is none', 'malformed', { error: 'no' }],
  [
    'a state that it pruned',
    'missing',
    { error: { code: -32000, message: 'missing trie node ab (path 0)' } },
  ],
  ['a block that it does not know', 'missing', { error: { code: -32000, message: 'header not found' } }],
  ['a block that is not there', 'missing', { result: null }],
  ['a method that it does not have', 'missing', { error: { code: -32601, message: 'Method not found' } }],
];

for (const [title, kind, scripted] of refusals) {
  test(`${title} counts as ${kind}`, async t => {
    await withNode(scripted, async node => {
      t.is(await kindOf(node.header(word(1))), kind);
    });
  });
}

test('boards are told to come again where a node limits its rate, and that there is none where it has none', async t => {
  const ask = (watch: Watch, node: ExecutionNode) => firstAnswer(watch, [node], () => node.header(word(1)));
  await withNode({ error: { code: 429, message: 'slow down' } }, async (node, watch, events) => {
    await t.throwsAsync(ask(watch, node), { message: /slow down/ });
    t.like(events, [{ kind: 'trouble', node: 'node', code: 'limited' }]);
  });
  await withNode({ result: null }, async (node, watch, events) => {
    t.is(await ask(watch, node), undefined);
    t.deepEqual(events, []);
  });
});

test('a node that does not tell its chain is named to the operator, however it says so', async t => {
  for (const scripted of [
    { result: null },
    { result: 'nonsense' },
    { error: { code: -32601, message: 'Method not found' } },
    { error: { code: -32603, message: 'Internal error' } },
  ]) {
    await withNode(scripted, async (node, watch, events) => {
      await t.throwsAsync(firstAnswer(watch, [node], () => node.chainId()));
      t.like(events, [{ node: 'node' }], JSON.stringify(scripted));
    });
  }
  await withNode({ result: '0x7a69' }, async (node, watch, events) => {
    t.is(await firstAnswer(watch, [node], () => node.chainId()), 31337);
    t.deepEqual(events, []);
  });
});
