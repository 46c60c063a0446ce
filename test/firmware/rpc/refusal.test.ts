import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { causeOf, classifyRefusal, type Refusal } from '../../../firmware/rpc/refusal.js';
import { bundleFirmware } from '../../../host-sim/node/bundle/firmware.js';
import { repositoryRoot } from '../../../host-sim/node/repository.js';

/** As clients and providers really say it. */
const said: ReadonlyArray<readonly [Refusal, number | undefined, string]> = [
  ['pruned', -32000, 'missing trie node 67120b27ad8a3045 (path 0000010a060a0b) <nil>'],
  ['pruned', -32000, 'missing trie node 1f2e (path ) state 0x8b is not available, not found'],
  ['pruned', -32000, 'historical state 02203acdaff3ded2 is not available'],
  ['pruned', -32000, 'required historical state unavailable (reexec=128)'],
  ['pruned', -32000, "state histories haven't been fully indexed yet"],
  ['pruned', 4444, 'pruned history unavailable'],
  ['pruned', -32602, 'distance to target block exceeds maximum proof window'],
  ['pruned', -32603, 'State at block #11052984 is pruned'],
  [
    'pruned',
    -32000,
    'requested block is too old, block must be within 1000 blocks of the head block number (currently 3696916)',
  ],
  ['pruned', -32000, "proofs are available only for the 'latest' block"],
  ['pruned', -32000, 'old data not available due to pruning'],
  ['pruned', -32002, 'No state available for block 100 (0xd7f8)'],
  [
    'pruned',
    -32603,
    'Internal error: Nethermind.Trie.MissingTrieNodeException: Node A: P:2 H:0x99 is missing from the DB',
  ],
  ['pruned', -32000, 'World state unavailable'],
  [
    'pruned',
    -32000,
    'This request is not supported because your node is running with state pruning. Run with --pruning=archive.',
  ],
  ['pruned', -32000, 'project ID does not have access to archive state'],
  ['pruned', -32602, 'BlockOutOfRangeError: block height is 100 but requested was 36'],
  ['absent', -32602, 'BlockOutOfRangeError: block height is 100 but requested was 1280'],
  ['absent', -32001, 'Resource not found'],
  ['absent', -32000, 'header not found'],
  ['absent', -32000, 'header for hash not found'],
  ['absent', -32001, 'block not found: hash 0x01'],
  ['absent', -32000, 'Unknown block'],
  ['absent', -32000, 'hash 0x01 is not currently canonical'],
  ['unsupported', -32601, 'Method not found'],
  ['unsupported', -32601, 'the method eth_getProof does not exist/is not available'],
  ['unsupported', -32004, 'Method not supported'],
  ['unsupported', 403, 'method eth_getProof is not whitelisted'],
  ['unsupported', -32600, 'eth_getProof: unsupported method'],
  ['unsupported', -32000, 'the method is currently not implemented: eth_getProof'],
  ['unsupported', -32601, ''],
  ['limited', -32005, 'daily request count exceeded'],
  ['limited', 429, 'Your app has exceeded its compute units per second capacity'],
  [
    'limited',
    -32007,
    '50/second request limit reached - reduce calls per second or upgrade your account: rate limit',
  ],
  ['other', -32000, 'execution reverted'],
  ['other', -32602, 'invalid argument 0: json: cannot unmarshal hex string without 0x prefix'],
  ['other', undefined, ''],
];

for (const [refusal, code, message] of said) {
  test(`${refusal}: ${code} ${message.slice(0, 70)}`, t => {
    t.is(classifyRefusal(code, message), refusal);
  });
}

test('a refusal is one of the causes of the protocol', t => {
  const causes = (['unsupported', 'pruned', 'absent', 'limited', 'other'] as const).map(causeOf);
  t.deepEqual(causes, ['unsupported', 'pruned', 'unreachable', 'unreachable', 'unreachable']);
});

test('a board carries the words of refusals, not the places where they were found', async t => {
  const source = readFileSync(join(repositoryRoot, 'firmware/rpc/refusal.ts'), 'utf8');
  const { text } = await bundleFirmware({ entry: 'firmware/rpc/refusal.ts' });
  const signs = [...source.matchAll(/^ {2}\['\w+', (.+)\], \/\/ (.+)$/gm)];
  t.true(signs.length > 35);
  for (const [, words, where] of signs) {
    for (const [, word] of words.matchAll(/['"](.+?)['"](?:, |$)/g)) t.true(text.includes(word), word);
    for (const place of where.match(/\S+\.go|[A-Z]\w+Exception|"[^"]+"/g) ?? [])
      t.false(text.includes(place), place);
  }
});
