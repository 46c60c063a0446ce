/** The pure decision on a release: facts in, verdict out. Vendor and owner must both want it. */

import { equal } from '../bytes/equal.js';
import { toHex } from '../bytes/hex.js';
import { accepted, rejected, type TrustCause, undetermined, type Verdict } from '../bytes/verdict.js';
import { type ChannelFacts, DeviceStatus } from '../contract/facts.js';
import type { Crypto } from '../port/crypto.js';
import type { UpdateFacts } from './facts.js';
import { approvalHash, cohort, type Offer, releaseRecord } from './offer.js';

/** The codes with which a release is rejected. */
export type UpdateCode =
  | 'malformed'
  | 'image_hash'
  | 'image_size'
  | 'rollback'
  | 'floor'
  | 'hardware'
  | 'not_approved'
  | 'not_published'
  | 'withdrawn'
  | 'not_yet';

/** The causes for which a release stays undecided. */
export type UpdateCause =
  | TrustCause
  | 'no_witness'
  | 'paused'
  | 'suspended'
  | 'handover'
  | 'cohort'
  | 'busy'
  | 'incomplete';

/** The verdict on an offered release. */
export type UpdateVerdict = Verdict<undefined, UpdateCode | 'replayed', UpdateCause>;

/** The board's own side of the decision. */
export interface Installed {
  /** The running image's. */
  version: number;
  /** 32 bytes: the board's hardware id. */
  hardware: Uint8Array;
  /** 20 bytes: the channel that the running image came from; undefined while none was proven. */
  channel: Uint8Array | undefined;
  /** The security floor in force. */
  floor: number;
  /** 20 bytes each: the addresses of the board's Device and of its key. */
  device: Uint8Array;
  key: Uint8Array;
  /** 20 bytes: the owner as the board knows it. */
  owner: Uint8Array;
}

/** The hold that another owner or key, pause or status puts on updates. `Suspended` holds none: a board may need one to recover. */
function heldBack(
  { device, fleet }: UpdateFacts,
  { key, owner }: Installed,
): Verdict<undefined, never, UpdateCause> {
  if (!equal(device.owner, owner))
    return undetermined('handover', `the Device has another owner, ${toHex(device.owner)}`);
  if (fleet.paused) return undetermined('paused', `the fleet ${toHex(fleet.address)} is paused`);
  if (device.status === DeviceStatus.stolen || device.status === DeviceStatus.retired) {
    // As for commands: a stolen board tells nobody but its owner.
    return undetermined('suspended', 'the board is held');
  }
  if (!equal(device.key, key))
    return undetermined('suspended', `the Device names another key, ${toHex(device.key)}`);
  return accepted(undefined);
}

/**
 * The verdict on an offer by the facts of the final block and of the newest one, which can only restrain. Rejections
 * come before holds, so that a worthless offer is refused while the board is held.
 */
export function decideUpdate(
  crypto: Crypto,
  offer: Offer,
  facts: UpdateFacts,
  newest: UpdateFacts,
  installed: Installed,
): Verdict<undefined, UpdateCode, UpdateCause> {
  const { channel, device } = facts;
  if (!equal(device.channel, offer.channel)) {
    return rejected('not_approved', `the board's channel is ${toHex(device.channel)}`);
  }
  if (installed.channel && !equal(installed.channel, offer.channel)) {
    return rejected('not_approved', `the running image belongs to the channel ${toHex(installed.channel)}`);
  }
  if (!equal(channel.hardware, installed.hardware)) {
    return rejected('hardware', `the channel is for hardware ${toHex(channel.hardware)}`);
  }
  for (const at of [facts, newest]) {
    const published = judgeRecord(crypto, offer, at.channel.record);
    if (published.verdict === 'rejected') return published;
  }
  const approval = approvalHash(crypto, offer);
  if (!equal(device.approval, approval)) {
    const has = device.approval.every(byte => byte === 0) ? 'approved nothing' : 'approved another image';
    return rejected('not_approved', `the owner has ${has}`);
  }
  if (!equal(newest.device.approval, approval))
    return rejected('not_approved', 'the owner takes the approval back in a block that is not final yet');
  const { from } = offer;
  if (from === undefined ? offer.version <= installed.version : from !== installed.version) {
    const why = from === undefined ? 'not newer than' : `approved for boards that run ${from}, not`;
    return rejected('rollback', `version ${offer.version} is ${why} ${installed.version}, which runs`);
  }
  if (offer.version < Math.max(channel.floor, installed.floor)) {
    return rejected(
      'floor',
      `version ${offer.version} is below the floor ${Math.max(channel.floor, installed.floor)}`,
    );
  }
  for (const at of [facts, newest]) {
    const held = heldBack(at, installed);
    if (held.verdict === 'undetermined') return held;
  }
  // A rollout that the newest block widens counts once it is final, one that it narrows counts at once.
  for (const at of [facts, newest]) {
    const rollout = judgeRollout(crypto, offer, at.channel, installed);
    if (rollout.verdict === 'undetermined') return rollout;
  }
  return accepted(undefined);
}

function judgeRecord(
  crypto: Crypto,
  offer: Offer,
  record: Uint8Array,
): Verdict<undefined, 'not_published' | 'withdrawn', never> {
  if (record.every((byte, i) => byte === (i === 31 ? 1 : 0))) {
    return rejected('withdrawn', `version ${offer.version} was withdrawn`);
  }
  if (equal(record, releaseRecord(crypto, offer))) return accepted(undefined);
  const none = record.every(byte => byte === 0);
  return rejected(
    'not_published',
    none
      ? `the vendor has not published version ${offer.version}`
      : `the vendor published another image as version ${offer.version}`,
  );
}

/** The flags of a channel: a guardian paused it; failures that boards reported halted its newest version. */
const PAUSED = 1;
const HALTED = 2;

/** The hold of the rollout. Only the newest version rolls out step by step; a board below the floor is in every cohort. */
function judgeRollout(
  crypto: Crypto,
  offer: Offer,
  channel: ChannelFacts,
  installed: Installed,
): Verdict<undefined, never, 'paused' | 'cohort'> {
  if ((channel.flags & PAUSED) !== 0) return undetermined('paused', 'the channel is paused');
  if (offer.version !== channel.newest) return accepted(undefined);
  if ((channel.flags & HALTED) !== 0)
    return undetermined('cohort', 'failures that boards reported halted the rollout');
  if (installed.version < channel.floor) return accepted(undefined);
  const place = cohort(crypto, offer.channel, installed.device, offer.version);
  if (place < channel.rollout) return accepted(undefined);
  return undetermined(
    'cohort',
    `the rollout is at ${channel.rollout} of 1000 boards, this board has place ${place}`,
  );
}
