import test from 'ava';
import fc from 'fast-check';
import { type Report, toLines } from '../../../firmware/device/report.js';
import { ConsoleDecisions } from '../../../host-sim/page/consoleDecisions.js';
import { explained } from '../../../tools/page/explained.js';

const hash = `0x${'59'.repeat(32)}`;

/** The decision that a board's own words come to. */
function read(report: Report) {
  const decisions = new ConsoleDecisions('board 1', explained);
  let last: ReturnType<ConsoleDecisions['take']>;
  for (const line of toLines(report)) last = decisions.take(`[development L4] ${line}`);
  return last;
}

test('a board’s accepted order is read from its console with its whole proof and its receipt', t => {
  const trail = [
    { what: 'block 25', value: `${hash} (L4, sync committee, 509 of 512 signed, slot 26, finalized)` },
    { what: 'slot 0 key, status, sequence, epoch', value: hash },
  ];
  const receipt = { receipt: { counter: 7, outcome: 'done', code: '' }, result: new Uint8Array(0) } as never;
  const said = read({ kind: 'command', subject: hash, verdict: { verdict: 'accepted' }, trail, receipt });
  t.like(said, { about: 'command', verdict: 'accepted', code: '', trail });
  t.deepEqual(said?.receipt, { counter: 7, outcome: 'done', signer: '' });
  t.true(hash.startsWith(said!.subject.replace('…', '')));
});

test('a refusal is read with its code, its evidence and the words of holdfast explain', t => {
  const evidence = 'account 0xc5, node 2: its hash is not the one above it';
  const said = read({
    kind: 'witness',
    subject: 'http://127.0.0.1:1/',
    verdict: { verdict: 'rejected', code: 'proof_invalid', evidence },
  });
  t.like(said, { about: 'witness', verdict: 'rejected', code: 'proof_invalid', evidence, trail: [] });
  t.regex(said?.explained?.meaning ?? '', /proof does not verify/);
});

test('lines of an app are no decision, and end one', t => {
  const decisions = new ConsoleDecisions('board 1', explained);
  t.truthy(decisions.take('[development L4] command 0x59…: accepted'));
  t.is(decisions.take('the door is open'), undefined);
  t.is(decisions.take('[development L4]   → state root: 0x00'), undefined);
  t.truthy(decisions.take('[development L4] command 0x59…: accepted'));
  t.truthy(decisions.take('[development L4]   → state root: 0x00'));
});

test('no line makes it fail, and what it keeps is bounded', t => {
  const part = fc.oneof(
    fc.string(),
    fc.constantFrom(
      '[development L4] ',
      'command ',
      '0x59',
      ': ',
      'rejected (',
      'level',
      '): ',
      '  → ',
      'x'.repeat(5000),
    ),
  );
  fc.assert(
    fc.property(fc.array(fc.array(part, { maxLength: 8 }), { maxLength: 100 }), lines => {
      const decisions = new ConsoleDecisions('board 1', explained);
      return lines.every(parts => JSON.stringify(decisions.take(parts.join('')) ?? '').length < 100_000);
    }),
  );
  t.pass();
});
