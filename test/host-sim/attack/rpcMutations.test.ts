import {
  cutConnection,
  delay,
  hang,
  httpStatus,
  missingMethod,
  pruned,
} from '../../../host-sim/attack/rpc/absence.js';
import {
  type Block,
  changeBlockHash,
  changeHeaderField,
  dropHeaderField,
  forgeBlock,
  lagBehind,
} from '../../../host-sim/attack/rpc/header.js';
import * as ready from '../../../host-sim/attack/rpc/mutations.js';
import {
  answerNonsense,
  distort,
  kindsOfDistortion,
  kindsOfNonsense,
} from '../../../host-sim/attack/rpc/nonsense.js';
import * as proof from '../../../host-sim/attack/rpc/proof.js';
import type { RpcMutation } from '../../../host-sim/attack/rpc/proxy.js';
import { call } from '../../../host-sim/node/chain/call.js';
import { mine } from '../../../host-sim/node/chain/time.js';
import { testWithChain } from '../chain/withChain.js';
import { account, slots, stage } from './stage.js';

type Expected = [name: string, mutation: RpcMutation, verdict: string | RegExp];

const lies: Expected[] = [
  ['flippedHeader', ready.flippedHeader, 'header_mismatch'],
  ['flippedAccountProof', ready.flippedAccountProof, 'proof_invalid'],
  ['flippedStorageProof', ready.flippedStorageProof, 'proof_invalid'],
  ['anotherSlot', ready.anotherSlot, 'wrong_answer'],
  ['anotherAccount', ready.anotherAccount, 'wrong_answer'],
  ['olderBlock', ready.olderBlock, 'wrong_answer'],
  ['nonsense', ready.nonsense, 'malformed'],
  ['anotherHash', ready.anotherHash, 'header_mismatch'],
  ['extraData changed', changeHeaderField('extraData', 0), 'header_mismatch'],
  ['timestamp changed', changeHeaderField('timestamp'), 'header_mismatch'],
  ['parent hash changed', changeHeaderField('parentHash', 0), 'header_mismatch'],
  ['header field dropped', dropHeaderField('parentBeaconBlockRoot'), /header_mismatch|malformed/],
  ['first node of the account', proof.changeAccountProof(0, 5), 'proof_invalid'],
  ['first node of the storage', proof.changeStorageProof(0, 5), 'proof_invalid'],
  ['account proof without its leaf', proof.shortenProof('account', 'leaf'), 'proof_invalid'],
  ['account proof without its root', proof.shortenProof('account', 'root'), 'proof_invalid'],
  ['storage proof without its leaf', proof.shortenProof('storage', 'leaf'), 'proof_invalid'],
  ['storage proof without its root', proof.shortenProof('storage', 'root'), 'proof_invalid'],
  ['empty storage', proof.emptyStorage(), 'proof_invalid'],
  ['other slot under the asked name', proof.otherSlot(true), 'proof_invalid'],
  ['other account under the asked name', proof.otherAccount(true), 'proof_invalid'],
  ['older proof under the asked header', proof.olderProof(2), 'proof_invalid'],
  ['no eth_getProof', missingMethod(), 'unsupported'],
  ['pruned geth', pruned('geth'), 'pruned'],
  ['pruned reth', pruned('reth'), 'pruned'],
  ['pruned erigon', pruned('erigon'), 'pruned'],
  ['pruned anvil', pruned('anvil'), 'pruned'],
  ['cut before the head', cutConnection(0), 'unreachable'],
  ['cut in the body', cutConnection(100), 'unreachable'],
  ['status 503', httpStatus(503), 'unreachable'],
];

testWithChain(
  'each lie about a witness gets its verdict, and the same reading without it is accepted',
  async t => {
    const { read } = await stage(t);
    for (const [name, mutation, verdict] of lies) {
      const seen = await read(mutation);
      if (typeof verdict === 'string') t.is(seen, verdict, name);
      else t.regex(seen, verdict, name);
      t.is(await read(), 'accepted', `${name}: the untouched twin`);
    }
    t.log(`${lies.length} lies`);
  },
);

testWithChain('lies that change only what a board does not believe anyway are accepted', async t => {
  const { read } = await stage(t);
  t.is(await read(proof.changeStorageValue()), 'accepted');
  for (const field of ['balance', 'storageHash', 'codeHash']) {
    t.is(await read(proof.changeAccountField(field)), 'accepted', field);
  }
});

testWithChain('no nonsense is accepted, nor does it harm the next reading', async t => {
  const { read } = await stage(t);
  let count = 0;
  for (const kind of kindsOfNonsense) {
    for (const methods of [/./, /^eth_getProof$/, /^eth_get(Block|Header)ByNumber$/]) {
      const verdict = await read(answerNonsense(kind, methods));
      t.regex(verdict, /^(malformed|unreachable)$/, `${kind} ${methods}`);
      count++;
    }
  }
  for (const kind of kindsOfDistortion) {
    for (const methods of [/./, /^eth_getProof$/, /^eth_get(Block|Header)ByNumber$/]) {
      const verdict = await read(distort(kind, methods));
      // A header without hashes in arrays has nothing that could be repeated.
      const harmless = kind === 'repeated' && methods.source.includes('Block');
      t.regex(
        verdict,
        harmless ? /accepted/ : /^(malformed|header_mismatch|proof_invalid|wrong_answer)$/,
        `${kind} ${methods}`,
      );
      count++;
    }
  }
  t.is(await read(), 'accepted');
  t.log(`${count} kinds`);
});

testWithChain('an endpoint that hangs is unreachable, one that is slow is not', async t => {
  const { read } = await stage(t);
  t.is(await read(hang(), 200), 'unreachable');
  t.is(await read(delay(200)), 'accepted');
});

testWithChain(
  'a forged block is right in itself: its hash is that of its header, and nobody else knows it',
  async t => {
    const { proxy, number, blockHash } = await stage(t);
    const asked = `0x${number.toString(16)}`;
    proxy.setMutation(forgeBlock());
    const forged = (await call(proxy.url, 'eth_getBlockByNumber', [asked, false])) as Block;
    t.is(forged.number, asked);
    t.not(forged.hash, blockHash);
    proxy.setMutation(changeBlockHash());
    const renamed = (await call(proxy.url, 'eth_getBlockByNumber', [asked, false])) as Block;
    proxy.setMutation(undefined);
    const honest = (await call(proxy.url, 'eth_getBlockByNumber', [asked, false])) as Block;
    t.is(honest.hash, blockHash);
    t.deepEqual({ ...renamed, hash: blockHash }, honest);
    t.deepEqual({ ...forged, hash: blockHash, stateRoot: honest.stateRoot }, honest);
  },
);

testWithChain(
  'an endpoint that lags behind names older blocks by every tag, and tells the truth of numbers',
  async t => {
    const { proxy, url } = await stage(t);
    await mine(url, 100);
    const latest = Number(await call(url, 'eth_blockNumber'));
    proxy.setMutation(lagBehind(5));
    t.is(Number(await call(proxy.url, 'eth_blockNumber')), latest - 5);
    for (const [tag, depth] of [
      ['latest', 0],
      ['safe', 32],
      ['finalized', 64],
    ] as [string, number][]) {
      const block = (await call(proxy.url, 'eth_getBlockByNumber', [tag, false])) as Block;
      t.is(Number(block.number), latest - depth - 5, tag);
    }
    const number = `0x${latest.toString(16)}`;
    t.is(((await call(proxy.url, 'eth_getBlockByNumber', [number, false])) as Block).number, number);
    t.deepEqual(
      await call(proxy.url, 'eth_getProof', [account, slots, 'latest']),
      await call(url, 'eth_getProof', [account, slots, `0x${(latest - 5).toString(16)}`]),
    );
  },
);

testWithChain('older proofs are those of the block before, however the block is named', async t => {
  const { proxy, url, number, blockHash } = await stage(t);
  const before = await call(url, 'eth_getProof', [account, slots, `0x${(number - 1).toString(16)}`]);
  proxy.setMutation(proof.olderProof(1));
  for (const block of [
    'latest',
    `0x${number.toString(16)}`,
    { blockHash },
    { blockNumber: `0x${number.toString(16)}` },
  ]) {
    t.deepEqual(
      await call(proxy.url, 'eth_getProof', [account, slots, block]),
      before,
      JSON.stringify(block),
    );
  }
});
