import { EventEmitter } from 'node:events';
import test from 'ava';
import fc from 'fast-check';
import { filterMessages, parseAnswer } from '../../../tools/board/checkedChannel.js';
import type { BoardChannel } from '../../../tools/operator/boardChannel.js';

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
  t.deepEqual(parseAnswer(answer), answer);
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
    t.is(parseAnswer({ ...answer, ...change }), undefined, JSON.stringify(change).slice(0, 40));
});

test('whatever a broker says, nobody who listens sees anything but answers with their shape', t => {
  fc.assert(
    fc.property(fc.jsonValue(), value => {
      const channel = new EventEmitter() as unknown as BoardChannel;
      const seen: unknown[] = [];
      filterMessages(channel, () => false);
      channel.on('answer', said => seen.push(said.trail.length, said.subject.length));
      (channel as unknown as EventEmitter).emit('answer', value);
      t.deepEqual(seen, []);
      channel.emit('answer', answer);
      t.is(seen.length, 2);
    }),
  );
});

test('statuses and receipts of others are passed over, the board’s own come through', t => {
  const channel = new EventEmitter() as unknown as BoardChannel;
  const seen: unknown[] = [];
  filterMessages(channel, (_, signer) => signer !== 'board');
  channel.on('status', status => seen.push(status.signer));
  channel.on('receipt', receipt => seen.push(receipt.signer));
  const raw = channel as unknown as EventEmitter;
  for (const signer of [undefined, 'stranger', 'board']) {
    raw.emit('status', { signer });
    raw.emit('receipt', { signer });
  }
  t.deepEqual(seen, ['board', 'board']);
});
