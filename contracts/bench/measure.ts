/**
 * Gas from receipts of real transactions, through the typed client, on a chain of its own: fleet and channel are
 * clones, every check is on the way, the senders are plain role holders, and every slot that is written already holds
 * something (except where "first" says otherwise).
 */

import { hmac } from '@noble/hashes/hmac.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js';
import { getPublicKey, hashes, sign } from '@noble/secp256k1';
import { type Hex, keccak256 } from '../addresses.js';
import {
  type Contracts,
  connect,
  digestOf,
  type PossessionFields,
  type Signer,
  signerFromKey,
} from '../client/index.js';
import { deploy } from '../deploy/deploy.js';

export interface Measured {
  gas: Record<string, number>;
  proofBytes: number;
  devices: number;
}

const word = (byte: string): Hex => `0x${byte.repeat(32)}`;
const ROLES = ['Commander', 'Releaser', 'Guardian', 'Provisioner'] as const;

/** `keys`: five private keys with ether. `devices`: how many boards are on the chain when the proof is taken. */
export async function measure(rpc: string, keys: readonly Hex[], devices: number): Promise<Measured> {
  const owner = await connect({ rpc, privateKey: keys[0], pollingInterval: 10 });
  const holder = await connect({ rpc, privateKey: keys[1], pollingInterval: 10 });
  await deploy(owner.chain);
  const signers = await Promise.all(keys.slice(2, 5).map(signerFromKey));
  const addresses = signers.map(({ address }) => address);
  const now = await owner.chain.now();
  const expiry = now + 365 * 86_400;
  const account = holder.chain.address;
  const { fleet } = await owner.factory.createFleet({
    signers: addresses,
    threshold: 2,
    checkpointKeys: addresses,
    checkpointThreshold: 2,
    grants: ROLES.map(role => ({ role, account, expiry })),
  });
  const { channel } = await owner.factory.createChannel({
    hardware: word('11'),
    releaseKeys: addresses,
    threshold: 2,
    guardians: [account],
  });
  const place = { fleet, channel, owner: owner.chain.address };
  const gas: Record<string, number> = {};

  const first = await possession(owner, place, 1);
  const registered = await owner.factory.register(first.possession, first.signature);
  gas.register = registered.sent.gasUsed;
  const { device } = registered;
  const tray = await Promise.all(Array.from({ length: 10 }, (_, i) => possession(owner, place, i + 2)));
  gas.registerTray = Math.round((await owner.factory.registerTray(tray)).gasUsed / tray.length);

  await holder.fleet.activate(fleet, device);
  await publishTwo(owner, channel, signers, gas);
  gas.approve = (await holder.fleet.approve(fleet, device, { version: 2, imageSha256: word('a2') })).gasUsed;
  const command = (sequence: number) => ({
    fleet,
    device,
    commandHash: word('c0'),
    notAfter: now + 86_400,
    sequence,
  });
  gas.commandFirst = (await holder.fleet.append(command(1))).sent.gasUsed;
  gas.commandNext = (await holder.fleet.append(command(2))).sent.gasUsed;
  await holder.fleet.batch(fleet, word('b1'), now + 86_400);
  gas.batch = (await holder.fleet.batch(fleet, word('b2'), now + 86_400)).sent.gasUsed;
  const irreversible = await owner.fleet.appendIrreversible(command(3), { signers: signers.slice(0, 2) });
  gas.irreversible = irreversible.sent.gasUsed;

  for (let registeredSoFar = 11; registeredSoFar < devices; ) {
    const count = Math.min(100, devices - registeredSoFar);
    const boards = Array.from({ length: count }, (_, i) => possession(owner, place, registeredSoFar + 1 + i));
    await owner.factory.registerTray(await Promise.all(boards));
    registeredSoFar += count;
  }
  const proofBytes = await deviceProofBytes(owner, device);
  gas.suspend = (await holder.fleet.suspend(fleet, device)).gasUsed;
  return { gas, proofBytes, devices: (await owner.factory.registrations()).length };
}

async function publishTwo(owner: Contracts, channel: Hex, signers: Signer[], gas: Record<string, number>) {
  const release = (version: number, image: string) => ({
    version,
    imageSha256: word(image),
    size: 1_000_000,
    manifestHash: word('bb'),
    floor: 1,
    rollout: 100,
  });
  const two = { signers: signers.slice(0, 2) };
  gas.publishFirst = (await owner.channel.publish(channel, release(1, 'a1'), two)).gasUsed;
  gas.publish = (await owner.channel.publish(channel, release(2, 'a2'), two)).gasUsed;
}

/** Distinct trie nodes of a proof of all six slots, without the account's. */
async function deviceProofBytes(c: Contracts, device: Hex): Promise<number> {
  const storageKeys = Array.from({ length: 6 }, (_, slot): Hex => `0x${slot.toString(16).padStart(64, '0')}`);
  const proof = await c.chain.client.getProof({ address: device, storageKeys });
  if (proof.storageProof.some(({ value }) => value === 0n))
    throw new Error('a slot is empty: the figure would flatter');
  const nodes = new Set(proof.storageProof.flatMap(one => one.proof));
  return [...nodes].reduce((sum, node) => sum + (node.length - 2) / 2, 0);
}

/** A board's proof; signed without viem, since there are thousands. */
async function possession(c: Contracts, place: { fleet: Hex; channel: Hex; owner: Hex }, number: number) {
  hashes.sha256 ??= sha256;
  hashes.hmacSha256 ??= (key, message) => hmac(sha256, key, message);
  const key = hexToBytes(number.toString(16).padStart(64, '0'));
  const point = getPublicKey(key, false).subarray(1);
  const board: Hex = `0x${bytesToHex(keccak256(point).subarray(12))}`;
  deadline ||= (await c.chain.now()) + 3000;
  const fields: PossessionFields = { board, ...place, trustConfiguration: word('22'), deadline };
  const digest = hexToBytes((await digestOf(c.factory.possessionData(fields))).slice(2));
  const recovered = sign(digest, key, { prehash: false, format: 'recovered' });
  const v = (27 + recovered[0]!).toString(16);
  return { possession: fields, signature: `0x${bytesToHex(recovered.subarray(1))}${v}` as Hex };
}

let deadline = 0;
