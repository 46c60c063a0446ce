/** The prover lies about what the sync committee signed, or keeps it back: the order waits for the truth. */
import { scenario } from '../../tools/rig/scenario.js';

const lies = [
  ['a signature with a changed bit', 'rejected', 'proof_invalid'],
  ['another final block under a genuine signature', 'rejected', 'proof_invalid'],
  ['keys of absent signers that are others’', 'rejected', 'proof_invalid'],
  ['prover’s nonsense', 'rejected', 'malformed'],
  ['a committee of which fewer than two thirds signed', 'undetermined', 'no_quorum'],
] as const;

const withheld = scenario({
  name: 'a prover that keeps back what is final only delays the order',
  level: 4,
  steps: [
    { lie: { prover: 'older finality, the newer withheld' } },
    { order: { action: 'relay.set', params: { on: true } } },
    { deny: { verdict: 'undetermined', code: 'level' } },
    { honest: {} },
    { receipt: {} },
  ],
});

const changed = lies.map(([prover, verdict, code]) =>
  scenario({
    name: `a prover that lies: ${prover}`,
    level: 4,
    steps: [
      { order: { action: 'relay.set', params: { on: true } } },
      { lie: { prover } },
      { deny: { about: verdict === 'rejected' ? 'prover' : 'order', verdict, code } },
      { honest: {} },
      { receipt: {} },
    ],
  }),
);

export default [withheld, ...changed];
