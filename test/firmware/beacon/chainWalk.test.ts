/** Along a chain, period by period and across forks: what a board and Lodestar make of the same genuine updates. */
import './minimalPreset.js';

import test from 'ava';
import { missingCommittee, nextQuestion, type Question, step } from '../../../firmware/beacon/catchUp.js';
import { encodeState, parseState, STATE_BYTES_MAX } from '../../../firmware/beacon/state.js';
import { encodeUpdate, UPDATE_BYTES_MAX } from '../../../firmware/beacon/update.js';
import { convertBootstrap, convertUpdate } from '../../../host-sim/node/beaconApi/convert.js';
import { payloadBranch } from '../../../host-sim/node/beaconApi/payloadBranch.js';
import { asStored, begin, compact, contextOf, mustAccept, stepWith } from './board.js';
import { LodestarClient } from './lodestarClient.js';
import { type SignedUpdate, World } from './world.js';

test('board and Lodestar are at the same finalized block after every update from Deneb into Electra', t => {
  const world = new World({ seed: 1, forks: { deneb: 0, electra: 8 * 4 + 3 } });
  const context = contextOf(world);
  let { state, bootstrap } = begin(world, 2 * 64 + 5, context);
  const lodestar = new LodestarClient(world.config, bootstrap);
  let updates = 0;
  for (let slot = 2 * 64 + 20; slot < 8 * 64; slot += 9) {
    const signed = world.update({
      attestedSlot: slot,
      finalizedSlot: slot - 13,
      next: updates % 2 === 0,
      absent: [3, 7, 20].slice(0, updates % 4),
    });
    const { moved, state: after, attestedSlot } = mustAccept(stepWith(context, state, signed));
    const opinion = lodestar.apply(signed.update);
    t.deepEqual({ moved: opinion.moved, refusal: opinion.refusal }, { moved, refusal: undefined });
    t.is(after.slot, lodestar.finalizedSlot);
    t.is(attestedSlot, slot);
    const bytes = encodeState(after);
    t.true(bytes.length <= STATE_BYTES_MAX);
    t.deepEqual(parseState(bytes), { verdict: 'accepted', value: asStored(after) });
    state = after;
    updates++;
  }
  t.log(`${updates} updates, 6 periods, one fork`);
});

for (const [name, forks] of [
  ['Electra into Fulu', { electra: 0, fulu: 8 * 4 + 3 }],
  ['Fulu into Gloas', { fulu: 0, gloas: 8 * 4 + 3 }],
] as const) {
  test(`a board walks from ${name} (no oracle: branches are those of Lodestar's containers)`, t => {
    const world = new World({ seed: 2, forks });
    const context = contextOf(world);
    let { state } = begin(world, 3 * 64 + 5, context);
    for (let slot = 3 * 64 + 20; slot < 6 * 64; slot += 9) {
      const signed = world.update({
        attestedSlot: slot,
        finalizedSlot: slot - 13,
        next: true,
        absent: [slot % 32],
      });
      const after = mustAccept(stepWith(context, state, signed));
      t.true(after.moved);
      t.is(after.state.slot, slot - 13);
      t.is(after.state.execution.number, 22_000_000 + slot - 13);
      ({ state } = after);
    }
  });
}

/** A prover that has every update and believes nobody. */
function prover(world: World, finalizedSlot: number) {
  const answers = new Map<string, SignedUpdate>();
  return (question: Question): Uint8Array => {
    const name = question.kind === 'finality' ? 'finality' : `${question.period}`;
    let signed = answers.get(name);
    if (!signed) {
      signed =
        question.kind === 'finality'
          ? world.update({ attestedSlot: finalizedSlot + 16, finalizedSlot })
          : world.update({
              attestedSlot: question.period * 64 + 40,
              finalizedSlot: question.period * 64 + 24,
              next: true,
            });
      answers.set(name, signed);
    }
    return encodeUpdate(compact(signed));
  };
}

test('after a long sleep a board is back in one question a period and two for finality, wherever it is cut', t => {
  const world = new World({ seed: 3, forks: { deneb: 0, electra: 8 * 6 } });
  const context = contextOf(world);
  const target = 12 * 64 + 30;
  const ask = prover(world, target);
  const begun = begin(world, 2 * 64 + 40, context).state;

  /** Cut after so many steps: all but the persisted bytes is gone. */
  const walk = (cutAfter: number): { final: Uint8Array; asked: string[]; largest: number } => {
    let state = begun;
    let question: Question | undefined = { kind: 'finality' };
    const asked: string[] = [];
    let largest = 0;
    while (question) {
      asked.push(question.kind);
      const bytes = ask(question);
      largest = Math.max(largest, bytes.length);
      const verdict = step(context, state, bytes);
      const kept = verdict.verdict === 'accepted' ? verdict.value.state : state;
      question = nextQuestion(world.chain, kept, question, verdict);
      state = kept;
      if (asked.length === cutAfter) {
        const read = parseState(encodeState(state));
        if (read.verdict !== 'accepted') throw new Error(read.evidence);
        state = read.value;
        question = { kind: 'finality' };
      }
      if (asked.length > 100) throw new Error('never there');
    }
    return { final: encodeState(state), asked, largest };
  };

  const uncut = walk(0);
  const read = parseState(uncut.final);
  t.is(read.verdict === 'accepted' && read.value.slot, target);
  // What is missing shows once; after the last committee finality is asked for again.
  t.deepEqual(uncut.asked, ['finality', ...Array.from({ length: 10 }, () => 'committee'), 'finality']);
  t.true(uncut.largest <= UPDATE_BYTES_MAX);
  for (let cut = 1; cut <= uncut.asked.length; cut++)
    t.deepEqual(walk(cut).final, uncut.final, `cut after ${cut}`);
  t.log(`${uncut.asked.length} questions for 10 periods, ${uncut.largest} bytes the largest answer`);
});

test('what is asked first for is the first committee that the state lacks', t => {
  const world = new World({ seed: 4, forks: { electra: 0 } });
  const context = contextOf(world);
  const { state } = begin(world, 2 * 64 + 10, context);
  t.is(missingCommittee(world.chain, state), 2);
  const signed = world.update({ attestedSlot: 2 * 64 + 40, finalizedSlot: 2 * 64 + 24, next: true });
  const after = mustAccept(stepWith(context, state, signed));
  t.true(after.learned);
  t.is(missingCommittee(world.chain, after.state), 3);
});

test("data in a later fork's container give a board the same bytes as in their own", t => {
  const world = new World({ seed: 5, forks: { fulu: 0, gloas: 8 * 4 } });
  const { chain } = world;
  const zero = new Uint8Array(32);
  const signed = world.update({ attestedSlot: 4 * 64 + 2, finalizedSlot: 4 * 64 - 9, next: true });
  const options = {
    executionHeader: signed.executionHeader,
    forkVersion: signed.forkVersion,
    signers: signed.committee.pubkeys,
  };
  const own = convertUpdate(signed.update, options);
  // As Gloas carries the header of a Fulu block: the branch of the hash alone, as long as Gloas's own.
  const { beacon, execution, executionBranch } = signed.update.finalizedHeader;
  const upgraded = {
    ...signed.update,
    finalizedHeader: {
      beacon,
      executionBranch: [zero, zero, ...payloadBranch(execution!), ...executionBranch],
    },
  };
  t.deepEqual(convertUpdate(upgraded, { ...options, chain }), own);
  t.deepEqual(convertUpdate(signed.update, { ...options, chain }), own);
  t.is(
    convertUpdate(upgraded, options).finalized.executionBranch.length,
    11 * 32,
    'not without knowing the forks',
  );
  const early = world.bootstrap(100);
  const normalized = {
    ...early.bootstrap,
    currentSyncCommitteeBranch: [zero, zero, ...early.bootstrap.currentSyncCommitteeBranch],
  };
  t.deepEqual(
    convertBootstrap(normalized, early.executionHeader, chain),
    convertBootstrap(early.bootstrap, early.executionHeader),
  );
});
