/**
 * Generated and mutated updates, to a board and to Lodestar's light client from the same state: they must agree.
 * HOLDFAST_LIGHT_CLIENT_CASES sets how many, HOLDFAST_SEED which.
 */
import './minimalPreset.js';

import { setImmediate } from 'node:timers/promises';
import test from 'ava';
import { step } from '../../../firmware/beacon/catchUp.js';
import type { BeaconContext } from '../../../firmware/beacon/chain.js';
import type { FinalityState } from '../../../firmware/beacon/state.js';
import { encodeUpdate } from '../../../firmware/beacon/update.js';
import { begin, compact, contextOf, mustAccept, type StepVerdict, stageOf, stepWith } from './board.js';
import { LodestarClient, type Opinion } from './lodestarClient.js';
import {
  compactMutations,
  falsePlans,
  genuinePlan,
  idlePlans,
  type Start,
  standardMutations,
} from './mutations.js';
import { seeded } from './random.js';
import { oppositeOf } from './validators.js';
import { type SignedUpdate, World, type WorldOptions } from './world.js';

const cases = Number(process.env.HOLDFAST_LIGHT_CLIENT_CASES ?? 1000);
const seed = Number(process.env.HOLDFAST_SEED ?? 20_261_122);

interface Beginning extends Start {
  context: BeaconContext;
  state: FinalityState;
  lodestar: LodestarClient;
}

/** Two beginnings in a world: with and without the next committee. */
function beginnings(options: Omit<WorldOptions, 'seed'>, index: number): Beginning[] {
  const world = new World({ ...options, seed: seed + index });
  const context = contextOf(world);
  const slot = 3 * 64 + 6 + world.random.below(30);
  const { block, bootstrap, state } = begin(world, slot, context);
  const lodestar = new LodestarClient(world.config, bootstrap);
  const taught = lodestar.fork();
  const signed = world.update({ attestedSlot: slot + 3, finalizedSlot: slot + 1, next: true });
  const opinion = taught.apply(signed.update);
  if (opinion.refusal) throw new Error(opinion.refusal);
  const { state: after } = mustAccept(stepWith(context, state, signed));
  const taughtBlock = { header: signed.update.finalizedHeader, executionHeader: signed.executionHeader };
  return [
    { world, context, slot, knowsNext: false, block, state, lodestar },
    { world, context, slot: slot + 1, knowsNext: true, block: taughtBlock, state: after, lodestar: taught },
  ];
}

/** Pairs of validators with opposite keys in the first two thirds: present alone they add up to nothing. */
const opposites: WorldOptions['committee'] = (_, draw) => {
  const members = Array.from({ length: 32 }, draw);
  for (let i = 0; i < 22; i += 2) members[i + 1] = oppositeOf(members[i]);
  return members;
};

/** Plain data that a mutation may change. */
const copyOf = (signed: SignedUpdate): SignedUpdate => {
  const { nextSyncCommittee } = signed.update;
  const plain = nextSyncCommittee && {
    pubkeys: nextSyncCommittee.pubkeys,
    aggregatePubkey: nextSyncCommittee.aggregatePubkey,
  };
  return { ...signed, update: structuredClone({ ...signed.update, nextSyncCommittee: plain }) };
};

interface Case {
  name: string;
  verdict: StepVerdict;
  /** Missing where only the compact form is false. */
  opinion?: Opinion;
}

function oneCase(beginning: Beginning, random: ReturnType<typeof seeded>): Case {
  const { context, lodestar, state, world } = beginning;
  const kind = random.below(100);
  const plan = genuinePlan(beginning);
  let name = 'genuine';
  let signed: SignedUpdate;
  let bytes: Uint8Array | undefined;
  let judged = true;
  if (kind < 20) {
    signed = world.update(plan);
  } else if (kind < 26) {
    name = random.pick(Object.keys(idlePlans));
    signed = world.update(idlePlans[name](beginning, plan));
  } else if (kind < 52) {
    name = random.pick(Object.keys(falsePlans));
    signed = world.update(falsePlans[name](beginning, plan));
  } else if (kind < 92) {
    name = random.pick(Object.keys(standardMutations));
    signed = copyOf(world.update({ ...plan, next: plan.next || name.includes('next') }));
    standardMutations[name](signed, beginning);
  } else {
    name = random.pick(Object.keys(compactMutations));
    signed = world.update(plan);
    judged = false;
    const update = compact(signed);
    compactMutations[name](update, beginning);
    bytes = encodeUpdate(update);
    if (random.oneIn(4)) {
      name = 'bytes cut short';
      bytes = bytes.subarray(0, random.below(bytes.length));
    }
  }
  const verdict = step(context, state, bytes ?? encodeUpdate(compact(signed)));
  return { name, verdict, opinion: judged ? lodestar.fork().apply(signed.update) : undefined };
}

/** Why board and oracle disagree, or undefined. */
function disagreement({ verdict, opinion }: Case): string | undefined {
  if (!opinion) return verdict.verdict === 'accepted' ? 'accepted' : undefined;
  const moved = verdict.verdict === 'accepted' && verdict.value.moved;
  if (moved !== opinion.moved) return `moved: ${moved}, oracle ${opinion.moved}`;
  if (verdict.verdict === 'accepted' && opinion.refusal) return 'accepted what the oracle refuses';
  // The oracle has no word for it: it stays where it is.
  const contradicted = verdict.verdict === 'rejected' && verdict.code === 'equivocation';
  if (verdict.verdict === 'rejected' && !contradicted && !opinion.refusal)
    return 'called forged what the oracle accepts';
  return undefined;
}

test(`${cases} generated and mutated updates: board and Lodestar agree on each`, async t => {
  t.timeout(30 * 60_000);
  const random = seeded(seed);
  const places = [
    ...beginnings({ forks: { deneb: 0 } }, 0),
    ...beginnings({ forks: { electra: 0 } }, 1),
    // The fork falls into the middle of the period, or on the turn to the next.
    ...beginnings({ forks: { deneb: 0, electra: 8 * 3 + 6 } }, 2),
    ...beginnings({ forks: { deneb: 0, electra: 8 * 4 } }, 3),
  ];
  const pairs = beginnings({ forks: { electra: 0 }, committee: opposites }, 4);
  const stages = new Map<string, number>();
  const refusals = new Map<string, number>();
  const count = (map: Map<string, number>, key: string) => map.set(key, (map.get(key) ?? 0) + 1);
  let accepted = 0;
  let unjudged = 0;
  const wrong: string[] = [];
  for (let i = 0; i < cases; i++) {
    // ava's own clock wants to hear from us, and of the longer timeout.
    if (i % 100 === 0) await setImmediate();
    let result: Case;
    if (i % 40 === 0) {
      // 22 of 32 signed, which is enough, and their keys add up to nothing.
      const beginning = random.pick(pairs);
      const absent = Array.from({ length: 10 }, (_, j) => 22 + j);
      const signed = beginning.world.update({ ...genuinePlan(beginning), absent });
      const verdict = stepWith(beginning.context, beginning.state, signed);
      result = {
        name: 'keys that cancel out',
        verdict,
        opinion: beginning.lodestar.fork().apply(signed.update),
      };
    } else result = oneCase(random.pick(places), random);
    const { name, opinion, verdict } = result;
    const complaint = disagreement(result);
    if (complaint) {
      const said = verdict.verdict === 'accepted' ? 'accepted' : verdict.evidence;
      wrong.push(`case ${i}, ${name}: ${complaint} (board: ${said}; oracle: ${opinion?.refusal})`);
    }
    count(stages, stageOf(verdict));
    if (opinion)
      count(refusals, opinion.refusal?.replace(/[\d{[].*/, '') ?? (opinion.moved ? 'moved' : 'no move'));
    else unjudged++;
    if (verdict.verdict === 'accepted') accepted++;
  }
  const show = (map: Map<string, number>) =>
    [...map]
      .sort(([, a], [, b]) => b - a)
      .map(([stage, times]) => `${stage} ${((100 * times) / cases).toFixed(1)} %`)
      .join(', ');
  t.log(`seed ${seed}`);
  t.log(`board: ${show(stages)}`);
  t.log(`Lodestar: ${show(refusals)}; without an oracle, compact form only: ${unjudged}`);
  t.deepEqual(wrong, []);
  t.true(accepted >= cases / 10, `${accepted} accepted`);
  const rare = [...stages].filter(([, times]) => times < cases / 100);
  t.deepEqual(rare, [], 'a stage that is hardly ever reached is hardly tested');
});
