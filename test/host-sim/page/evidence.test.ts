import test from 'ava';
import fc from 'fast-check';
import { nodesOf } from '../../../host-sim/page/evidence.js';
import type { Decision } from '../../../host-sim/page/protocol.js';
import { causes } from '../../../tools/explain/causes.js';
import { codes } from '../../../tools/explain/codes.js';

const decision = (change: Partial<Decision> = {}): Decision => ({
  id: 1,
  at: '2026-11-29T12:00:00.000Z',
  board: 'board 1',
  about: 'command',
  subject: '0x59e290974c…',
  verdict: 'accepted',
  code: '',
  evidence: '',
  trail: [
    {
      what: 'block 25',
      value: `0x${'7b'.repeat(32)} (L4, sync committee, 509 of 512 signed, slot 26, finalized)`,
    },
    { what: 'state root', value: `0x${'9e'.repeat(32)}` },
    { what: 'Device', value: `0x${'c5'.repeat(20)} (code as pinned)` },
    { what: 'slot 0 key, status, sequence, epoch', value: `0x${'01'.repeat(32)}` },
    { what: 'slot 1 head', value: `0x${'02'.repeat(32)}` },
    { what: 'Fleet', value: `0x${'20'.repeat(20)} (code as pinned)` },
    { what: 'slot 0 policy', value: `0x${'03'.repeat(32)}` },
  ],
  ...change,
});

test('an accepted order is a path from the signatures to the decision, and every edge is checked', t => {
  const nodes = nodesOf(decision());
  t.deepEqual(
    nodes.map(({ edge, label }) => [label, edge]),
    [
      ['trust L4', undefined],
      ['final header, block 25', 'checked'],
      ['state root', 'checked'],
      ['Device', 'checked'],
      ['Fleet', 'checked'],
      ['decision', 'checked'],
    ],
  );
  t.is(nodes[0].value, 'sync committee, 509 of 512 signed, slot 26');
  t.deepEqual(
    nodes[3].parts.map(({ label, raw }) => [label, raw]),
    [
      ['slot 0 key, status, sequence, epoch', `0x${'01'.repeat(32)}`],
      ['slot 1 head', `0x${'02'.repeat(32)}`],
    ],
  );
});

test('an order that is refused on proven values breaks at the decision alone', t => {
  const nodes = nodesOf(
    decision({ verdict: 'rejected', code: 'not_anchored', evidence: 'link 2 is another' }),
  );
  t.is(nodes.at(-1)?.edge, 'broken');
  t.is(nodes.at(-1)?.value, 'rejected (not_anchored)');
  t.true(nodes.slice(1, -1).every(({ edge }) => edge === 'checked'));
});

const places: readonly [code: string, evidence: string, broken: string][] = [
  ['header_mismatch', 'header hashes to 0x00', 'block header'],
  ['proof_invalid', 'account 0xc5, node 2: its hash is not the one above it', 'account'],
  ['proof_invalid', 'account 0xc5, slot 0x00, node 1: its hash is not the one above it', 'slot and value'],
  ['proof_invalid', 'signature: no point of the subgroup', 'block header'],
  ['wrong_answer', 'slot 0x01, asked was 0x00', 'slot and value'],
  ['wrong_answer', 'account 0xc6, asked was 0xc5', 'account'],
  ['code_mismatch', 'account 0xc5 has code 0x00', 'account'],
];

for (const [code, evidence, broken] of places) {
  test(`a witness breaks at its ${broken}: ${code}, ${evidence}`, t => {
    const nodes = nodesOf(decision({ about: 'witness', verdict: 'rejected', code, evidence, trail: [] }));
    const at = nodes.findIndex(({ edge }) => edge === 'broken');
    t.is(nodes[at].label, broken);
    t.true(nodes.slice(1, at).every(({ edge }) => edge === 'checked'));
    t.true(nodes.slice(at + 1).every(({ edge }) => edge === 'open'));
  });
}

test('of what is undetermined nothing is drawn as broken, of what is accepted nothing but as checked', t => {
  const names = [...Object.keys(codes), ...Object.keys(causes), 'a code of tomorrow'];
  const trails = fc.array(fc.record({ what: fc.string(), value: fc.string() }), { maxLength: 8 });
  const any = fc.record({
    about: fc.constantFrom('command', 'update', 'witness', 'network'),
    code: fc.constantFrom(...names),
    evidence: fc.string(),
    trail: trails,
  });
  fc.assert(
    fc.property(any, fields => {
      const edges = (verdict: Decision['verdict'], code = fields.code) =>
        nodesOf(decision({ ...fields, code, verdict })).map(({ edge }) => edge);
      const accepted = edges('accepted', '').slice(1);
      return (
        accepted.every(edge => edge === 'checked') &&
        !edges('undetermined').includes('broken') &&
        edges('rejected').filter(edge => edge === 'broken').length === 1
      );
    }),
  );
  t.pass();
});
