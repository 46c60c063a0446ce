import { join } from 'node:path';
import {
  CHALLENGES_MAX,
  CHECKPOINT_FILE_BYTES_MAX,
  checkpointEnding,
  parseCheckpointFile,
} from '../checkpoint/file.js';
import {
  ageOf,
  ageText,
  CHECKPOINT_AGE_SECONDS_MAX,
  checkAgainstNode,
  newCheckpoint,
  refuseOld,
  withSignatures,
  writeCheckpoint,
} from '../checkpoint/sign.js';
import { readBoundedFile } from '../cli/boundedFile.js';
import { defineCommand, flag, flags, type Surroundings, toggle } from '../cli/command.js';
import { Failure } from '../cli/failure.js';
import { hash, path } from '../cli/kinds.js';
import { fleetFlags, signerFlags } from '../settings/flags.js';
import { Settings } from '../settings/settings.js';

export default defineCommand({
  summary: 'Sign the newest final block for boards that go by checkpoints',
  details:
    'The block is what this node says it is, so use a node of your own. One signature answers the challenges of many\n' +
    'boards. Others add theirs with --add, after their own node said the same and called the block final. A block older\n' +
    'than 60 minutes by the clock of this machine is not signed. Provers serve what lies in the directory.',
  example:
    'holdfast checkpoint --fleet 0x90F79bf6EB2c4f870365E785982E1f101E93b906 --signer a.json --signer b.json --directory checkpoints',
  operands: {},
  flags: {
    ...fleetFlags,
    ...signerFlags,
    challenge: flags(hash, 'what a board asked for (holdfast status shows it)'),
    add: flag(path, 'add signatures to this checkpoint instead'),
    'any-age': toggle('sign a block older than 60 minutes too: boards may take an old state for new'),
    directory: flag(path, 'where it is written (default: checkpoints beside the project file)'),
  },
  run: async input => {
    const { flags: given } = input;
    const settings = new Settings(given);
    const rpc = settings.need('rpc');
    if (given.challenge.length > CHALLENGES_MAX)
      throw new Failure(
        'challenges',
        `One checkpoint answers ${CHALLENGES_MAX} boards at most: sign several.`,
      );
    if (given.add && given.challenge.length > 0)
      throw new Failure('challenges', 'What others have signed cannot be changed: leave --challenge away.');
    const file = given.add
      ? readCheckpoint(given.add)
      : await newCheckpoint(rpc, settings.need('fleet'), given.challenge);
    if (given.add) await checkAgainstNode(rpc, file);
    const nowMs = Date.now();
    const age = ageOf(file, nowMs);
    if (!given['any-age']) refuseOld(file, nowMs);
    tellAge(input, file.number, age);
    const keys = await settings.signers(input, 'checkpointKeys', given.signer);
    const signed = await withSignatures(file, keys);
    const name = `${file.fleet.toLowerCase()}-${String(file.number).padStart(12, '0')}${checkpointEnding}`;
    const written = given.add ?? join(given.directory ?? join(settings.home, 'checkpoints'), name);
    await writeCheckpoint(written, signed);
    const { blockHash, challenges, fleet, fleetEpoch, number, signatures } = signed;
    return {
      ok: true,
      file: written,
      fleet,
      fleetEpoch,
      number,
      blockHash,
      ageSeconds: age,
      challenges: challenges.length,
      signatures: signatures.length,
    };
  },
  show: ({ ageSeconds, blockHash, file, number, signatures }) => [
    `Block ${number} (${blockHash}, ${ageText(Math.max(0, ageSeconds))} old) carries ${signatures} signature${signatures === 1 ? '' : 's'} now: ${file}`,
    'Give it to provers (holdfast prover --checkpoints), or to who signs next (--add).',
  ],
});

function readCheckpoint(file: string) {
  try {
    return parseCheckpointFile(
      Buffer.from(readBoundedFile(file, CHECKPOINT_FILE_BYTES_MAX)).toString('utf8'),
    );
  } catch (error) {
    throw new Failure('checkpoint', `${file} ${(error as Error).message}`, { cause: error });
  }
}

/** Seconds that the clocks of chain and machine may differ before somebody is told. */
const CLOCK_SKEW_SECONDS_MAX = 300;

function tellAge({ note, warn }: Pick<Surroundings, 'note' | 'warn'>, block: number, age: number): void {
  if (age < -CLOCK_SKEW_SECONDS_MAX)
    warn(
      `block ${block} is ${ageText(age)} ahead of the clock of this machine: set the clock, since it tells how old a block is.`,
    );
  else if (age > CHECKPOINT_AGE_SECONDS_MAX)
    warn(`block ${block} is ${ageText(age)} old, and you sign it all the same (--any-age).`);
  else note(`Block ${block} is ${ageText(Math.max(0, age))} old.`);
}
