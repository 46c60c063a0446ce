/** The words of a board for people and tools: every verdict has words, and no result can break them. */
import test from 'ava';
import { encodeResult } from '../../../firmware/app/params.js';
import { accepted, rejected, undetermined } from '../../../firmware/bytes/verdict.js';
import { toAnswer, toLines } from '../../../firmware/device/report.js';
import type { PublishedReceipt } from '../../../firmware/ledger/receiptWire.js';
import { word } from '../../fakes/bytes.js';

const published = (result: Uint8Array, code = ''): PublishedReceipt => ({
  receipt: {
    storeBirth: 0,
    counter: 7,
    previous: word(0),
    envelopeHash: word(1),
    outcome: 'done',
    code,
    resultHash: word(2),
    imageHash: word(3),
    blockNumber: 5,
    blockHash: word(4),
  },
  signature: new Uint8Array(65),
  result,
});

test('each verdict is told with its code or cause, and what was seen', t => {
  const subject = `0x${'ab'.repeat(32)}`;
  const told = (verdict: Parameters<typeof toAnswer>[1]['verdict']) => {
    const report = { kind: 'command' as const, subject, verdict };
    return [JSON.parse(toAnswer('development', report)), toLines(report)[0]];
  };
  const [yes, yesLine] = told(accepted(undefined));
  t.deepEqual(
    [yes.verdict, yes.code, yes.profile, yes.subject],
    ['accepted', undefined, 'development', subject],
  );
  t.is(yesLine, 'command 0xababababab…: accepted');
  const [no, noLine] = told(rejected('expired', 'ended 5 s ago'));
  t.deepEqual([no.verdict, no.code, no.evidence], ['rejected', 'expired', 'ended 5 s ago']);
  t.is(noLine, 'command 0xababababab…: rejected (expired): ended 5 s ago');
  const [maybe] = told(undetermined('no_quorum', 'x'.repeat(5000)));
  t.deepEqual([maybe.verdict, maybe.code], ['undetermined', 'no_quorum']);
  t.true(maybe.evidence.length <= 400);
});

test('a result of any kind is shown, and breaks neither line nor answer', t => {
  const results = [
    { on: true },
    [1, 2],
    null,
    'text',
    2 ** 60,
    -0,
    { deep: [[[[[[[1]]]]]]] },
    Uint8Array.of(1),
  ];
  for (const result of results) {
    const bytes = encodeResult(result as never)!;
    const report = {
      kind: 'command' as const,
      subject: '0x',
      verdict: accepted(undefined),
      receipt: published(bytes),
    };
    t.notThrows(() => toLines(report));
    t.deepEqual(JSON.parse(toAnswer('production', report)).receipt, { counter: 7, outcome: 'done' });
  }
  for (const bytes of [
    // Not a number: no app's result any more, but bytes that an older board may have stored.
    Uint8Array.of(0xf9, 0x7e, 0x00),
    Uint8Array.of(0xff),
    Uint8Array.of(0x1b, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff),
    new Uint8Array(256).fill(0x81),
  ]) {
    const report = {
      kind: 'command' as const,
      subject: '0x',
      verdict: accepted(undefined),
      receipt: published(bytes),
    };
    t.regex(toLines(report).join('\n'), /result 0x/, 'what is no plain CBOR is shown as bytes');
  }
});

test('the trail leads from the block to the decision', t => {
  const trail = [
    { what: 'block 5', value: '0x01' },
    { what: 'state root', value: '0x02' },
  ];
  const receipt = published(encodeResult({ n: 1 })!, 'expired');
  const lines = toLines({ kind: 'update', subject: 'x', verdict: accepted(undefined), trail, receipt });
  t.deepEqual(lines, [
    'update x: accepted',
    '  → block 5: 0x01',
    '  → state root: 0x02',
    '  → decision: accepted',
    '  → receipt 7: done (expired), result {"n":1}',
  ]);
});
