/** A person who signs a checkpoint sees its age: liars and one honest signer make no old block new (protocol.md, Now). */
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import test, { type ExecutionContext } from 'ava';
import { privateKeyToAccount } from 'viem/accounts';
import { parseCheckpointFile, toText } from '../../../tools/checkpoint/file.js';
import { ageOf, CHECKPOINT_AGE_SECONDS_MAX, refuseOld } from '../../../tools/checkpoint/sign.js';
import { document, inProcess, temporaryDirectory } from '../support.js';

const fleet = `0x${'0f'.repeat(20)}`;
const keys = [1, 2].map(key => `0x${key.toString(16).padStart(64, '0')}`);
const hashOf = (number: number) => `0x${number.toString(16).padStart(64, '0')}`;
const nowSeconds = () => Math.floor(Date.now() / 1000);

interface Node {
  /** Number of its newest final block, and the age of each block in seconds. */
  finalized: number;
  age: number;
}

/** The operator's own node, as far as `holdfast checkpoint` asks it. */
async function startNode(t: ExecutionContext, node: Node): Promise<string> {
  const started = nowSeconds();
  const hex = (value: number) => `0x${value.toString(16)}`;
  const blockOf = (tag: string) => {
    const number = tag === 'finalized' ? node.finalized : Number(tag);
    return { number: hex(number), hash: hashOf(number), timestamp: hex(started - node.age) };
  };
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const piece of request) body += piece;
    const { id, method, params } = JSON.parse(body);
    const answers: Record<string, () => unknown> = {
      eth_chainId: () => '0x1',
      eth_getBlockByNumber: () => blockOf(params[0]),
      eth_getStorageAt: () => hashOf(0),
    };
    response.end(JSON.stringify({ jsonrpc: '2.0', id, result: answers[method]() }));
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  t.teardown(() => server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const HOUR = 3600;

test('the limit is 60 minutes of the signer’s clock, to the second', t => {
  const file = { timestamp: 1_000_000, number: 7 };
  t.is(CHECKPOINT_AGE_SECONDS_MAX, HOUR);
  const at = (age: number) => (file.timestamp + age) * 1000 + 999;
  for (const age of [-5, 0, 12, HOUR]) {
    t.is(ageOf(file, at(age)), age);
    t.notThrows(() => refuseOld(file, at(age)));
  }
  for (const age of [HOUR + 1, 40 * 24 * HOUR]) t.throws(() => refuseOld(file, at(age)), { code: 'too_old' });
});

for (const how of ['a new checkpoint', 'another’s checkpoint'] as const) {
  test(`${how} of an old block is signed by nobody who did not say so; a young one is, and its age is shown`, async t => {
    const directory = temporaryDirectory(t);
    const node = { finalized: 100, age: 20 * 60 };
    const rpc = await startNode(t, node);
    const sign = (key: string, ...more: string[]) =>
      inProcess(['checkpoint', '--rpc', rpc, '--fleet', fleet, '--directory', directory, ...more], {
        HOLDFAST_CHECKPOINT_KEYS: key,
      });
    const young = await sign(keys[0], '--json');
    t.is(young.status, 0, young.stderr);
    const { ageSeconds, file } = document(t, young);
    t.true(ageSeconds >= 20 * 60 && ageSeconds < 25 * 60);
    t.regex(young.stderr, /Block 100 is 2[0-4] minutes old/);

    node.age = 26 * HOUR;
    const old = parseCheckpointFile(readFileSync(file, 'utf8'));
    writeFileSync(file, toText({ ...old, timestamp: old.timestamp - 26 * HOUR + 20 * 60, signatures: [] }));
    const given = how === 'a new checkpoint' ? [] : ['--add', file];
    const before = readFileSync(file, 'utf8');
    const refused = await sign(keys[1], ...given, '--json');
    t.is(refused.status, 1);
    t.like(document(t, refused).error, { code: 'too_old' });
    t.regex(refused.stdout, /Block 100 is 26 hours old/);
    t.is(readFileSync(file, 'utf8'), before, 'nothing was written');

    const meant = await sign(keys[1], ...given, '--any-age');
    t.is(meant.status, 0, meant.stderr);
    t.regex(meant.stderr, /Warning: [^\n]*26 hours old/);
  });
}

test('a block that is not final by the signer’s own node is not signed, with or without --any-age', async t => {
  const directory = temporaryDirectory(t);
  const node = { finalized: 100, age: 60 };
  const rpc = await startNode(t, node);
  const sign = (...more: string[]) =>
    inProcess(['checkpoint', '--rpc', rpc, '--fleet', fleet, '--directory', directory, '--json', ...more], {
      HOLDFAST_CHECKPOINT_KEYS: keys[0],
    });
  const { file } = document(t, await sign());
  node.finalized = 99;
  for (const more of [[], ['--any-age']]) {
    const refused = await sign('--add', file, ...more);
    t.is(refused.status, 1);
    t.is(document(t, refused).error.code, 'not_final');
  }
  node.finalized = 101;
  t.is((await sign('--add', file)).status, 0);
});

test('a key that a signer elsewhere holds adds its signature, and both together count as two keys at hand would', async t => {
  const directory = temporaryDirectory(t);
  const rpc = await startNode(t, { finalized: 100, age: 60 });
  const account = privateKeyToAccount(keys[1] as `0x${string}`);
  const signer = createServer(async (request, response) => {
    let body = '';
    for await (const piece of request) body += piece;
    const { id, params } = JSON.parse(body);
    const result = await account.signTypedData(JSON.parse(params[1]));
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ jsonrpc: '2.0', id, result }));
  });
  await new Promise<void>(resolve => signer.listen(0, '127.0.0.1', resolve));
  t.teardown(() => signer.close());
  const place = `http://127.0.0.1:${(signer.address() as AddressInfo).port}#${account.address}`;
  const signedBy = async (list: string) => {
    const ran = await inProcess(
      ['checkpoint', '--rpc', rpc, '--fleet', fleet, '--directory', directory, '--json'],
      { HOLDFAST_CHECKPOINT_KEYS: list },
    );
    return parseCheckpointFile(readFileSync(document(t, ran).file, 'utf8')).signatures;
  };
  t.deepEqual(await signedBy(`${keys[0]},${place}`), await signedBy(`${keys[0]},${keys[1]}`));
});

test('a block far ahead of the signer’s clock is signed with a warning: the clock measures nothing', async t => {
  const rpc = await startNode(t, { finalized: 100, age: -2 * HOUR });
  const ran = await inProcess(
    ['checkpoint', '--rpc', rpc, '--fleet', fleet, '--directory', temporaryDirectory(t), '--json'],
    { HOLDFAST_CHECKPOINT_KEYS: keys[0] },
  );
  t.is(ran.status, 0, ran.stderr);
  t.regex(document(t, ran).warnings[0], /ahead of the clock of this machine/);
});
