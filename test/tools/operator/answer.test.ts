/** Messages that count as a board's answer; everybody may publish on its topic. */
import test from 'ava';
import fc from 'fast-check';
import { parseAnswer } from '../../../tools/operator/answer.js';

const answer = {
  profile: 'development',
  kind: 'command' as const,
  subject: `0x${'11'.repeat(32)}`,
  verdict: 'rejected' as const,
  code: 'expired',
  evidence: 'ended 5 s ago',
  trail: [{ what: 'block 7', value: '0x…' }],
};

test('an answer with its shape is taken', t => {
  t.deepEqual(parseAnswer(JSON.stringify(answer)), answer);
});

test('an answer with one member of another kind, or too long, is dropped', t => {
  const wrong: object[] = [
    { kind: 'other' },
    { verdict: 'maybe' },
    { subject: 7 },
    { subject: 'x'.repeat(3000) },
    { trail: undefined },
    { trail: {} },
    { trail: [null] },
    { trail: new Array(65).fill(answer.trail[0]) },
    { evidence: 'x'.repeat(5000) },
    { receipt: 'done' },
  ];
  for (const change of wrong)
    t.is(
      parseAnswer(JSON.stringify({ ...answer, ...change })),
      undefined,
      JSON.stringify(change).slice(0, 40),
    );
});

test('whatever text a broker delivers, it is an answer with its shape or none', t => {
  t.is(parseAnswer(undefined), undefined);
  const text = fc.oneof(
    fc.string(),
    fc.json(),
    fc.jsonValue().map(value => JSON.stringify({ ...answer, trail: value })),
  );
  fc.assert(
    fc.property(text, said => {
      const parsed = parseAnswer(said);
      t.true(parsed === undefined || (parsed.trail.length <= 64 && parsed.subject === answer.subject));
    }),
  );
});
