import test from 'ava';
import type { Decision } from '../../../host-sim/page/protocol.js';
import { caughtSince, verdictsSince } from '../../../host-sim/page/verdictsSince.js';

const decision = (at: string, verdict: Decision['verdict'], code = ''): Decision => ({
  ...{ id: 1, board: 'board 1', about: 'command', subject: '0x', evidence: '', trail: [] },
  ...{ at, verdict, code },
});

test('decisions since a time are counted by verdict and code; those before it are not', t => {
  const all = [
    decision('2026-01-01T00:00:00.000Z', 'rejected', 'proof_invalid'),
    decision('2026-01-01T00:00:01.000Z', 'undetermined', 'no_quorum'),
    decision('2026-01-01T00:00:02.000Z', 'accepted'),
    decision('2026-01-01T00:00:03.000Z', 'undetermined', 'no_quorum'),
  ];
  t.deepEqual(verdictsSince(all, '2026-01-01T00:00:01.000Z'), [
    '2 × undetermined (no_quorum)',
    '1 × accepted',
  ]);
  t.deepEqual(verdictsSince(all, '2026-01-02T00:00:00.000Z'), []);
  const caught = (...codes: string[]) => caughtSince(all, '2026-01-01T00:00:01.000Z', codes);
  t.deepEqual(caught('no_quorum', 'level'), ['2 × undetermined (no_quorum)']);
  t.deepEqual(caught(''), ['1 × accepted']);
  t.deepEqual(caught('proof_invalid'), [], 'it came before');
});
