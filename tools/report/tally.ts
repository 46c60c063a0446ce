/** One board's line of a report, from its proven facts and those of its channel. */
import { fromHex, toHex } from '../../firmware/bytes/hex.js';
import type { Crypto } from '../../firmware/port/crypto.js';
import { cohort } from '../../firmware/update/offer.js';
import type { Hex } from '../cli/kinds.js';
import { crashWords, newestReceipts } from '../operator/crash.js';
import { releasesByApproval } from '../release/offerOf.js';
import type {
  BoardCrashes,
  BoardReport,
  BoardState,
  FailedUpdate,
  ProvenBoard,
  ProvenChannel,
} from './facts.js';

/** A channel, with its releases by the approvals that name them: thousands of hashes, made once for all its boards. */
export interface NamedChannel extends ProvenChannel {
  byApproval: ReadonlyMap<string, ProvenChannel['releases'][number]>;
}

/** The channel with its releases' approvals. */
export const namedChannel = (crypto: Crypto, channel: ProvenChannel): NamedChannel => ({
  ...channel,
  byApproval: releasesByApproval(crypto, channel.channel, channel.releases),
});

/** The line of that board. */
export function tally(crypto: Crypto, board: ProvenBoard, channels: readonly NamedChannel[]): BoardReport {
  const { approval, channel: address, device, receipts, status } = board;
  const channel = channels.find(each => each.channel === address);
  const releases = channel?.releases ?? [];
  const failed: FailedUpdate[] = receipts.flatMap(receipt => {
    const about = channel?.byApproval.get(toHex(receipt.envelopeHash));
    if (!about || receipt.outcome !== 'failed') return [];
    const { blockNumber: block, code, imageHash } = receipt;
    return [{ version: about.version, code, image: toHex(imageHash) as Hex, block }];
  });
  const approved = channel?.byApproval.get(approval)?.version;
  const crashes = crashesOf(board);
  const about = {
    device,
    status,
    channel: address,
    failed,
    crashes,
    ...(approved !== undefined && { approved }),
  };
  const newest = receipts.at(-1);
  if (!newest) return { ...about, state: 'unproven' };
  const image = toHex(newest.imageHash) as Hex;
  const runs = releases.find(({ imageSha256 }) => imageSha256 === image);
  const state = channel && runs ? stateOf(crypto, board, channel, runs) : 'other';
  const published = releases.find(({ version }) => version === channel?.newest);
  return {
    ...{ ...about, state, image, seenAt: newest.blockNumber },
    ...(runs && { version: runs.version }),
    ...(isBehind(state) && published && { behindSince: published.blockNumber }),
  };
}

/** The crashes that the board signed, by image, in the order of the newest of each. */
function crashesOf({ crashes, device }: ProvenBoard): BoardCrashes[] {
  const byImage = new Map<string, BoardCrashes>();
  const known = newestReceipts(crashes.map(crash => ({ ...crash, device })));
  for (const crash of known.sort((a, b) => a.number - b.number)) {
    const image = toHex(crash.imageHash) as Hex;
    const count = (byImage.get(image)?.count ?? 0) + crash.count;
    const { message, reason } = crashWords(crash);
    byImage.delete(image);
    byImage.set(image, { image, count, number: crash.number + crash.count - 1, reason, message });
  }
  return [...byImage.values()];
}

const isBehind = (state: BoardState): boolean => ['behind', 'below_floor', 'withdrawn'].includes(state);

function stateOf(
  crypto: Crypto,
  board: ProvenBoard,
  { floor, newest, rollout }: ProvenChannel,
  { version, withdrawn }: ProvenChannel['releases'][number],
): BoardState {
  if (withdrawn) return 'withdrawn';
  if (version < floor) return 'below_floor';
  if (version >= newest) return 'current';
  const place = cohort(crypto, fromHex(board.channel, 20)!, fromHex(board.device, 20)!, newest);
  return place < rollout ? 'behind' : 'waiting';
}
