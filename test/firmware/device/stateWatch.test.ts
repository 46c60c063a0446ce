/** The state of an app in the status: said when it has changed, and not otherwise. */
import test from 'ava';
import type { Mailbox } from '../../../firmware/device/mailbox.js';
import { Outbox } from '../../../firmware/device/outbox.js';
import { watchState } from '../../../firmware/device/stateWatch.js';
import { encodeStatus, parseStatus, type Status } from '../../../firmware/device/status.js';
import { HandClock } from '../../../host-sim/testing/handClock.js';
import { word } from '../../fakes/bytes.js';

function scene() {
  const clock = new HandClock();
  let state = Uint8Array.of(1);
  const status = () => ({ status: { ...BLANK, state }, signature: new Uint8Array(65) });
  const said: number[][] = [];
  const outbox = new Outbox({
    clock,
    ledger: { receiptCounter: 0 },
    log: () => {},
    mailbox: { shared: (_: string, bytes: Uint8Array) => bytes } as unknown as Mailbox,
    profile: 'development',
    publish: async (name, bytes, options) => {
      const parsed = parseStatus(bytes);
      if (name !== 'status' || parsed.verdict !== 'accepted' || !options?.retain) throw new Error(name);
      said.push([...parsed.value.status.state]);
    },
    status,
  });
  const look = () => outbox.statusOnce({ lifecycle: 0, lowered: 0, state });
  return { clock, outbox, said, look, becomes: (next: number) => void (state = Uint8Array.of(next)) };
}

const BLANK: Status = {
  ...{ challenge: word(1), owner: new Uint8Array(20), trustConfiguration: word(2), imageHash: word(3) },
  ...{ version: 1, epoch: 0, sequence: 0, storeBirth: 0, receiptCounter: 0, receiptHead: word(0) },
  ...{ sealingKey: new Uint8Array(33), level: 1, finalized: 0, lifecycle: 0, newest: 0, lowered: 0 },
  ...{ state: new Uint8Array(0), config: new Uint8Array(0), telemetry: 0, slots: 0 },
};

test('a change is said within five seconds, once, and what stays as it is not again', t => {
  const { becomes, clock, look, outbox, said } = scene();
  outbox.status();
  const end = watchState(clock, { state: () => 1 }, look);
  clock.advance(60_000);
  t.deepEqual(said, [[1]]);
  becomes(2);
  clock.advance(5_000);
  clock.advance(60_000);
  t.deepEqual(said, [[1], [2]]);
  becomes(3);
  end();
  clock.advance(60_000);
  t.deepEqual([said.length, clock.waiting], [2, 0]);
});

test('before the first status nothing is said, and an app that shows nothing is not looked at', t => {
  const { clock, look, said } = scene();
  watchState(clock, {}, look);
  t.is(clock.waiting, 0);
  look();
  t.deepEqual(said, []);
});

test('a status with the longest state fits, one byte more does not', t => {
  const long = { ...BLANK, state: new Uint8Array(256) };
  const signature = new Uint8Array(65);
  t.is(parseStatus(encodeStatus({ status: long, signature })).verdict, 'accepted');
  t.is(
    parseStatus(encodeStatus({ status: { ...long, state: new Uint8Array(257) }, signature })).verdict,
    'rejected',
  );
});
