/** Flags that many commands share. A flag that is left away is looked for in the project file (settings.ts). */
import { IMAGE_FLOOR_MAX, IMAGE_FLOOR_MIN, POSTPONE_HOURS_MAX } from '../../firmware/device/connections.js';
import { IMAGE_BYTES_MAX } from '../../firmware/store/imageHeader.js';
import { REVISION_MAX } from '../../firmware/update/manifestFields.js';
import { flag, flags, optionalOperand, requiredFlag, toggle } from '../cli/command.js';
import { UsageError } from '../cli/failure.js';
import {
  address,
  bytesOfFile,
  count,
  duration,
  hardware,
  path,
  publicKey,
  url,
  worldName,
} from '../cli/kinds.js';
import { revisions } from '../cli/revisions.js';

/** `--project FILE`, `--world NAME` */
export const projectFlag = {
  world: flag(worldName, 'the simulated world of this name (holdfast start --world NAME)'),
  project: flag(
    path,
    'the project file, instead of .holdfast/project.json here or in the nearest parent folder',
  ),
};

/** `--rpc`, and the project file. */
export const chainFlags = {
  rpc: flag(url('http', 'https'), 'the chain, JSON-RPC over HTTP'),
  ...projectFlag,
};

/** The key that sends a transaction, or signs alone. */
export const senderFlags = { keystore: flag(path, 'keystore of the key that acts and pays') };

/** The keys that sign together. */
export const signerFlags = { signer: flags(path, 'keystore of one who signs') };

/** `--from FILE`, of commands that name a release's deltas. */
export const deltaFlags = {
  from: flags(
    bytesOfFile(IMAGE_BYTES_MAX),
    'an image that boards run now: a delta from it, of a few KB, is made and named',
  ),
};

/** A board over its broker, and the chain that names its key. */
export const boardFlags = {
  ...chainFlags,
  broker: flag(url('mqtt', 'mqtts'), 'the MQTT broker'),
  device: flag(address, "the board's Device contract"),
};

/** A board as the chain knows it. */
export const deviceFlags = { ...chainFlags, device: flag(address, "the board's Device contract") };

/** A fleet on its chain. */
export const fleetFlags = { ...chainFlags, fleet: flag(address, 'the fleet') };

/** A release channel on its chain. */
export const channelFlags = { ...chainFlags, channel: flag(address, 'the release channel') };

/** `--hardware NAME|ID`, of commands that make an image. */
export const hardwareFlag = {
  hardware: requiredFlag(
    hardware,
    'the hardware id, as the release channel has it, or the name that it is made of',
  ),
};

/** `--revisions N-M,…`, of commands that make an image. */
export const revisionsFlag = {
  revisions: flag(revisions, 'the revisions of the hardware that it is for; all if left out'),
};

/** `--requires N`, of the same commands. */
export const requiresFlag = {
  requires: flag(count(1, 0xffffffff), 'the least version that must run before it'),
};

/** @throws UsageError for an image that wants itself, or a later one, to run before it */
export function checkRequired(requires: number | undefined, version: number): void {
  if (requires !== undefined && requires >= version)
    throw new UsageError('--requires names a version before --version: no other could ever be updated.');
}

/** `--images URL` */
export const imagesFlag = { images: flag(url('http', 'https'), 'the image server') };

/** The ways of a board to its image servers and to a prover at its broker, beside the URLs. */
export const connectionFlags = {
  'image-floor': flag(
    count(IMAGE_FLOOR_MIN, IMAGE_FLOOR_MAX),
    'bytes a second below which an image server is left (default 2048)',
  ),
  'postpone-hours': flag(
    count(0, POSTPONE_HOURS_MAX),
    'hours that an app may put an update off (default 168)',
  ),
  revision: flag(count(0, REVISION_MAX), 'revision of the hardware (default: as told before, or none)'),
  'prover-key': flag(publicKey, 'key of a prover at the broker (holdfast prover names it)'),
};

/** `--no-mine`, for commands that wait for a final block. */
export const mineFlag = { 'no-mine': toggle('do not mine a development chain to finality') };

/** The board, as a word after the command; the project's if it is left out. */
export const deviceOperand = {
  device: optionalOperand(address, "the board's Device contract (default: the project's)"),
};

/** `--receipts FILE` */
export const receiptsFlag = {
  receipts: flag(path, 'where receipts are kept (default: receipts.jsonl beside the project file)'),
};

/** `--wait`, for commands that wait for the board. */
export const waitFlag = {
  wait: flag(
    duration(86_400),
    'how long to wait for the board (default 60s, 40m on a chain with real finality)',
  ),
};

/** A change on chain that the board is to show: the broker where it speaks, and for how long to listen. */
export const proofFlags = {
  ...chainFlags,
  broker: flag(url('mqtt', 'mqtts'), 'the MQTT broker'),
  wait: flag(
    duration(86_400),
    'how long to wait until the board shows it (default 60s, 40m on a chain with real finality)',
  ),
  'no-wait': toggle('do not wait for the board'),
  ...mineFlag,
  ...receiptsFlag,
};
