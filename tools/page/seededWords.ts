/** The faults that a person can put into a seeded world, in words: the defence of boards, and the codes by which it shows. */
import type { TouchablePlace } from '../sim/touchable.js';
import { DEFENCES } from './defences.js';

export interface FaultWords {
  name: string;
  defence: string;
  /** As in `Fault`; the empty code is that of what was accepted all the same. */
  codes: readonly string[];
  /** Of its number. */
  label?: string;
}

/** The code of what was accepted: it ran all the same. */
const RAN = '';
const ABSENT = ['unreachable', 'no_quorum', 'no_witness', 'pruned', 'unsupported', 'stale', 'unknown_fork'];
const ANOTHER =
  'Who does not answer in time, or with an error, is passed over: the board asks another, or waits and says so.';
const ONCE = 'What was consumed is written down before it acts: after a restart it never runs twice.';
const LINE = 'The board connects again by itself; what was on its way comes then, and nothing runs twice.';
const IMAGE = `${DEFENCES.image_hash} What came is kept over a restart, and the rest is asked for again.`;
const IMAGE_CODES = ['image_hash', 'image_size', 'incomplete', 'unreachable', RAN];
const BROKER =
  'A broker is a path, and never trusted: what was consumed is known, and what was changed has no link.';
const BROKER_CODES = ['replayed', 'not_anchored', 'malformed', 'wrong_target', 'unauthorized', 'busy'];

type Row = readonly [name: string, defence: string, ...codes: string[]];

const lies: Readonly<Record<string, Row>> = {
  header: ['a changed byte in the header', DEFENCES.header_mismatch, 'header_mismatch', 'malformed'],
  accountProof: ['a changed byte in the account proof', DEFENCES.proof_invalid, 'proof_invalid'],
  storageProof: ['a changed byte in the storage proof', DEFENCES.proof_invalid, 'proof_invalid'],
  slot: ['another slot', DEFENCES.wrong_answer, 'wrong_answer'],
  account: ['another account', DEFENCES.wrong_answer, 'wrong_answer'],
  block: ['an older block', DEFENCES.wrong_answer, 'wrong_answer', 'proof_invalid'],
  nonsense: ['nonsense', DEFENCES.malformed, 'malformed'],
  distorted: [
    'numbers and texts that are distorted',
    DEFENCES.malformed,
    'malformed',
    'wrong_answer',
    'proof_invalid',
  ],
  hash: ['a block that nobody else knows', DEFENCES.no_quorum, 'no_quorum', 'proof_invalid'],
  name: ['another name for the true block', DEFENCES.header_mismatch, 'header_mismatch', 'no_quorum'],
  fewer: ['a header without one of its fields', DEFENCES.malformed, 'malformed', 'header_mismatch'],
  value: ['another value in the slot', DEFENCES.proof_invalid, 'proof_invalid', 'wrong_answer', 'malformed'],
  empty: ['a slot that is empty', DEFENCES.proof_invalid, 'proof_invalid', 'wrong_answer'],
  short: ['a proof without its first or last node', DEFENCES.proof_invalid, 'proof_invalid'],
  older: ['a proof of an older state', DEFENCES.proof_invalid, 'proof_invalid'],
  future: ['a header of a time to come', DEFENCES.header_mismatch, 'header_mismatch', 'no_quorum'],
  futureBlock: ['a block of its own, of a time to come', DEFENCES.no_quorum, 'no_quorum', 'proof_invalid'],
  approval: ['an approval that nobody gave', DEFENCES.proof_invalid, 'proof_invalid'],
};

const troubles: Readonly<Record<string, string>> = {
  slow: 'slow',
  silent: 'silent',
  limited: 'limited: 429 to every second question',
  unavailable: 'unavailable: 503 to every question',
  pruned: 'pruned: it has no proofs',
  unsupported: 'it knows no proofs',
  behind: 'behind the others',
  cut: 'cut connections',
};

const UNSIGNED =
  'Two thirds of the committee must have signed, and what was signed is hashed by the board itself.';
const CHANGED = 'Every answer is parsed with limits, and hashed up to what the committee signed.';
const FINALITY_CODES = [
  ...[
    'level',
    'proof_invalid',
    'malformed',
    'stale',
    'no_quorum',
    'wrong_answer',
    'unreachable',
    'equivocation',
  ],
];
const COMMITTEE =
  'A committee that contradicts itself is believed no more: with checkpoint keys a board goes on by a threshold of them.';

const provers: Readonly<Record<string, Row>> = {
  flipped: ['a flipped bit', CHANGED, ...FINALITY_CODES],
  shorter: ['answers that are cut short', CHANGED, ...FINALITY_CODES],
  longer: ['answers with a byte too many', CHANGED, ...FINALITY_CODES],
  nothing: ['it has nothing', ANOTHER, ...ABSENT],
  noise: ['noise', CHANGED, ...FINALITY_CODES],
  other: ['the answer to another question', CHANGED, ...FINALITY_CODES],
  unsigned: ['the newest block is final, says nobody’s signature', UNSIGNED, ...FINALITY_CODES],
  minority: ['the newest block is final, signed by too few', UNSIGNED, ...FINALITY_CODES],
  old: [
    'the same finality again and again',
    'What is old counts no more, and the board never goes back.',
    'stale',
    'level',
    RAN,
  ],
  equivocal: ['the committee calls two blocks of one height final', COMMITTEE, ...FINALITY_CODES, RAN],
  unknownFork: ['the committee signs under a fork that nobody knows', COMMITTEE, ...FINALITY_CODES, RAN],
  halfSigned: [
    'checkpoints that one key alone signed',
    'A checkpoint takes a threshold of the fleet’s keys.',
    ...FINALITY_CODES,
    RAN,
  ],
};

const images: Readonly<Record<string, string>> = {
  another: 'another whole image',
  flipped: 'a flipped bit',
  longer: 'a longer file',
  short: 'half of it, then the end',
  absent: 'it has none',
  silent: 'silent',
  drip: 'a piece a minute',
};

const boards: Readonly<Record<string, FaultWords>> = {
  off: {
    name: 'its power fails, and is back later',
    defence: ONCE,
    codes: [RAN, 'replayed'],
    label: 'seconds',
  },
  tear: {
    ...{ name: 'its power fails inside a write to flash', label: 'write or erase from now on' },
    ...{ defence: 'Every write is whole or was never there.', codes: [RAN, 'replayed', 'not_now'] },
  },
  lost: { name: 'out of reach', defence: LINE, codes: [RAN], label: 'seconds' },
  slow: {
    name: 'a slow line',
    ...{ defence: 'Deadlines are longer than a slow line needs.', codes: [RAN], label: 'seconds' },
  },
  cut: { name: 'its connections are cut', defence: LINE, codes: [RAN] },
  rotJournal: {
    name: 'a bit of its journal flips',
    ...{ defence: 'A journal that is not whole is none, and nothing runs by it; nothing runs twice.' },
    codes: [RAN, 'replayed', 'not_anchored'],
  },
  rotSlot: { name: 'a bit of the slot for downloads flips', defence: IMAGE, codes: IMAGE_CODES },
  clock: {
    ...{
      name: 'its clock is wrong',
      defence: 'Time is proven by blocks; the clock only counts on from there.',
    },
    codes: ['expired', 'stale'],
  },
};

const wide: Readonly<Record<string, FaultWords>> = {
  'everywhere silent': { name: 'nobody answers', defence: ANOTHER, codes: ABSENT },
  'everywhere unavailable': { name: '503 to every question', defence: ANOTHER, codes: ABSENT },
  'everywhere noise': {
    ...{ name: 'nonsense in place of every answer', defence: DEFENCES.malformed },
    codes: ['malformed', 'image_hash', ...ABSENT],
  },
  'broker twice': { name: 'says every order and offer twice', defence: BROKER, codes: BROKER_CODES },
  'broker changed': { name: 'says each again with a flipped bit', defence: BROKER, codes: BROKER_CODES },
  'broker junk': { name: 'junk after each', defence: BROKER, codes: BROKER_CODES },
  'chain reorg': {
    ...{ name: 'a reorganisation', label: 'blocks taken back' },
    defence: 'Nothing runs before its link is final, and what is final is not taken back.',
    codes: ['not_anchored', 'no_quorum', 'level', RAN],
  },
  'chain stall': {
    name: 'a stall: nothing becomes final any more',
    defence: 'What is not shown as final is not final; facts that grow old count no more.',
    codes: ['level', 'stale'],
  },
  'keys commander': {
    name: 'a commander’s key: it orders until its role is revoked',
    defence: 'A newer epoch of the fleet makes void what was linked before it, whoever kept it back.',
    codes: ['void', 'unauthorized', 'not_anchored'],
  },
  'keys checkpoint': {
    name: 'one of two checkpoint keys, while the committee signs under a fork that nobody knows',
    defence: 'A checkpoint takes the signatures of a threshold of the fleet’s keys: one of two is none.',
    codes: ['proof_invalid'],
  },
};

const ofRow = ([name, defence, ...codes]: Row): FaultWords => ({ name, defence, codes });

/** With one liar of three the others are asked, and what was ordered runs. */
const ofLie = ([name, defence, ...codes]: Row): FaultWords => ({
  name,
  defence: `${defence} Then it asks another.`,
  codes: [...codes, RAN],
});

/** The words for a fault of that kind of place. */
export function wordsOf(kind: TouchablePlace['kind'], fault: string): FaultWords {
  if (kind === 'board') return boards[fault];
  if (kind === 'prover') return ofRow(provers[fault]);
  if (kind === 'images') return { name: images[fault], defence: IMAGE, codes: IMAGE_CODES };
  if (kind !== 'endpoint') return wide[`${kind} ${fault}`];
  if (fault in lies) return ofLie(lies[fault]);
  return { name: troubles[fault], defence: ANOTHER, codes: [...ABSENT, RAN] };
}
