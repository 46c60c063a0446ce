/**
 * Trust set anew at the console in a hand-over: a person at the board is not yet its owner, so the configuration comes
 * with a signature of the proven owner, or of m checkpoint keys of the proven fleet.
 */

import { equal } from '../bytes/equal.js';
import { rejected, undetermined, type Verdict } from '../bytes/verdict.js';
import type { CommandCause } from '../command/answer.js';
import {
  type CommandChain,
  type CommandFacts,
  type ProvenFacts,
  provenPosition,
  readPair,
  restraining,
  restraint,
  statementWithoutResult,
} from '../command/facts.js';
import type { Life } from '../command/life.js';
import { ownerStage } from '../command/ownerStage.js';
import { checkpointKeysSlot } from '../contract/facts.js';
import { setTrustDigest } from '../contract/setTrust.js';
import type { Domain } from '../contract/typedData.js';
import { forgottenUpdates } from '../ledger/keys.js';
import type { Ledger } from '../ledger/ledger.js';
import type { PublishedReceipt } from '../ledger/receiptWire.js';
import type { Crypto } from '../port/crypto.js';
import { isSignedBy, type KeySet, keySetHash } from '../trust/checkpointKeys.js';
import type { PurposePolicy } from '../trust/configuration.js';
import type { Floors } from '../trust/floors.js';
import type { HandOver } from './handOver.js';

/** The words of the person at the console: a configuration as encoded, and who consents to it. */
export interface ConsoleTrust {
  configuration: Uint8Array;
  /** 65 bytes each: one of the owner; or those of checkpoint keys, with their set. */
  signatures: Uint8Array;
  /** The fleet's set of checkpoint keys; left out for the owner's signature. */
  keySet?: KeySet;
}

/** The chain, and the board's own state. */
export interface AtConsoleOptions {
  chain: CommandChain;
  crypto: Crypto;
  domain: Domain;
  floors: Floors;
  handOver: HandOver;
  /** 20 bytes: the address of the board's key. */
  key: Uint8Array;
  ledger: Ledger;
  life: Pick<Life, 'locked'>;
  lifecycle: PurposePolicy;
}

/** The receipts of a change: the voided way up to it, and the change itself. */
export type ConsoleVerdict = Verdict<
  readonly PublishedReceipt[],
  'params' | 'trial' | 'unauthorized',
  CommandCause
>;

/** Judges, tries and adopts. One attempt of the trial each time: on `undetermined` the person asks again. */
export async function setTrustAtConsole(
  options: AtConsoleOptions,
  asked: ConsoleTrust,
): Promise<ConsoleVerdict> {
  const { chain, crypto, domain, floors, handOver, key, ledger, life, lifecycle } = options;
  const pair = await readPair(chain, 'finalized', checkpointKeysSlot(), 'lifecycle');
  if (pair.verdict === 'undetermined') return pair;
  const { facts } = pair.value;
  for (const admitted of [
    floors.admit(facts.head, lifecycle),
    ...restraining(pair.value).map(({ head }) => floors.admitNewest(head, lifecycle.maximumAge)),
  ]) {
    if (admitted.verdict === 'undetermined') return admitted;
  }
  const owner = ownerStage(pair.value, handOver.ownership, lifecycle, floors);
  if (owner.stage === 'known') {
    return rejected('unauthorized', 'the board has the owner whom it knows: trust is a lifecycle command');
  }
  if (owner.stage === 'held') {
    if (floors.nowProven(lifecycle.level)) return owner.hold;
    const evidence = 'now is not proven since the restart: send an order that carries the challenge';
    return undetermined('not_now', evidence);
  }
  const restrained = restraint(pair.value, key, life.locked).lifecycle;
  if (restrained.verdict === 'undetermined') return restrained;
  const hash = crypto.keccak256(asked.configuration);
  const digest = setTrustDigest(crypto, domain, facts.device.epoch, hash);
  if (!consents(crypto, digest, facts, asked)) {
    return rejected(
      'unauthorized',
      'neither the owner nor the fleet’s checkpoint keys signed the configuration',
    );
  }
  const ready = await handOver.readyAtConsole(digest, asked.configuration, facts);
  if (ready.verdict !== 'accepted') return ready;
  return { verdict: 'accepted', value: adopt(ledger, handOver, digest, facts) };
}

function consents(
  crypto: Crypto,
  digest: Uint8Array,
  { device, word }: ProvenFacts,
  { keySet, signatures }: ConsoleTrust,
): boolean {
  if (keySet)
    return equal(keySetHash(crypto, keySet), word) && isSignedBy(crypto, keySet, digest, signatures);
  return isSignedBy(crypto, { threshold: 1, keys: [device.owner] }, digest, signatures);
}

/** The way up to the proven position is voided first: a cut after that leaves the old trust, still in hand-over. */
function adopt(
  ledger: Ledger,
  handOver: HandOver,
  digest: Uint8Array,
  facts: CommandFacts,
): PublishedReceipt[] {
  const position = provenPosition(facts);
  const about = { envelopeHash: digest, sequence: 0 };
  const voided = ledger.commit({
    position,
    settled: position,
    ran: [],
    records: [...handOver.records(), ...forgottenUpdates()],
    statement: statementWithoutResult(facts, { ...about, outcome: 'voided', code: 'handover' }),
  });
  handOver.adopt();
  const done = ledger.commit({
    statement: statementWithoutResult(facts, { ...about, outcome: 'done', code: '' }),
  });
  return [voided!, done!];
}
