/**
 * Signers of checkpoints who lie, always fewer than must sign: they sign the newest block, which nobody has called final,
 * alone or with their names written twice or beside strangers; they contradict what they signed of one height; or the
 * whole set has signed a successor that the fleet never takes on, and that one speaks.
 */
import { encodeRotation } from '../../firmware/trust/checkpointKeys.js';
import type { Chance } from '../../host-sim/node/chance.js';
import { seededChance } from '../../host-sim/world/seed.js';
import type { CheckpointSigners } from './checkpointSigners.js';
import { handOver, holdersOf } from './keyChain.js';
import type { ProverMood } from './provers.js';
import { PROVERS } from './provision.js';
import type { Stage } from './stage.js';

export const SIGNER_LIES = ['few', 'repeated', 'strangers', 'contradicting', 'unenacted'] as const;
export type SignerLie = (typeof SIGNER_LIES)[number];

const MINUTE_MS = 60_000;
const HONEST_MS = { least: MINUTE_MS / 2, most: 2 * MINUTE_MS };
const LIE_MS = { least: MINUTE_MS, most: 4 * MINUTE_MS };

export const secretOf = (chance: Chance): Uint8Array =>
  Uint8Array.from({ length: 32 }, (_, at) => (at === 0 ? 1 : chance.byte()));

/** @returns the first prover's mood of this moment: it hands on what liars signed */
export function signersLie(stage: Stage, signers: CheckpointSigners): () => ProverMood | undefined {
  const { counts, seed, tell, time, untilMs } = stage;
  const chance = seededChance(seed, 'lying signers');
  let deck: SignerLie[] = [];
  let current: ProverMood | undefined;
  const goOn = async () => {
    for (;;) {
      await time.wait(chance.within(HONEST_MS));
      if (time.nowMs >= untilMs) return;
      if (deck.length === 0) deck = [...SIGNER_LIES];
      const [lie] = deck.splice(chance.below(deck.length), 1);
      counts.signers++;
      tell(PROVERS[0], `hands on what lying signers signed: ${lie}`);
      current = moodOf(lie, signers, chance);
      await time.wait(chance.within(LIE_MS));
      current = undefined;
      tell(PROVERS[0], 'hands on what honest signers signed');
    }
  };
  time.spawn(goOn());
  return () => (time.nowMs < untilMs ? current : undefined);
}

function moodOf(lie: SignerLie, signers: CheckpointSigners, chance: Chance): ProverMood {
  const stranger = secretOf(chance);
  const successor = holdersOf([stranger], 1);
  return async (path, honest) => {
    const fleet = signers.fleetHandingOver(path);
    if (fleet && lie === 'unenacted')
      return encodeRotation(handOver(signers.domainOf(fleet), signers.keysOf(fleet).last, successor));
    const unsigned = await signers.unsigned(path, await signers.newest());
    if (!unsigned) return honest;
    const { checkpoint, holders } = unsigned;
    const liars = holders.secrets.slice(0, holders.threshold - 1);
    if (lie === 'unenacted') return signers.signed(checkpoint, [stranger]);
    if (lie === 'few') return signers.signed(checkpoint, liars.slice(0, chance.below(liars.length + 1)));
    if (lie === 'repeated') return signers.signed(checkpoint, [...liars, ...liars]);
    if (lie === 'strangers') return signers.signed(checkpoint, [...liars, stranger]);
    const blockHash = Uint8Array.from(checkpoint.blockHash, byte => byte ^ 1);
    return signers.signed({ ...checkpoint, blockHash, number: checkpoint.number - 1 }, liars);
  };
}
