/** L2 at the prover: what operators sign with the command, who could sign when, and what is not served. */

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ExecutionContext } from 'ava';
import { connect, type Hex, signerFromKey } from '../../../contracts/client/index.js';
import { deploy } from '../../../contracts/deploy/deploy.js';
import { fromHex, toHex } from '../../../firmware/bytes/hex.js';
import { portableCrypto } from '../../../firmware/crypto/portable.js';
import { answers, checkpointHash, parseCheckpoint } from '../../../firmware/trust/checkpoint.js';
import {
  isSignedBy,
  type KeySet,
  keySetHash,
  parseRotation,
  rotationHash,
} from '../../../firmware/trust/checkpointKeys.js';
import { type Chain, startChain } from '../../../host-sim/chain/anvil.js';
import { mine } from '../../../host-sim/node/chain/time.js';
import { patient } from '../../../host-sim/node/patience.js';
import { keysEnding, keysFile, toText } from '../../../tools/checkpoint/file.js';
import { startProver } from '../../../tools/prover/start.js';
import { get } from '../../host-sim/beacon/walk.js';
import { testWithChain } from '../../host-sim/chain/withChain.js';
import { document, inProcess, temporaryDirectory } from '../support.js';

const crypto = portableCrypto();

const setOf = (chain: Chain, threshold: number, ...places: number[]): KeySet => ({
  threshold,
  keys: places
    .map(i => fromHex(chain.accounts[i].address.toLowerCase(), 20)!)
    .sort((a, b) => Buffer.compare(a, b)),
});
const keysOf = (chain: Chain, ...places: number[]) => places.map(i => chain.accounts[i].privateKey).join(',');
const hexOf = ({ keys, threshold }: KeySet) => ({ threshold, keys: keys.map(key => toHex(key) as Hex) });

/** A fleet whose checkpoint keys are 2 of the accounts 1, 2, 3. */
async function scene(t: ExecutionContext) {
  const chain = await startChain();
  t.teardown(() => chain.close());
  const contracts = await connect({
    rpc: chain.url,
    privateKey: chain.accounts[0].privateKey,
    pollingInterval: 20,
    timeout: patient(10_000),
  });
  await deploy(contracts.chain);
  const signers = await Promise.all(
    chain.accounts.slice(1, 4).map(({ privateKey }) => signerFromKey(privateKey)),
  );
  const first = setOf(chain, 2, 1, 2, 3);
  const { keys, threshold } = hexOf(first);
  const { fleet } = await contracts.factory.createFleet({
    signers: signers.map(({ address }) => address),
    threshold: 2,
    grants: [],
    checkpointKeys: keys,
    checkpointThreshold: threshold,
  });
  await mine(chain.url, 70);
  const directory = temporaryDirectory(t);
  const events: string[] = [];
  const prover = await startProver({
    // No beacon is asked for any of this.
    beacons: ['http://127.0.0.1:9'],
    rpcs: [chain.url],
    checkpoints: directory,
    intervalMs: 600_000,
    onEvent: ({ message }) => events.push(message),
  });
  t.teardown(() => prover.close());
  const sign = async (keyText: string, ...more: string[]) =>
    inProcess(
      ['checkpoint', '--rpc', chain.url, '--fleet', fleet, '--directory', directory, '--json', ...more],
      {
        HOLDFAST_CHECKPOINT_KEYS: keyText,
      },
    );
  const ask = async (query = '') => {
    const parsed = parseCheckpoint(await get(prover.url, `/light/v1/checkpoint${query}`));
    if (parsed.verdict !== 'accepted') throw new Error(parsed.evidence);
    return parsed.value;
  };
  /** A prover looks at its directory once a second. */
  const settled = () => new Promise(resolve => setTimeout(resolve, 1_100));
  return { chain, contracts, directory, events, first, fleet, prover, signers, sign, ask, settled };
}

testWithChain('one signature answers many boards; each gets the way to its own challenge', async t => {
  const { ask, chain, first, fleet, sign } = await scene(t);
  const challenges = [0x11, 0x22, 0x33].map(byte => `0x${byte.toString(16).repeat(32)}`);
  const ran = await sign(keysOf(chain, 1, 2), ...challenges.flatMap(challenge => ['--challenge', challenge]));
  t.is(ran.status, 0, ran.stderr);
  t.like(document(t, ran), { ok: true, challenges: 3, signatures: 2, fleet });
  for (const challenge of challenges) {
    const signed = await ask(`?challenge=${challenge}&fleet=${fleet}`);
    t.true(answers(crypto, signed, fromHex(challenge, 32)!));
    const digest = checkpointHash(crypto, chain.chainId, signed.checkpoint);
    t.true(isSignedBy(crypto, first, digest, signed.signatures));
  }
  const other = await ask(`?challenge=0x${'44'.repeat(32)}`);
  t.false(answers(crypto, other, new Uint8Array(32).fill(0x44)), 'the newest, which does not answer it');
});

testWithChain('two operators sign one after the other; with one alone it is not served', async t => {
  const { ask, chain, directory, events, fleet, prover, settled, sign } = await scene(t);
  const { file, number } = document(t, await sign(keysOf(chain, 1)));
  t.is((await fetch(`${prover.url}/light/v1/checkpoint`)).status, 404);
  t.true(
    events.some(event => /not signed by enough keys/.test(event)),
    events.join(),
  );
  const text = readFileSync(file, 'utf8');
  const changed = join(directory, 'changed.checkpoint.json');
  writeFileSync(changed, text.replace(/"blockHash": "0x../, '"blockHash": "0x00'));
  const refused = await sign(keysOf(chain, 2), '--add', changed);
  t.is(refused.status, 1);
  t.regex(refused.stdout, /another block [0-9]+ than the checkpoint: do not sign/);
  writeFileSync(changed, 'no JSON');
  t.is((await sign(keysOf(chain, 2), '--add', file)).status, 0);
  await settled();
  t.is((await ask()).checkpoint.number, number);
  t.is((await fetch(`${prover.url}/light/v1/checkpoint?fleet=0x${'00'.repeat(20)}`)).status, 404);
  t.is((await fetch(`${prover.url}/light/v1/checkpoint?fleet=${fleet}`)).status, 200);
  t.true(events.some(event => /changed.checkpoint.json: is not JSON/.test(event)));
});

testWithChain(
  'a board that slept through changes of keys is shown each hand-over, even from files alone',
  async t => {
    const { chain, contracts, directory, first, fleet, prover, signers, sign } = await scene(t);
    const [second, third] = [setOf(chain, 2, 4, 5), setOf(chain, 1, 6)];
    const domain = { chainId: chain.chainId, fleet: fromHex(fleet, 20)! };
    const handover = (outgoing: KeySet, incoming: KeySet, ...places: number[]) => {
      const digest = rotationHash(crypto, domain, keySetHash(crypto, outgoing), incoming);
      const signed = places.map(i => crypto.sign(digest, fromHex(chain.accounts[i].privateKey, 32)!));
      return toHex(Uint8Array.from(signed.flatMap(one => [...one]))) as Hex;
    };
    const authority = { signers };
    await contracts.fleet.setCheckpointKeys(
      fleet,
      { ...hexOf(second), handover: handover(first, second, 1, 3) },
      authority,
    );
    // Signed by one key where two are needed: forced by the threshold, and no hand-over.
    await contracts.fleet.setCheckpointKeys(
      fleet,
      { ...hexOf(third), handover: handover(second, third, 4) },
      authority,
    );
    await mine(chain.url, 70);
    t.is((await sign(keysOf(chain, 6))).status, 0);
    const pathOf = (kind: string, set: KeySet) => `/light/v1/${kind}/${toHex(keySetHash(crypto, set))}`;
    const rotationOf = (set: KeySet) => `${pathOf('checkpoint-keys', set)}?fleet=${fleet.toLowerCase()}`;
    // Another fleet had the same first set, and handed over to one of its own, later.
    const other = { ...domain, fleet: new Uint8Array(20).fill(0xff) };
    const digest = rotationHash(crypto, other, keySetHash(crypto, first), third);
    const signatures = Buffer.concat(
      [1, 3].map(i => crypto.sign(digest, fromHex(chain.accounts[i].privateKey, 32)!)),
    );
    const file = keysFile(other, third, { outgoing: keySetHash(crypto, first), signatures });
    writeFileSync(join(directory, `${toHex(other.fleet)}-000000000099-0${keysEnding}`), toText(file));
    const shown = async (url: string) => {
      const rotation = parseRotation(await get(url, rotationOf(first)));
      if (rotation.verdict !== 'accepted') return t.fail(rotation.evidence);
      t.deepEqual(rotation.value.incoming, second);
      const digest = rotationHash(crypto, domain, keySetHash(crypto, first), second);
      t.true(isSignedBy(crypto, first, digest, rotation.value.signatures));
      t.is((await fetch(`${url}${rotationOf(second)}`)).status, 404, 'was not handed over');
      const set = parseRotation(await get(url, pathOf('checkpoint-key-set', third)));
      t.deepEqual(set.verdict === 'accepted' && set.value.incoming, third);
    };
    // What makes the prover look for a fleet's events is a checkpoint of it.
    await get(prover.url, '/light/v1/checkpoint');
    await shown(prover.url);
    await chain.close();
    const forgetful = await startChain();
    t.teardown(() => forgetful.close());
    const later = await startProver({
      beacons: ['http://127.0.0.1:9'],
      rpcs: [forgetful.url],
      checkpoints: directory,
      intervalMs: 600_000,
    });
    t.teardown(() => later.close());
    await shown(later.url);
  },
);
