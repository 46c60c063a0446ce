import { createMerkleProof, createMPT, MerklePatriciaTrie } from '@ethereumjs/mpt';
import { RLP } from '@ethereumjs/rlp';
import { keccak_256 } from '@noble/hashes/sha3.js';
import test from 'ava';
import fc from 'fast-check';
import { fromHex, toHex } from '../../../firmware/bytes/hex.js';
import { encodeText } from '../../../firmware/bytes/text.js';
import { portableCrypto } from '../../../firmware/crypto/portable.js';
import { emptyRootHex, verifyTrieProof } from '../../../firmware/proof/trie.js';
import { vectorTest } from '../vectors.js';

const crypto = portableCrypto();

async function buildTrie(entries: Iterable<readonly [Uint8Array, Uint8Array]>): Promise<MerklePatriciaTrie> {
  const trie = await createMPT();
  for (const [key, value] of entries) await trie.put(key, value);
  return trie;
}

/** The oracle lists embedded nodes too; EIP-1186 lists only what is bound by a hash. */
async function prove(trie: MerklePatriciaTrie, key: Uint8Array): Promise<Uint8Array[]> {
  const nodes = await createMerkleProof(trie, key);
  return nodes.filter((node, index) => index === 0 || node.length >= 32);
}

const check = (trie: MerklePatriciaTrie, key: Uint8Array, nodes: readonly Uint8Array[]) =>
  verifyTrieProof(crypto, trie.root(), key, nodes);

const shown = (bytes: Uint8Array | undefined | null) => (bytes ? toHex(bytes) : 'absent');

/** Keys of one length that share long prefixes, so that extensions and embedded nodes appear. */
const key = fc
  .array(fc.constantFrom(0x00, 0x01, 0x10, 0x11, 0xff), { minLength: 6, maxLength: 6 })
  .map(bytes => Uint8Array.from(bytes));
const value = fc.oneof(
  fc.uint8Array({ minLength: 1, maxLength: 3 }),
  fc.uint8Array({ minLength: 30, maxLength: 34 }),
  fc.uint8Array({ minLength: 100, maxLength: 120 }),
);
const entries = fc.uniqueArray(fc.tuple(key, value), { maxLength: 24, selector: ([k]) => toHex(k) });

test('inclusion and exclusion in random tries, as the oracle has them', async t => {
  let present = 0;
  let absent = 0;
  let embedded = 0;
  await fc.assert(
    fc.asyncProperty(entries, fc.array(key, { minLength: 4, maxLength: 4 }), async (pairs, others) => {
      const trie = await buildTrie(pairs);
      for (const path of [...pairs.map(([k]) => k), ...others]) {
        const expected = await trie.get(path);
        const nodes = await prove(trie, path);
        if ((await createMerkleProof(trie, path)).length > nodes.length) embedded++;
        const verdict = check(trie, path, nodes);
        if (verdict.verdict === 'rejected') return t.fail(verdict.evidence);
        t.is(shown(verdict.value), shown(expected));
        if (expected) present++;
        else absent++;
      }
    }),
    { numRuns: 150 },
  );
  t.log({ present, absent, embedded });
  t.true(present > 100 && absent > 100 && embedded > 50);
});

test('keys of different length: values in branches', async t => {
  const anyKey = fc
    .array(fc.constantFrom(0x12, 0x13, 0x20), { minLength: 1, maxLength: 4 })
    .map(bytes => Uint8Array.from(bytes));
  const pairs = fc.uniqueArray(fc.tuple(anyKey, value), {
    minLength: 1,
    maxLength: 16,
    selector: ([k]) => toHex(k),
  });
  await fc.assert(
    fc.asyncProperty(pairs, fc.array(anyKey, { maxLength: 4 }), async (list, others) => {
      const trie = await buildTrie(list);
      for (const path of [...list.map(([k]) => k), ...others]) {
        const verdict = check(trie, path, await prove(trie, path));
        if (verdict.verdict === 'rejected') return t.fail(verdict.evidence);
        t.is(shown(verdict.value), shown(await trie.get(path)));
      }
    }),
    { numRuns: 100 },
  );
});

test('a missing, an extra, a repeated, a swapped or a changed node is no proof', async t => {
  await fc.assert(
    fc.asyncProperty(
      entries.filter(pairs => pairs.length > 1),
      fc.nat(),
      fc.nat(),
      fc.integer({ min: 1, max: 255 }),
      async (pairs, pick, place, flip) => {
        const trie = await buildTrie(pairs);
        const path = pairs[pick % pairs.length][0];
        const nodes = await prove(trie, path);
        const at = place % nodes.length;
        const changed = Uint8Array.from(nodes[at]);
        changed[place % changed.length] ^= flip;
        const attempts: Uint8Array[][] = [
          [],
          nodes.filter((_, index) => index !== at),
          [...nodes, nodes[at]],
          [...nodes.slice(0, at), nodes[at], ...nodes.slice(at)],
          [...nodes, Uint8Array.of(0x80)],
          nodes.map((node, index) => (index === at ? changed : node)),
        ];
        if (nodes.length > 1) attempts.push([...nodes].reverse());
        for (const attempt of attempts) t.is(check(trie, path, attempt).verdict, 'rejected');
        t.is(check(trie, path, nodes).verdict, 'accepted');
      },
    ),
    { numRuns: 150 },
  );
});

test('a proof of one key says nothing of another that lies deeper', async t => {
  const pairs = Array.from(
    { length: 200 },
    (_, i) => [keccak_256(Uint8Array.of(i)), Uint8Array.of(i + 1)] as const,
  );
  const trie = await buildTrie(pairs);
  const nodes = await prove(trie, pairs[0][0]);
  let refused = 0;
  for (const [other] of pairs.slice(1)) {
    const verdict = check(trie, other, nodes);
    t.is(verdict.verdict, 'rejected', toHex(other));
    refused++;
  }
  t.is(refused, 199);
  t.deepEqual(check(trie, pairs[0][0], nodes), { verdict: 'accepted', value: Uint8Array.of(1) });
});

test('the empty trie: no node, or the one of an empty string, and nothing else', t => {
  const root = fromHex(emptyRootHex)!;
  const path = new Uint8Array(32);
  t.deepEqual(verifyTrieProof(crypto, root, path, []), { verdict: 'accepted', value: undefined });
  t.deepEqual(verifyTrieProof(crypto, root, path, [Uint8Array.of(0x80)]), {
    verdict: 'accepted',
    value: undefined,
  });
  for (const nodes of [
    [Uint8Array.of(0x80), Uint8Array.of(0x80)],
    [Uint8Array.of(0xc0)],
    [new Uint8Array()],
  ]) {
    t.is(verifyTrieProof(crypto, root, path, nodes).verdict, 'rejected');
  }
  const other = Uint8Array.from(root);
  other[31] ^= 1;
  t.is(verifyTrieProof(crypto, other, path, []).verdict, 'rejected');
  t.is(verifyTrieProof(crypto, other, path, [Uint8Array.of(0x80)]).verdict, 'rejected');
});

/** A one-node trie of whatever the test says, bound by its true hash. */
function single(items: unknown, path: Uint8Array) {
  const node = RLP.encode(items as Parameters<typeof RLP.encode>[0]);
  return verifyTrieProof(crypto, keccak_256(node), path, [node]);
}

test('nodes that hash right but are no nodes are no proof, each beside a good one', t => {
  const path = Uint8Array.of(0x12);
  const none = new Uint8Array();
  const hash = new Uint8Array(32).fill(7);
  const big = new Uint8Array(40).fill(9);
  const branch = (child: unknown, last: unknown = none) => [
    ...Array.from({ length: 16 }, (_, i) => (i === 1 ? child : none)),
    last,
  ];
  t.deepEqual(single([Uint8Array.of(0x20, 0x12), big], path), { verdict: 'accepted', value: big });
  t.deepEqual(single(branch([Uint8Array.of(0x32), Uint8Array.of(5)]), path), {
    verdict: 'accepted',
    value: Uint8Array.of(5),
  });
  t.deepEqual(single(branch(none), path), { verdict: 'accepted', value: undefined });
  for (const [why, items] of [
    ['string instead of a node', big],
    ['one item', [big]],
    ['three items', [none, none, none]],
    ['16 items', branch(hash).slice(1)],
    ['18 items', [...branch(hash), none]],
    ['empty key', [none, big]],
    ['key that is a list', [[Uint8Array.of(0x20)], big]],
    ['unknown flag', [Uint8Array.of(0x40, 0x12), big]],
    ['padding not zero', [Uint8Array.of(0x21, 0x12), big]],
    ['leaf without a value', [Uint8Array.of(0x20, 0x12), none]],
    ['leaf with a list as its value', [Uint8Array.of(0x20, 0x12), [big]]],
    ['extension over no nibble', [Uint8Array.of(0x00), hash]],
    ['extension to nothing', [Uint8Array.of(0x11), none]],
    ['extension to a short string', [Uint8Array.of(0x11), hash.subarray(1)]],
    ['branch to a short string', branch(hash.subarray(1))],
    ['branch to a long string', branch(big)],
    ['leaf with a third item', [Uint8Array.of(0x20, 0x12), big, none]],
    [
      'extension over no nibble to an embedded leaf',
      [Uint8Array.of(0x00), [Uint8Array.of(0x20, 0x12), Uint8Array.of(5)]],
    ],
    ['embedded node of 32 bytes', branch([Uint8Array.of(0x32), new Uint8Array(29).fill(9)])],
    ['embedded node of more', branch([Uint8Array.of(0x32), hash])],
    ['embedded node that is none', branch([none, none, none])],
    ['missing child', branch(hash)],
  ] as const) {
    t.is(single(items, path).verdict, 'rejected', why);
  }
});

test('an embedded node has at most 31 bytes, as one of 32 has a hash', t => {
  const none = new Uint8Array();
  const value = new Uint8Array(28).fill(9);
  const items = Array.from({ length: 17 }, (_, i) => (i === 1 ? [Uint8Array.of(0x32), value] : none));
  t.deepEqual(single(items, Uint8Array.of(0x12)), { verdict: 'accepted', value });
});

test('bytes after a node, and items that are no canonical RLP, are no proof though the hash is right', t => {
  const path = Uint8Array.of(0x12);
  const raw = (node: Uint8Array) => verifyTrieProof(crypto, keccak_256(node), path, [node]).verdict;
  const leaf = RLP.encode([Uint8Array.of(0x20, 0x12), Uint8Array.of(5)]);
  t.is(raw(leaf), 'accepted');
  t.is(raw(Uint8Array.from([...leaf, 0])), 'rejected');
  t.is(raw(Uint8Array.from([0xf8, ...leaf.map((byte, i) => (i === 0 ? byte - 0xc0 : byte))])), 'rejected');
  const branch = Uint8Array.from([0xd1, ...new Uint8Array(17).fill(0x80)]);
  t.is(raw(branch), 'accepted');
  // In the last of 17 items: a head that reaches beyond the node, then one byte written in two.
  t.is(raw(Uint8Array.from([0xd1, ...new Uint8Array(16).fill(0x80), 0x81])), 'rejected');
  t.is(raw(Uint8Array.from([0xd2, ...new Uint8Array(16).fill(0x80), 0x81, 0x05])), 'rejected');
});

test('a value sits at the end of the path alone: longer and shorter keys are proven absent', t => {
  const leaf = [Uint8Array.of(0x20, 0x12), Uint8Array.of(1)];
  t.deepEqual(single(leaf, Uint8Array.of(0x12)), { verdict: 'accepted', value: Uint8Array.of(1) });
  for (const path of [Uint8Array.of(), Uint8Array.of(0x13), Uint8Array.of(0x12, 0x00), Uint8Array.of(0x02)]) {
    t.deepEqual(single(leaf, path), { verdict: 'accepted', value: undefined }, toHex(path));
  }
});

test('an endless chain of nodes inside nodes ends with the path', t => {
  // Extensions of one nibble, each embedded in the next, as deep as 31 bytes allow.
  let node: unknown = [Uint8Array.of(0x30), Uint8Array.of(1)];
  for (let i = 0; i < 8; i++) node = [Uint8Array.of(0x10), node];
  t.notThrows(() => single(node, new Uint8Array(32)));
  t.is(single(node, new Uint8Array(32)).verdict, 'accepted');
});

type Pairs = readonly (readonly [string, string | null])[];
const toBytes = (text: string) => (text.startsWith('0x') ? fromHex(text)! : encodeText(text));

for (const [file, secure] of [
  ['trietest', false],
  ['trieanyorder', false],
  ['trietest_secureTrie', true],
  ['trieanyorder_secureTrie', true],
  ['hex_encoded_securetrie_test', true],
] as const) {
  vectorTest(
    `ethereum/tests ${file}: every key and its neighbours prove against the published root`,
    `ethereum-tests/TrieTests/${file}.json`,
    async (t, text) => {
      const cases = JSON.parse(text) as Record<string, { in: Pairs | Record<string, string>; root: string }>;
      let proofs = 0;
      for (const [name, { in: input, root }] of Object.entries(cases)) {
        const pairs: Pairs = Array.isArray(input) ? input : Object.entries(input);
        const trie = new MerklePatriciaTrie({ useKeyHashing: secure });
        const expected = new Map<string, string | null>();
        for (const [k, v] of pairs) {
          if (v === null) await trie.del(toBytes(k));
          else await trie.put(toBytes(k), toBytes(v));
          expected.set(k, v);
        }
        t.is(toHex(trie.root()), root, name);
        for (const k of [...expected.keys(), 'no such key']) {
          const path = secure ? keccak_256(toBytes(k)) : toBytes(k);
          const verdict = verifyTrieProof(crypto, fromHex(root)!, path, await prove(trie, toBytes(k)));
          if (verdict.verdict === 'rejected') return t.fail(`${name} ${k}: ${verdict.evidence}`);
          const wanted = expected.get(k);
          t.is(shown(verdict.value), wanted == null ? 'absent' : toHex(toBytes(wanted)), `${name} ${k}`);
          proofs++;
        }
      }
      t.log({ proofs });
    },
  );
}
