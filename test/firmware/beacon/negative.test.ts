/**
 * Falsehoods that must be refused, by name, with 512 positions and portable BLS. Each falsehood stands beside the same update
 * without it, which is accepted.
 */

import { ssz } from '@lodestar/types';
import test, { type ExecutionContext } from 'ava';
import { parseBootstrap, verifyBootstrap } from '../../../firmware/beacon/bootstrap.js';
import { step } from '../../../firmware/beacon/catchUp.js';
import { portableBls } from '../../../firmware/beacon/portableBls.js';
import { encodeUpdate, type Update } from '../../../firmware/beacon/update.js';
import { keysTree, proveAbsent } from '../../../host-sim/node/beaconApi/absent.js';
import { convertBootstrap } from '../../../host-sim/node/beaconApi/convert.js';
import { begin, compact, contextOf, mustAccept, type StepVerdict, stepWith } from './board.js';
import { strangeKey, strangeSignature } from './points.js';
import { bitsWithout, infinitySignature, oppositeOf, type Validator } from './validators.js';
import { type SignedUpdate, type UpdatePlan, World } from './world.js';

const period = 8192;
const start = 3 * period + 100;
const plan: UpdatePlan = { finalizedSlot: start + 64, attestedSlot: start + 140, absent: [7, 200, 511] };

const world = new World({ seed: 31, forks: { electra: 0, gloas: 256 * 20 } });
const context = contextOf(world, portableBls());
const { state } = begin(world, start, context);
const size = 512;

type Expected = Partial<Record<'verdict' | 'code' | 'cause', string>>;

/** `evidence` is the stage that must have refused. */
function refused(t: ExecutionContext, verdict: StepVerdict, expected: Expected, stage: string): void {
  t.like(verdict, expected);
  if (verdict.verdict !== 'accepted') t.is(verdict.evidence.split(':')[0], stage, verdict.evidence);
}

const forged: Expected = { verdict: 'rejected', code: 'proof_invalid' };

/** A falsehood that is planned before anything is signed. */
function planned(
  name: string,
  changes: UpdatePlan | Partial<UpdatePlan>,
  expected: Expected,
  stage: string,
): void {
  test(`refused: ${name}`, t => {
    refused(t, stepWith(context, state, world.update({ ...plan, ...changes })), expected, stage);
    mustAccept(stepWith(context, state, world.update(plan)));
    t.pass();
  });
}

/** A falsehood in the message that a board is sent. */
function sent(
  name: string,
  falsify: (update: Update, signed: SignedUpdate) => Update,
  expected: Expected,
  stage: string,
  base: UpdatePlan = plan,
): void {
  test(`refused: ${name}`, t => {
    const signed = world.update(base);
    const update = compact(signed);
    refused(t, step(context, state, encodeUpdate(falsify(update, signed))), expected, stage);
    mustAccept(step(context, state, encodeUpdate(update)));
    t.pass();
  });
}

const positions = (count: number) => Array.from({ length: count }, (_, i) => (i * 3) % size);

test('refused: 1 of 512 signers', t => {
  const signed = world.update({ ...plan, absent: Array.from({ length: 511 }, (_, i) => i) });
  const update = compact(signed);
  const bare = encodeUpdate({ ...update, absent: new Uint8Array(0) });
  refused(t, step(context, state, bare), { verdict: 'undetermined', cause: 'no_quorum' }, 'participation');
  refused(
    t,
    stepWith(context, state, signed),
    { verdict: 'undetermined', cause: 'no_quorum' },
    'participation',
  );
  // With all their keys it is longer than any update.
  const absent = proveAbsent(signed.committee.pubkeys, update.bits);
  refused(
    t,
    step(context, state, encodeUpdate({ ...update, absent })),
    { verdict: 'rejected', code: 'malformed' },
    'form',
  );
  mustAccept(stepWith(context, state, world.update(plan)));
});

planned('one short of two thirds', { absent: positions(171) }, { cause: 'no_quorum' }, 'participation');
planned(
  'a signature under another fork',
  { forkVersion: Uint8Array.of(9, 9, 9, 9) },
  { cause: 'unknown_fork' },
  'unknown fork',
);
planned(
  'a fork of the schedule before it begins',
  { forkVersion: world.chain.forks[1].version },
  forged,
  'fork',
);
planned(
  'the genesis of another chain',
  { genesisValidatorsRoot: new Uint8Array(32).fill(1) },
  forged,
  'mismatch',
);
planned('the committee of another period', { signers: world.committee(4) }, forged, 'absent');
planned('stale finality', { finalizedSlot: start - 32 }, { verdict: 'undetermined', cause: 'stale' }, 'age');
planned(
  'a period that is not the committee’s',
  { finalizedSlot: start + 2 * period, attestedSlot: start + 2 * period + 80 },
  { verdict: 'undetermined', cause: 'behind' },
  'behind',
);
planned(
  'two finalized blocks in one slot',
  { finalizedSlot: start },
  { verdict: 'rejected', code: 'equivocation' },
  'equivocation',
);

test('accepted: exactly two thirds', t => {
  const { present } = mustAccept(stepWith(context, state, world.update({ ...plan, absent: positions(170) })));
  t.is(present, 342);
});

sent(
  'a claimed fork that nobody signed under',
  update => ({ ...update, forkVersion: Uint8Array.of(9, 9, 9, 9) }),
  forged,
  'mismatch',
);

sent(
  'an absent key of another index',
  (update, { committee }) => {
    const keys = committee.pubkeys.map((key, i) => (i === 200 ? committee.pubkeys[201] : key));
    return { ...update, absent: proveAbsent(keys, update.bits, keysTree(committee.pubkeys)) };
  },
  forged,
  'absent',
);

sent(
  'an absent key with the path of another index',
  (update, { committee }) => ({
    ...update,
    absent: proveAbsent(committee.pubkeys, bitsWithout(size, [7, 201, 511])),
  }),
  forged,
  'absent',
);

sent(
  'an absent position left out',
  (update, { committee }) => ({
    ...update,
    absent: proveAbsent(committee.pubkeys, bitsWithout(size, [7, 511])),
  }),
  forged,
  'absent',
);

sent('all absent positions left out', update => ({ ...update, absent: new Uint8Array(0) }), forged, 'absent');

sent(
  'an absent position twice',
  (update, { committee }) => {
    // After the key of position 511, which comes last.
    const absent = new Uint8Array(update.absent.length + 48);
    absent.set(update.absent);
    absent.set(committee.pubkeys[511], update.absent.length);
    return { ...update, absent };
  },
  forged,
  'absent',
);

sent(
  'a position that signed taken off with the absent ones',
  (update, { committee }) => ({
    ...update,
    absent: proveAbsent(committee.pubkeys, bitsWithout(size, [7, 200, 300, 511])),
  }),
  forged,
  'absent',
);

sent(
  'someone counted as a signer who is none',
  update => ({ ...update, bits: bitsWithout(size, [7, 200]) }),
  forged,
  'absent',
);

sent(
  'someone counted as a signer who is none, with the fitting proof',
  (update, { committee }) => {
    const bits = bitsWithout(size, [7, 200]);
    return { ...update, bits, absent: proveAbsent(committee.pubkeys, bits) };
  },
  forged,
  'mismatch',
);

sent(
  'the signature at infinity',
  update => ({ ...update, signature: infinitySignature() }),
  forged,
  'signature',
);

sent(
  'a signature outside the subgroup',
  update => ({ ...update, signature: strangeSignature(world.random) }),
  forged,
  'signature',
);

sent(
  'an unfinalized block passed as final',
  (update, signed) => {
    const other = world.block(plan.finalizedSlot);
    return {
      ...update,
      finalized: compact({
        ...signed,
        update: { ...signed.update, finalizedHeader: other.header },
        executionHeader: other.executionHeader,
      }).finalized,
    };
  },
  forged,
  'finality',
);

sent(
  'the attested block passed as final',
  (_, signed) =>
    compact({ ...signed, update: { ...signed.update, finalizedHeader: signed.update.attestedHeader } }),
  forged,
  'finality',
);

sent(
  'swapped committees: the current one offered as the next',
  update => ({ ...update, next: { committee: state.current, branch: update.next!.branch } }),
  forged,
  'committee',
  { ...plan, next: true },
);

sent(
  'the next committee with the aggregate of another',
  update => ({
    ...update,
    next: { ...update.next!, committee: { ...update.next!.committee, aggregate: state.current.aggregate } },
  }),
  forged,
  'committee',
  { ...plan, next: true },
);

sent(
  'an execution header that the block does not commit to',
  update => {
    const other = world.block(plan.finalizedSlot);
    return { ...update, finalized: { ...update.finalized, executionHeader: other.executionHeader } };
  },
  forged,
  'execution',
);

test('refused: swapped committees in the state itself, signed by the one and claimed by the other', t => {
  const taught = mustAccept(stepWith(context, state, world.update({ ...plan, next: true }))).state;
  const next = { finalizedSlot: 4 * period + 64, attestedSlot: 4 * period + 140 };
  const swapped = { ...taught, current: taught.next!, next: taught.current };
  const signed = world.update(next);
  refused(t, stepWith(context, swapped, signed), forged, 'mismatch');
  t.true(mustAccept(stepWith(context, taught, signed)).moved);
});

test('refused: a next committee that is not final; it is proven, and not adopted', t => {
  const taught = mustAccept(stepWith(context, state, world.update({ ...plan, next: true }))).state;
  // Attested in period 4, where it names the committee of 5, but final only in period 3.
  const early = world.update({ finalizedSlot: 4 * period - 64, attestedSlot: 4 * period + 10, next: true });
  const moved = mustAccept(stepWith(context, taught, early));
  t.true(moved.moved);
  t.false(moved.learned);
  t.deepEqual(moved.state.next, taught.next);
  const late = world.update({ finalizedSlot: 4 * period + 32, attestedSlot: 4 * period + 100, next: true });
  const turned = mustAccept(stepWith(context, taught, late));
  t.true(turned.learned);
  t.deepEqual(turned.state.current, taught.next!);
});

test('refused: a next committee other than the one that is known, although it is signed', t => {
  const taught = mustAccept(stepWith(context, state, world.update({ ...plan, next: true }))).state;
  const later = world.update({ finalizedSlot: start + 200, attestedSlot: start + 300, next: true });
  const strange = { ...taught, next: { ...taught.next!, keysRoot: new Uint8Array(32).fill(5) } };
  refused(t, stepWith(context, strange, later), { code: 'equivocation' }, 'equivocation');
  mustAccept(stepWith(context, taught, later));
});

for (const [name, slot, number] of [
  ['another height in the same slot', start, state.execution.number + 1],
  ['the same height later, another block', start + 64, state.execution.number],
  ['a lower height later', start + 64, state.execution.number - 1],
] as const) {
  test(`refused: a committee that contradicts the state: ${name}`, t => {
    const finalized = world.block(slot, { number });
    const signed = world.update({ ...plan, finalizedSlot: slot, finalized });
    refused(t, stepWith(context, state, signed), { code: 'equivocation' }, 'equivocation');
    mustAccept(stepWith(context, state, world.update(plan)));
  });
}

test('accepted: a later beacon block with the same execution block, as when a payload was withheld', t => {
  const gloas = new World({ seed: 36, forks: { gloas: 0 } });
  const ownContext = contextOf(gloas, portableBls());
  const { block, state: begun } = begin(gloas, start, ownContext);
  const finalized = gloas.block(plan.finalizedSlot, { execution: block.executionHeader });
  const after = mustAccept(stepWith(ownContext, begun, gloas.update({ ...plan, finalized })));
  t.true(after.moved);
  t.deepEqual(after.state.execution, begun.execution);
});

test('refused: a bootstrap of another block than the trusted one, or with another committee', t => {
  const { bootstrap, executionHeader, trustedRoot } = world.bootstrap(start);
  const sound = convertBootstrap(bootstrap, executionHeader);
  t.like(verifyBootstrap(context, world.random.bytes(32), sound), { code: 'wrong_answer' });
  const other = {
    ...sound,
    current: convertBootstrap(world.bootstrap(start + period).bootstrap, executionHeader).current,
  };
  t.like(verifyBootstrap(context, trustedRoot, other), { code: 'proof_invalid' });
  t.is(verifyBootstrap(context, trustedRoot, sound).verdict, 'accepted');
  t.like(parseBootstrap(new Uint8Array(0)), { code: 'malformed' });
});

/** A world whose committees are of one's own making. */
function special(seed: number, committee: (draw: () => Validator) => Validator[]) {
  const own = new World({ seed, forks: { electra: 0 }, committee: (_, draw) => committee(draw) });
  const ownContext = contextOf(own, portableBls());
  return { own, ownContext, begun: begin(own, start, ownContext).state };
}

test('refused: signers whose keys cancel out, an aggregate at infinity; accepted: the same with one more', t => {
  const { own, ownContext, begun } = special(32, draw => {
    const members = Array.from({ length: size }, draw);
    for (let i = 0; i < 400; i += 2) members[i + 1] = oppositeOf(members[i]);
    return members;
  });
  const paired = Array.from({ length: 112 }, (_, i) => 400 + i);
  const nothing = own.update({ ...plan, absent: paired });
  refused(t, stepWith(ownContext, begun, nothing), forged, 'infinity');
  const something = own.update({ ...plan, absent: paired.slice(1) });
  t.is(mustAccept(stepWith(ownContext, begun, something)).present, 401);
});

test('accepted: one validator in all positions, so that equal points are taken off and added', t => {
  const { own, ownContext, begun } = special(33, draw => {
    const one = draw();
    return Array.from({ length: size }, () => one);
  });
  for (const count of [0, 1, 2, 170]) {
    const signed = own.update({ ...plan, absent: positions(count) });
    t.is(mustAccept(stepWith(ownContext, begun, signed)).present, size - count);
  }
  const short = own.update({ ...plan, absent: positions(2) });
  short.update.syncAggregate.syncCommitteeBits.uint8Array = bitsWithout(size, positions(3));
  refused(t, stepWith(ownContext, begun, short), forged, 'mismatch');
});

test('refused: a key outside the subgroup among those who signed; accepted when it is absent', t => {
  const key = strangeKey(world.random);
  const { own, ownContext, begun } = special(34, draw => {
    const members = Array.from({ length: size }, draw);
    members[9] = { secret: 0n, publicKey: key };
    return members;
  });
  refused(t, stepWith(ownContext, begun, own.update({ ...plan, absent: [] })), forged, 'key');
  mustAccept(stepWith(ownContext, begun, own.update({ ...plan, absent: [9] })));
});

test('refused under Gloas: the hash of the bid itself, whose payload may never be revealed', t => {
  const gloas = new World({ seed: 35, forks: { gloas: 0 } });
  const ownContext = contextOf(gloas, portableBls());
  const { state: begun } = begin(gloas, start, ownContext);
  const honest = gloas.block(plan.finalizedSlot);
  mustAccept(stepWith(ownContext, begun, gloas.update({ ...plan, finalized: honest })));

  // A builder writes the hash of a header of its own making as the bid's; the block is genuine and final.
  const bid = gloas.bidBlock(plan.finalizedSlot);
  const info = ssz.gloas.BeaconBlockBody.getPathInfo(['signedExecutionPayloadBid', 'message', 'blockHash']);
  t.not(Number(info.gindex), 2856);
  t.is(bid.ownBranch.length, Math.floor(Math.log2(Number(info.gindex))));
  const signed = gloas.update({ ...plan, finalized: bid.block });
  mustAccept(stepWith(ownContext, begun, signed));
  for (const branch of [
    bid.ownBranch,
    bid.ownBranch.slice(0, 11),
    bid.ownBranch.slice(-11),
    bid.block.header.executionBranch,
  ]) {
    const lie = { ...signed, executionHeader: bid.ownHeader };
    lie.update = { ...signed.update, finalizedHeader: { ...bid.block.header, executionBranch: branch } };
    refused(t, stepWith(ownContext, begun, lie), forged, 'execution');
  }
});

test('a fork that is known to come, but not how: undetermined once its committee signs, before that all goes on', t => {
  const at = 256 * 3 + 16;
  const forks = [...world.chain.forks.slice(0, 1), { epoch: at, version: Uint8Array.of(8, 8, 8, 8) }];
  const partly = { ...context, chain: { ...world.chain, forks } };
  const before = { finalizedSlot: start + 64, attestedSlot: at * 32 - 2, signatureSlot: at * 32 };
  mustAccept(stepWith(partly, state, world.update(before)));
  const after = world.update({
    ...before,
    signatureSlot: at * 32 + 1,
    forkVersion: Uint8Array.of(8, 8, 8, 8),
  });
  refused(t, stepWith(partly, state, after), { cause: 'unknown_fork' }, 'unknown fork');
  // The slot of the signature alone, which is the prover's word, does not make it so.
  const claimed = { ...world.update(before), forkVersion: Uint8Array.of(8, 8, 8, 8) };
  claimed.update.signatureSlot = at * 32 + 1;
  refused(t, stepWith(partly, state, claimed), forged, 'mismatch');
});
