/** The signed status: a board's statement about itself at every start, by which tools address it. */

import type { App } from '../app/app.js';
import { SETTINGS_BYTES_MAX } from '../app/settings.js';
import { STATE_BYTES_MAX, shownState } from '../app/state.js';
import { encodeRecord, RecordReader } from '../bytes/record.js';
import { accepted, rejected, type Verdict } from '../bytes/verdict.js';
import type { SeenDevice } from '../command/admission.js';
import { type Domain, typedDigest, typeHash } from '../contract/typedData.js';
import type { Ledger } from '../ledger/ledger.js';
import type { Boot } from '../port/board.js';
import type { Crypto } from '../port/crypto.js';
import type { Partition } from '../port/flash.js';
import type { Floors } from '../trust/floors.js';
import type { Level } from '../trust/level.js';
import type { Identity } from './identity.js';
import type { Image } from './image.js';
import { slotsNumber } from './slots.js';

/** The EIP-712 type of a status. */
export const STATUS_TYPE =
  'Status(bytes32 challenge,address owner,bytes32 trustConfiguration,bytes32 imageHash,uint32 version,' +
  'uint32 epoch,uint32 sequence,uint64 storeBirth,uint64 receiptCounter,bytes32 receiptHead,bytes sealingKey,' +
  'uint8 level,uint64 finalized,uint8 lifecycle,uint64 newest,uint64 lowered,bytes state,bytes config,uint64 telemetry,uint64 slots)';

/** The greatest size of a status. */
export const STATUS_BYTES_MAX = 1050;

const statusType = typeHash(STATUS_TYPE);

/** The EIP-712 type of a status of a board that has had an app image; of the same name, with three members more. */
export const APP_STATUS_TYPE = `${STATUS_TYPE.slice(0, -1)},bytes32 appHash,uint32 appVersion,uint64 appSlots)`;

const appStatusType = typeHash(APP_STATUS_TYPE);

/** The app line, as a status shows it. */
export interface AppStatus {
  /** 32 bytes: of the app image that runs; zero for the app that is built into the image. */
  sha256: Uint8Array;
  version: number;
  /** Both slots of apps: `readSlots`. */
  slots: number;
}

/** A board's statement about itself. Hashes are 32 bytes. */
export interface Status {
  /** 32 random bytes of this boot; an anchored envelope that carries them proves that its head is new. */
  challenge: Uint8Array;
  /** 20 bytes: the owner as the board knows it; zero before it was given one. */
  owner: Uint8Array;
  /** keccak256 of the trust configuration as encoded. */
  trustConfiguration: Uint8Array;
  /** SHA-256 of the bytes that execute. */
  imageHash: Uint8Array;
  /** The running image's. */
  version: number;
  epoch: number;
  /** The last consumed direct sequence. */
  sequence: number;
  /** Unix seconds of the journal's birth; 0 for a board's first journal. */
  storeBirth: number;
  /** Counter and hash of the newest receipt; 0 and zero before the first. */
  receiptCounter: number;
  receiptHead: Uint8Array;
  /** 33 bytes: the compressed public key for the sealed envelopes of this epoch. */
  sealingKey: Uint8Array;
  /** The least level of header trust in force for commands, 1 to 4. */
  level: number;
  /** The number of the newest block that the board knows to be final at that level or a stronger one; 0 for none. */
  finalized: number;
  /**
   * The status of the Device as this boot read it last: `DeviceStatus` of a final block, or of the newest block where that
   * is the severer one; 0 before the first reading.
   */
  lifecycle: number;
  /** The number of the newest block at which this boot read the Device; 0 for none. */
  newest: number;
  /**
   * Seconds, more than a day, by which a block that answered this boot's challenge lowered the time that the board had
   * been shown before; 0 for none. Either that time was a forgery, or this block is an old one.
   */
  lowered: number;
  /** CBOR: what the app shows of itself, `STATE_BYTES_MAX` at most; empty for nothing. */
  state: Uint8Array;
  /** CBOR: what the owner has set of the app's configuration, `SETTINGS_BYTES_MAX` at most; empty where it has none. */
  config: Uint8Array;
  /** The counter of the newest batch of telemetry of this start; 0 before the first. */
  telemetry: number;
  /** Both slots: `readSlots`. */
  slots: number;
  /** Missing for a board that never had an app image. */
  app?: AppStatus;
}

/** The EIP-712 digest of a status: 32 bytes, which the board signs. */
export function statusHash(crypto: Crypto, domain: Domain, status: Status): Uint8Array {
  const { app } = status;
  return typedDigest(
    crypto,
    domain,
    app ? appStatusType : statusType,
    status.challenge,
    status.owner,
    status.trustConfiguration,
    status.imageHash,
    status.version,
    status.epoch,
    status.sequence,
    status.storeBirth,
    status.receiptCounter,
    status.receiptHead,
    crypto.keccak256(status.sealingKey),
    status.level,
    status.finalized,
    status.lifecycle,
    status.newest,
    status.lowered,
    crypto.keccak256(status.state),
    crypto.keccak256(status.config),
    status.telemetry,
    status.slots,
    ...(app ? [app.sha256, app.version, app.slots] : []),
  );
}

/** A status with the board's signature. */
export interface SignedStatus {
  status: Status;
  /** 65 bytes, by the board's key over `statusHash`. */
  signature: Uint8Array;
}

/** Gathers and signs the board's status. */
export function signStatus(options: {
  app: Pick<App, 'configured' | 'state'>;
  /** 32 bytes: this boot's. */
  challenge: Uint8Array;
  crypto: Crypto;
  domain: Domain;
  floors: Floors;
  identity: Identity;
  image: Image;
  ledger: Ledger;
  /** The least level in force for commands. */
  level: Level;
  /** As this boot read the Device last. */
  seen: SeenDevice;
  /** Of this epoch, 33 bytes. */
  sealingKey: Uint8Array;
  /** The counter of the newest batch; 0 for none. */
  telemetry: number;
  idleSlot: Partition;
  ports: { readonly boot: Boot };
  /** Missing for a board that takes no app images. */
  appLine?: { readonly status: AppStatus | undefined };
}): SignedStatus {
  const {
    app,
    challenge,
    crypto,
    domain,
    floors,
    identity,
    image,
    ledger,
    level,
    sealingKey,
    seen,
    telemetry,
    idleSlot,
    ports,
    appLine,
  } = options;
  const ofApp = appLine?.status;
  const status: Status = {
    challenge,
    owner: identity.ownership.owner,
    trustConfiguration: identity.configurationHash,
    imageHash: image.sha256,
    version: image.version,
    epoch: ledger.position.epoch,
    sequence: ledger.position.sequence,
    storeBirth: ledger.birth ?? 0,
    receiptCounter: ledger.receiptCounter,
    receiptHead: ledger.receiptHead,
    sealingKey,
    level,
    finalized: floors.finalized(level),
    lifecycle: seen.status,
    newest: seen.block,
    lowered: floors.lowered,
    state: shownState(app),
    config: app.configured?.() ?? new Uint8Array(0),
    telemetry,
    slots: slotsNumber(ports.boot, idleSlot),
    ...(ofApp && { app: ofApp }),
  };
  return { status, signature: crypto.sign(statusHash(crypto, domain, status), identity.privateKey) };
}

/** A signed status as a record, `STATUS_BYTES_MAX` at most. */
export const encodeStatus = ({ signature, status }: SignedStatus): Uint8Array =>
  encodeRecord([
    status.challenge,
    status.owner,
    status.trustConfiguration,
    status.imageHash,
    status.version,
    status.epoch,
    status.sequence,
    status.storeBirth,
    status.receiptCounter,
    status.receiptHead,
    status.sealingKey,
    status.level,
    status.finalized,
    status.lifecycle,
    status.newest,
    status.lowered,
    status.state,
    status.config,
    status.telemetry,
    status.slots,
    signature,
    ...(status.app ? [status.app.sha256, status.app.version, status.app.slots] : []),
  ]);

/**
 * Reads untrusted bytes of at most `STATUS_BYTES_MAX`. Never throws; bytes of any other shape are `malformed`. The
 * signature is not checked here: recover its signer over `statusHash`.
 */
export function parseStatus(bytes: Uint8Array): Verdict<SignedStatus, 'malformed', never> {
  const reader = new RecordReader(bytes, STATUS_BYTES_MAX);
  const status: Status = {
    challenge: reader.fixed(32),
    owner: reader.fixed(20),
    trustConfiguration: reader.fixed(32),
    imageHash: reader.fixed(32),
    version: reader.number(),
    epoch: reader.number(),
    sequence: reader.number(),
    storeBirth: reader.number(),
    receiptCounter: reader.number(),
    receiptHead: reader.fixed(32),
    sealingKey: reader.bytes(33),
    level: reader.number(4),
    finalized: reader.number(),
    lifecycle: reader.number(5),
    newest: reader.number(),
    lowered: reader.number(),
    state: reader.bytes(STATE_BYTES_MAX),
    config: reader.bytes(SETTINGS_BYTES_MAX),
    telemetry: reader.number(),
    slots: reader.number(),
  };
  const signature = reader.fixed(65);
  if (reader.more)
    status.app = { sha256: reader.fixed(32), version: reader.number(), slots: reader.number() };
  return reader.end()
    ? accepted({ status, signature })
    : rejected('malformed', `the ${bytes.length} bytes are not a status`);
}
