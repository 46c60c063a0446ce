import test from 'ava';
import fc from 'fast-check';
import { reportOf } from '../../../host-sim/page/report.js';

const order = (sequence: number, outcome: string) => ({
  ...{
    sequence,
    commandHash: `0xA${sequence}`,
    operator: '0x0b',
    blockNumber: 10 + sequence,
    outcome,
    code: '',
  },
});
const receipt = (counter: number, imageHash: string, blockNumber: number) => ({
  ...{ counter, envelopeHash: `0xa${counter}`, imageHash, blockNumber },
});

test('each order has its answer and its receipt; an image that came back has two rows', t => {
  const report = reportOf({
    device: '0xde',
    commands: [order(1, 'done'), order(4, 'open')],
    receipts: [
      receipt(1, '0x01', 11),
      receipt(2, '0x02', 12),
      receipt(3, '0x02', 15),
      receipt(5, '0x01', 16),
    ],
    findings: [{ rule: 'gap', what: 'receipt 4 is not here' }],
    complete: true,
  })!;
  t.deepEqual(
    report.orders.map(({ counter, outcome }) => [outcome, counter]),
    [
      ['done', 1],
      ['open', undefined],
    ],
  );
  t.deepEqual(
    report.images.map(({ fromBlock, hash, receipts, toBlock }) => [hash, receipts, fromBlock, toBlock]),
    [
      ['0x01', 1, 11, 11],
      ['0x02', 2, 12, 15],
      ['0x01', 1, 16, 16],
    ],
  );
  t.deepEqual(report.findings, ['gap: receipt 4 is not here']);
});

test('a document of something else is no report, and none makes it fail', t => {
  t.is(reportOf({ error: 'no board' }), undefined);
  t.is(reportOf(undefined), undefined);
  fc.assert(
    fc.property(fc.jsonValue(), value => {
      reportOf(value as never);
      reportOf({ commands: [value], receipts: [value], findings: value } as never);
      return true;
    }),
  );
});
