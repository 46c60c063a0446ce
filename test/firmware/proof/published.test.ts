/** Published answers of real clients: headers, a whole genesis state, and eth_getProof. */

import { readFileSync } from 'node:fs';
import { createMerkleProof, createMPT } from '@ethereumjs/mpt';
import { RLP } from '@ethereumjs/rlp';
import { keccak_256 } from '@noble/hashes/sha3.js';
import { wordFromNumber } from '../../../firmware/bytes/bigEndian.js';
import { fromHex, toHex } from '../../../firmware/bytes/hex.js';
import { portableCrypto } from '../../../firmware/crypto/portable.js';
import { verifyAccount } from '../../../firmware/proof/account.js';
import { decodeHeader } from '../../../firmware/proof/header.js';
import { verifySlot } from '../../../firmware/proof/storage.js';
import { headerOfBlock } from '../../../host-sim/node/keptJson.js';
import { vectorTest } from '../vectors.js';
import { blockJson } from './stateFixture.js';

const crypto = portableCrypto();
const integer = (bytes: Uint8Array) => BigInt(bytes.length === 0 ? 0 : toHex(bytes));

/** The `result` in a conversation file of execution-apis. */
function resultOf(text: string): unknown {
  const line = text.split('\n').find(candidate => candidate.startsWith('<< '));
  return (JSON.parse(line!.slice(3)) as { result: unknown }).result;
}

for (const [file, number] of [
  ['get-genesis', 0],
  ['get-block-n', 3],
] as const) {
  vectorTest(
    `execution-apis ${file}: the published header decodes and survives JSON`,
    `execution-apis/debug_getRawHeader/${file}.io`,
    (t, text) => {
      const header = fromHex(resultOf(text))!;
      const facts = decodeHeader(header);
      if (facts.verdict === 'rejected') return t.fail(facts.evidence);
      t.is(facts.value.number, number);
      t.deepEqual(headerOfBlock(blockJson(header)), { verdict: 'accepted', value: header });
    },
  );
}

interface Genesis {
  alloc: Record<string, { balance: string; code?: string; storage?: Record<string, string>; nonce?: string }>;
}

async function genesisState(genesis: Genesis) {
  const state = await createMPT();
  const storage = new Map<string, Awaited<ReturnType<typeof createMPT>>>();
  const strip = (hex: string) => fromHex(`0x${hex.replace(/^0x0*/, '').replace(/^(?=(..)*.$)/, '0')}`)!;
  for (const [address, account] of Object.entries(genesis.alloc)) {
    const trie = await createMPT();
    for (const [slot, value] of Object.entries(account.storage ?? {})) {
      if (strip(value).length > 0) await trie.put(keccak_256(fromHex(slot)!), RLP.encode(strip(value)));
    }
    storage.set(address, trie);
    const code = fromHex(account.code ?? '0x')!;
    const leaf = [strip(account.nonce ?? '0x'), strip(account.balance), trie.root(), keccak_256(code)];
    await state.put(keccak_256(fromHex(`0x${address}`)!), RLP.encode(leaf));
  }
  return { state, storage };
}

vectorTest(
  'execution-apis genesis: every allocated account and slot proves against the published header',
  'execution-apis/genesis.json',
  async (t, text) => {
    const genesis = JSON.parse(text) as Genesis;
    const raw = readFileSync(
      `${process.env.HOLDFAST_VECTORS}/execution-apis/debug_getRawHeader/get-genesis.io`,
      'utf8',
    );
    const facts = decodeHeader(fromHex(resultOf(raw))!);
    if (facts.verdict === 'rejected') return t.fail(facts.evidence);
    const { state, storage } = await genesisState(genesis);
    t.is(toHex(state.root()), toHex(facts.value.stateRoot), 'the oracle builds the published state');
    let slots = 0;
    for (const [address, account] of Object.entries(genesis.alloc)) {
      const key = fromHex(`0x${address}`)!;
      const proof = await createMerkleProof(state, keccak_256(key));
      const proven = verifyAccount(crypto, facts.value.stateRoot, key, proof);
      if (proven.verdict === 'rejected') return t.fail(proven.evidence);
      t.is(integer(proven.value.balance), BigInt(account.balance));
      t.is(toHex(proven.value.codeHash), toHex(keccak_256(fromHex(account.code ?? '0x')!)));
      for (const [slot, value] of Object.entries(account.storage ?? {})) {
        const nodes = await createMerkleProof(storage.get(address)!, keccak_256(fromHex(slot)!));
        const word = verifySlot(
          crypto,
          proven.value.storageRoot,
          fromHex(slot)!,
          nodes.filter((n, i) => i === 0 || n.length >= 32),
        );
        if (word.verdict === 'rejected') return t.fail(word.evidence);
        t.is(BigInt(toHex(word.value)), BigInt(value));
        slots++;
      }
    }
    t.log({ accounts: Object.keys(genesis.alloc).length, slots });
  },
);

for (const file of [
  'get-account-proof-blockhash',
  'get-account-proof-default-block',
  'get-account-proof-latest',
  'get-account-proof-with-storage',
]) {
  vectorTest(
    `execution-apis ${file}: the published proof verifies to the published values`,
    `execution-apis/eth_getProof/${file}.io`,
    (t, text) => {
      const answer = resultOf(text) as {
        address: string;
        accountProof: string[];
        balance: string;
        nonce: string;
        codeHash: string;
        storageHash: string;
        storageProof: { key: string; value: string; proof: string[] }[];
      };
      const nodes = answer.accountProof.map(node => fromHex(node)!);
      const address = fromHex(answer.address)!;
      const account = verifyAccount(crypto, keccak_256(nodes[0]), address, nodes);
      if (account.verdict === 'rejected') return t.fail(account.evidence);
      t.is(integer(account.value.balance), BigInt(answer.balance));
      t.is(integer(account.value.nonce), BigInt(answer.nonce));
      t.is(toHex(account.value.codeHash), answer.codeHash);
      t.is(toHex(account.value.storageRoot), answer.storageHash);
      for (const { key, value, proof } of answer.storageProof) {
        const slot = wordFromNumber(Number(key));
        const word = verifySlot(
          crypto,
          account.value.storageRoot,
          slot,
          proof.map(node => fromHex(node)!),
        );
        if (word.verdict === 'rejected') return t.fail(word.evidence);
        t.is(BigInt(toHex(word.value)), BigInt(value));
      }
      const other = Uint8Array.from(address);
      other[0] ^= 1;
      t.is(verifyAccount(crypto, keccak_256(nodes[0]), other, nodes).verdict, 'rejected');
    },
  );
}
