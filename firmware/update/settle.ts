/**
 * Updates after the restart: a pending image confirms itself when it is healthy and is the approved one, else the board
 * goes back to the image before. Nothing here waits for the chain or for now: what was proven stays proven.
 */

import type { App } from '../app/app.js';
import { encodeParams } from '../app/params.js';
import { equal } from '../bytes/equal.js';
import { StoreKey } from '../ledger/keys.js';
import type { Ledger } from '../ledger/ledger.js';
import type { PublishedReceipt } from '../ledger/receiptWire.js';
import type { Boot } from '../port/board.js';
import type { Clock } from '../port/clock.js';
import type { Crypto } from '../port/crypto.js';
import type { Partition } from '../port/flash.js';
import { headerLength, parseHeader } from '../store/imageHeader.js';
import { approvalHash } from './offer.js';
import { parseProgress } from './progress.js';
import type { KnownToBoard } from './wanted.js';

/** The running image, its app and the slots. */
export interface SettleOptions {
  app: App;
  boot: Boot;
  clock: Clock;
  crypto: Crypto;
  /** The slot that the running image is not in. */
  idleSlot: Partition;
  /** 32 bytes: SHA-256 of the bytes that execute. */
  imageSha256: Uint8Array;
  /** The channel and the floor of the board's images. */
  known: Pick<KnownToBoard, 'line'>;
  ledger: Ledger;
  /** The journal's key of how far an update of this line is; that of images if left out. */
  progressKey?: number;
}

/** The number of times that a release is marked pending before the board gives it up. A power cut may cost one of them. */
const PENDING_TRIES_MAX = 2;

/** A health check that takes longer counts as failed. */
const HEALTH_CHECK_MS_MAX = 30_000;

const NO_BLOCK = { number: 0, hash: new Uint8Array(32) };

/** The result of settling; `rolling back` means that the board restarts. */
export type Settled = 'nothing' | 'confirmed' | 'rolling back' | 'rolled back' | 'given up';

/**
 * Settles the update of before the restart: confirms, rolls back or gives up, with a receipt where one is due. To be
 * called once at the start, after the app began.
 */
export async function settleUpdate(
  options: SettleOptions,
): Promise<{ settled: Settled; receipt?: PublishedReceipt }> {
  const { app, boot, crypto, imageSha256, ledger, progressKey = StoreKey.update } = options;
  const progress = parseProgress(ledger.read(progressKey));
  const approved = progress !== undefined && equal(progress.offer.imageSha256, imageSha256);

  if (boot.running.state === 'pending') {
    const healthy = approved && (await isHealthy(app, options.clock));
    if (!healthy) {
      boot.restart('rollBack');
      return { settled: 'rolling back' };
    }
    boot.confirm();
  }
  if (!progress || boot.running.state === 'recovery' || (!approved && progress.tries === 0))
    return { settled: 'nothing' };
  const statement = { envelopeHash: approvalHash(crypto, progress.offer), sequence: 0, block: NO_BLOCK };
  if (approved) {
    const { line } = options.known;
    const { from, version } = progress.offer;
    const floor = version >= progress.floor ? progress.floor : 0;
    const kept = { channel: progress.offer.channel, floor: Math.max(floor, line?.floor ?? 0) };
    // Before the update is called done: after a cut here, the next start does it again.
    invalidateBelow(options.idleSlot, kept.floor);
    options.known.line = kept;
    const receipt = ledger.commit({
      records: [[progressKey, undefined]],
      statement: {
        ...statement,
        outcome: 'done',
        code: '',
        result: encodeParams({ version, image: imageSha256, ...(from !== undefined && { from }) }),
      },
    });
    return { settled: 'confirmed', receipt };
  }
  if (progress.tries < PENDING_TRIES_MAX) return { settled: 'rolled back' };
  const receipt = ledger.commit({
    records: [[progressKey, undefined]],
    statement: { ...statement, outcome: 'failed', code: 'rolled_back', result: new Uint8Array(0) },
  });
  return { settled: 'given up', receipt };
}

/** True when the app says so in time; an app that throws or never answers is not healthy. */
async function isHealthy(app: App, clock: Clock): Promise<boolean> {
  let cancel = () => {};
  const late = new Promise<boolean>(resolve => {
    cancel = clock.after(HEALTH_CHECK_MS_MAX, () => resolve(false));
  });
  try {
    return (await Promise.race([app.healthy(), late])) === true;
  } catch {
    return false;
  } finally {
    cancel();
  }
}

/** Makes a slot below the floor unbootable, so that no bootloader falls back to it. */
function invalidateBelow(slot: Partition, floor: number): void {
  const header = parseHeader(slot.read(0, headerLength));
  if (header.verdict === 'accepted' && header.value.version < floor) slot.erase(0);
}
