/** The pure part of a decision, at its boundaries: the last second that still counts, and the first that does not. */
import test from 'ava';
import type { Envelope } from '../../../firmware/command/envelope.js';
import { disagreement, judgeTime } from '../../../firmware/command/judge.js';
import { address, word, ZERO_WORD } from '../../fakes/bytes.js';

const NOW = 1_800_000_000;
const MONTH = 30 * 86_400;
const envelope = (fields: Partial<Envelope> = {}): Envelope => ({
  authority: 0,
  device: address(1),
  sequence: 1,
  epoch: 2,
  fleetEpoch: 3,
  notBefore: NOW,
  notAfter: NOW,
  class: 0,
  challenge: ZERO_WORD,
  follows: 0,
  receipts: 0,
  replyKey: new Uint8Array(0),
  action: 'a.b',
  params: new Uint8Array(0),
  operator: address(2),
  salt: ZERO_WORD,
  ...fields,
});
const time = (fields: Partial<Envelope>, born = 0) => {
  const verdict = judgeTime(envelope(fields), NOW, born);
  return verdict.verdict === 'accepted' ? 'accepted' : verdict.code;
};

test('from the first second to the last', t => {
  t.is(time({}), 'accepted', 'one second long');
  t.is(time({ notBefore: NOW + 1, notAfter: NOW + 1 }), 'not_yet');
  t.is(time({ notBefore: NOW - 1, notAfter: NOW - 1 }), 'expired');
  t.is(time({ notAfter: NOW + MONTH }), 'accepted', 'as long as the contracts allow');
  t.is(time({ notAfter: NOW + MONTH + 1 }), 'void');
});

test('what began before the store was born is void, in the same second it is not', t => {
  t.is(time({}, NOW), 'accepted');
  t.is(time({}, NOW + 1), 'void');
  t.is(time({ notAfter: NOW - 1, notBefore: 0 }, NOW), 'expired', 'and what is over is over');
});

test('each field of a link is compared', t => {
  const link = {
    sequence: 1,
    commandHash: word(9),
    notAfter: NOW,
    epoch: 2,
    fleetEpoch: 3,
    operator: address(2),
    class: 0,
  };
  t.is(disagreement(envelope(), link), undefined);
  for (const [field, value] of Object.entries({
    sequence: 2,
    notAfter: NOW + 1,
    epoch: 3,
    fleetEpoch: 4,
    operator: address(3),
    class: 1,
  })) {
    t.is(disagreement(envelope(), { ...link, [field]: value }), field);
  }
});
