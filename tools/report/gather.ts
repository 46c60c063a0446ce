/** The evidence of a report, gathered: receipts from the log, proofs from a node, documents from an image server. */
import type { Contracts, PublishedRelease } from '../../contracts/client/index.js';
import { fromHex, toHex } from '../../firmware/bytes/hex.js';
import { readDeviceUpdate } from '../../firmware/contract/facts.js';
import { encodePublishedReceipt, type PublishedReceipt } from '../../firmware/ledger/receiptWire.js';
import type { Crypto } from '../../firmware/port/crypto.js';
import { type AccountRequest, verifyWitness } from '../../firmware/proof/witness.js';
import { encodeWitness } from '../../firmware/proof/witnessCodec.js';
import { MANIFEST_BYTES_MAX, parseManifest } from '../../firmware/update/manifest.js';
import { DOCUMENT_BYTES_MAX } from '../app/imageFiles.js';
import { fetchedByHash, parsedDocument } from '../app/publishedDocument.js';
import type { KeptCrash } from '../board/crashLog.js';
import type { Surroundings } from '../cli/command.js';
import type { Hex } from '../cli/kinds.js';
import { newestReceipts } from '../operator/crash.js';
import type { ExecutionNode } from '../prover/executionNode.js';
import { releasesByApproval } from '../release/offerOf.js';
import { CHANNELS_MAX, CRASHES_MAX, type Evidence, RECEIPTS_MAX, RELEASES_MAX } from './evidence.js';
import { channelQuestion, deviceQuestion } from './questions.js';

export interface Gathering {
  contracts: Contracts;
  crypto: Crypto;
  node: ExecutionNode;
  /** Final for that node. */
  block: { number: number; hash: Hex };
  fleet: Hex;
  devices: readonly Hex[];
  /** As they were seen, by board; nothing of it is believed. */
  receipts: ReadonlyMap<string, readonly PublishedReceipt[]>;
  /** As they were seen, of all boards; nor of that. */
  crashes: readonly KeptCrash[];
  images: string | undefined;
}

/** @throws UpstreamProblem or Lie of the node */
export async function gather(
  input: Pick<Surroundings, 'progress' | 'signal' | 'warn'>,
  { block, contracts, crashes, crypto, devices, fleet, images, node, receipts }: Gathering,
): Promise<Evidence> {
  const blockHash = fromHex(block.hash, 32)!;
  const witness = async (account: AccountRequest) =>
    node.witness({ blockHash, number: block.number, accounts: [account] });
  const hexOf = (one: Awaited<ReturnType<typeof witness>>): string => toHex(encodeWitness(one));

  const proven: { device: Hex; witness: string; channel: Hex; key: string }[] = [];
  for (const [i, device] of devices.entries()) {
    input.signal.throwIfAborted();
    input.progress?.(`proves board ${i + 1} of ${devices.length}`);
    const account = { ...deviceQuestion(device), codeHash: undefined };
    const told = await witness(account);
    const state = verifyWitness(crypto, { blockHash, number: block.number, accounts: [account] }, told);
    if (state.verdict === 'rejected') throw new RangeError(state.evidence);
    const [{ exists, slots }] = state.value.accounts;
    const facts = readDeviceUpdate(slots.map(({ value }) => value));
    // Registered after that block, or in another fleet by now.
    if (!exists || toHex(facts.fleet) !== fleet) continue;
    const [channel, key] = [toHex(facts.channel) as Hex, toHex(facts.key)];
    proven.push({ device, witness: hexOf(told), channel, key });
  }
  const channels: Evidence['channels'] = [];
  const followed = [...new Set(proven.map(({ channel }) => channel))].filter(each => !/^0x0+$/.test(each));
  for (const channel of followed.slice(0, CHANNELS_MAX)) {
    input.signal.throwIfAborted();
    input.progress?.(`proves the releases of ${channel}`);
    const all = await contracts.channel.releases(channel);
    const releases = all
      .filter(each => Number(each.blockNumber) <= block.number)
      .slice(-RELEASES_MAX)
      .map(released);
    const versions = releases.map(({ version }) => version);
    const told = await witness(channelQuestion(crypto, channel, versions));
    channels.push({ channel, witness: hexOf(told), releases });
  }
  const updates = new Set(
    channels.flatMap(({ channel, releases }) => [...releasesByApproval(crypto, channel, releases).keys()]),
  );
  const boards = proven.map(({ device, key, witness: state }) => ({
    ...{ device, witness: state },
    receipts: telling(receipts.get(device) ?? [], updates).map(each => toHex(encodePublishedReceipt(each))),
    crashes: crashesOf(input, crashes, device, key),
  }));
  const releases = channels.flatMap(each => each.releases);
  const documents = await documentsOf(input, images, releases);
  return { format: 1, chainId: contracts.chain.chainId, fleet, block, boards, channels, ...documents };
}

const released = ({ blockNumber, imageSha256, manifestHash, size, version }: PublishedRelease) => ({
  ...{ version, imageSha256, size: Number(size), manifestHash, blockNumber: Number(blockNumber) },
});

/** The receipts that tell most: the newest under each image, and those about updates; of many the newest. */
function telling(receipts: readonly PublishedReceipt[], updates: ReadonlySet<string>): PublishedReceipt[] {
  const ordered = [...receipts].sort(
    ({ receipt: a }, { receipt: b }) => a.storeBirth - b.storeBirth || a.counter - b.counter,
  );
  const newest = new Map(ordered.map(each => [toHex(each.receipt.imageHash), each]));
  const wanted = new Set(newest.values());
  for (const each of ordered) if (updates.has(toHex(each.receipt.envelopeHash))) wanted.add(each);
  return ordered.filter(each => wanted.has(each)).slice(-RECEIPTS_MAX);
}

/** The newest crashes of the board that its key of that block signed; older ones are left out, which is said. */
function crashesOf(
  { warn }: Pick<Surroundings, 'warn'>,
  crashes: readonly KeptCrash[],
  device: string,
  key: string,
): string[] {
  const own = newestReceipts(crashes.filter(each => each.device === device && each.signer === key));
  const more = own.length - CRASHES_MAX;
  if (more > 0)
    warn(`${more} older crash receipts of ${device} are left out: a report has ${CRASHES_MAX} of a board.`);
  return own.slice(-CRASHES_MAX).map(({ bytes }) => toHex(bytes));
}

type Documents = Pick<Evidence, 'documents' | 'manifests'>;

/** The documents of those releases as far as the server has them, each under the hash that the record leads to. */
async function documentsOf(
  { progress, signal, warn }: Pick<Surroundings, 'progress' | 'signal' | 'warn'>,
  images: string | undefined,
  releases: readonly { manifestHash: Hex; version: number }[],
): Promise<Documents> {
  const manifests: string[] = [];
  const documents: string[] = [];
  if (images === undefined) return { manifests, documents };
  const fetched = async (hash: unknown): Promise<string | undefined> => {
    const bytes =
      typeof hash === 'string' && (await fetchedByHash(images, 'documents', hash, DOCUMENT_BYTES_MAX));
    const text = bytes ? Buffer.from(bytes).toString() : undefined;
    if (text !== undefined) documents.push(text);
    return text;
  };
  try {
    for (const { manifestHash, version } of releases) {
      signal.throwIfAborted();
      progress?.(`asks ${images} for the documents of version ${version}`);
      const head = await fetchedByHash(images, 'manifests', manifestHash, MANIFEST_BYTES_MAX);
      const manifest = head && parseManifest(head);
      if (manifest?.verdict !== 'accepted') continue;
      manifests.push(toHex(head!));
      const document = await fetched(toHex(manifest.value.documentSha256));
      const members = document === undefined ? undefined : parsedDocument(Buffer.from(document));
      await fetched(members?.sbom);
      await fetched(members?.provenance);
    }
  } catch (error) {
    signal.throwIfAborted();
    warn(`${images} does not give the documents of all releases: ${(error as Error).message}.`);
  }
  return { manifests, documents };
}
