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
  type Sent,
  type Signer,
  signerFromKey,
} from '../client/index.js';
import { deploy } from '../deploy/deploy.js';

/** Gas and, to look into it, the transaction. For a tray, of one board. */
export interface Cost {
  gas: number;
  transactionHash: Hex;
}

export interface Measured {
  costs: Record<string, Cost>;
  proofBytes: number;
  devices: number;
}

const word = (byte: string): Hex => `0x${byte.repeat(32)}`;
const ROLES = ['Commander', 'Releaser', 'Guardian', 'Provisioner'] as const;
const costOf = ({ gasUsed, transactionHash }: Sent, boards = 1): Cost => ({
  gas: Math.round(gasUsed / boards),
  transactionHash,
});

/** The organisation and its vendor, with everybody who acts. */
interface Scene {
  owner: Contracts;
  holder: Contracts;
  signers: Signer[];
  place: { fleet: Hex; channel: Hex; owner: Hex };
  now: number;
}

/** `keys`: five private keys with ether. `devices`: the number of boards on the chain when the proof is taken. */
export async function measure(rpc: string, keys: readonly Hex[], devices: number): Promise<Measured> {
  const scene = await begin(rpc, keys);
  const { owner, holder, signers, place, now } = scene;
  const { fleet, channel } = place;
  const costs: Record<string, Cost> = {};

  const first = await possession(owner, place, 1);
  const registered = await owner.factory.register(first.possession, first.signature);
  costs.register = costOf(registered.sent);
  const { device } = registered;
  const tray = await Promise.all(Array.from({ length: 10 }, (_, i) => possession(owner, place, i + 2)));
  costs.registerTray = costOf(await owner.factory.registerTray(tray), tray.length);

  await holder.fleet.activate(fleet, device);
  await publishTwo(owner, channel, signers, costs);
  const image = { version: 2, imageSha256: word('a2') };
  costs.approve = costOf(await holder.fleet.approve(fleet, device, image));
  const command = (sequence: number) => ({
    fleet,
    device,
    commandHash: word('c0'),
    notAfter: now + 86_400,
    sequence,
  });
  costs.commandFirst = costOf((await holder.fleet.append(command(1))).sent);
  costs.commandNext = costOf((await holder.fleet.append(command(2))).sent);
  await holder.fleet.batch(fleet, word('b1'), now + 86_400);
  costs.batch = costOf((await holder.fleet.batch(fleet, word('b2'), now + 86_400)).sent);
  const irreversible = await owner.fleet.appendIrreversible(command(3), { signers: signers.slice(0, 2) });
  costs.irreversible = costOf(irreversible.sent);

  await registerUpTo(scene, devices);
  const proofBytes = await deviceProofBytes(owner, device);
  costs.suspend = costOf(await holder.fleet.suspend(fleet, device));
  await owner.device.setAppChannel(device, channel);
  costs.approveApp = costOf(await holder.fleet.approveApp(fleet, device, image));
  costs.claim = await claimed(scene, device);
  return { costs, proofBytes, devices: (await owner.factory.registrations()).length };
}

async function begin(rpc: string, keys: readonly Hex[]): Promise<Scene> {
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
  return { owner, holder, signers, place: { fleet, channel, owner: owner.chain.address }, now };
}

async function registerUpTo({ owner, place }: Scene, devices: number) {
  for (let registeredSoFar = 11; registeredSoFar < devices; ) {
    const count = Math.min(100, devices - registeredSoFar);
    const boards = Array.from({ length: count }, (_, i) => possession(owner, place, registeredSoFar + 1 + i));
    await owner.factory.registerTray(await Promise.all(boards));
    registeredSoFar += count;
  }
}

/** The board number 1 changes hands, with both approvals and the channel of the app line to clear. */
async function claimed({ owner, holder, place, signers }: Scene, device: Hex): Promise<Cost> {
  const claimKey = signers[0]!;
  const board = await signerFromKey(`0x${'1'.padStart(64, '0')}`);
  await owner.device.offerClaim(device, claimKey.address);
  const { fleet, channel } = place;
  const newOwner = holder.chain.address;
  const claim = { newOwner, fleet, channel, deadline: (await owner.chain.now()) + 1800 };
  const data = await owner.device.claimData(device, claim);
  const signatures = { claimKey: await claimKey.signTypedData(data), board: await board.signTypedData(data) };
  return costOf(await holder.device.acceptClaim(device, claim, signatures));
}

async function publishTwo(owner: Contracts, channel: Hex, signers: Signer[], costs: Record<string, Cost>) {
  const release = (version: number, image: string) => ({
    version,
    imageSha256: word(image),
    size: 1_000_000,
    manifestHash: word('bb'),
    floor: 1,
    rollout: 100,
  });
  const two = { signers: signers.slice(0, 2) };
  await owner.channel.publish(channel, release(1, 'a1'), two);
  costs.publish = costOf(await owner.channel.publish(channel, release(2, 'a2'), two));
}

/** The bytes of the distinct trie nodes in a proof of the slots 0 to 5, without the account's. */
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
