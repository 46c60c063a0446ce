/** One board's line of a report, from its proven facts and those of its channel. */
import { fromHex, toHex } from '../../firmware/bytes/hex.js';
import type { Crypto } from '../../firmware/port/crypto.js';
import { approvalHash } from '../../firmware/update/offer.js';
import type { Hex } from '../cli/kinds.js';
import type { EvidenceRelease } from './evidence.js';
import type { BoardReport, BoardState, FailedUpdate, ProvenBoard, ProvenChannel } from './facts.js';

interface Hashes {
  /** The board's place in the roll-out of a version, 0 to 999. */
  place(board: ProvenBoard, version: number): number;
  /** The approval of a release, as Device and receipts hold it. */
  approval(channel: Hex, release: EvidenceRelease): string;
}

export const approvalOf =
  (crypto: Crypto) =>
  (channel: Hex, { imageSha256, manifestHash, size, version }: EvidenceRelease): string =>
    toHex(
      approvalHash(crypto, {
        ...{ channel: fromHex(channel, 20)!, version, size },
        imageSha256: fromHex(imageSha256, 32)!,
        manifestHash: fromHex(manifestHash, 32)!,
      }),
    );

export function tally(board: ProvenBoard, channels: readonly ProvenChannel[], hashes: Hashes): BoardReport {
  const { approval, channel: address, device, receipts, status } = board;
  const channel = channels.find(each => each.channel === address);
  const releases = channel?.releases ?? [];
  const names = new Map(releases.map(release => [hashes.approval(address, release), release]));
  const failed: FailedUpdate[] = receipts.flatMap(receipt => {
    const about = names.get(toHex(receipt.envelopeHash));
    if (!about || receipt.outcome !== 'failed') return [];
    const { blockNumber: block, code, imageHash } = receipt;
    return [{ version: about.version, code, image: toHex(imageHash) as Hex, block }];
  });
  const approved = names.get(approval)?.version;
  const about = { device, status, channel: address, failed, ...(approved !== undefined && { approved }) };
  const newest = receipts.at(-1);
  if (!newest) return { ...about, state: 'unproven' };
  const image = toHex(newest.imageHash) as Hex;
  const runs = releases.find(({ imageSha256 }) => imageSha256 === image);
  const state = channel && runs ? stateOf(board, channel, runs, hashes) : 'other';
  const published = releases.find(({ version }) => version === channel?.newest);
  return {
    ...{ ...about, state, image, seenAt: newest.blockNumber },
    ...(runs && { version: runs.version }),
    ...(isBehind(state) && published && { behindSince: published.blockNumber }),
  };
}

const isBehind = (state: BoardState): boolean => ['behind', 'below_floor', 'withdrawn'].includes(state);

function stateOf(
  board: ProvenBoard,
  { floor, newest, rollout }: ProvenChannel,
  { version, withdrawn }: ProvenChannel['releases'][number],
  { place }: Hashes,
): BoardState {
  if (withdrawn) return 'withdrawn';
  if (version < floor) return 'below_floor';
  if (version >= newest) return 'current';
  return place(board, newest) < rollout ? 'behind' : 'waiting';
}
