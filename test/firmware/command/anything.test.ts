/**
 * Whatever happens in whatever order (links, junk, withheld and repeated envelopes, restarts, forks, pauses, epochs,
 * endpoints that lie about links), an effect is one that a link of the chain committed to, happens at most once, and
 * never after a restraint that the board could see.
 */
import test from 'ava';
import fc from 'fast-check';
import { word } from '../../fakes/bytes.js';
import { holdsAsync } from '../../fakes/holds.js';
import { Board, type Prepared } from './board.js';

type Event =
  | { do: 'link' | 'order' | 'early'; action: string; challenge: boolean; life: number }
  | { do: 'deliver'; which: number; field?: 'salt' | 'params' | 'sequence' | 'epoch' | 'class' | 'notAfter' }
  | {
      do: 'final' | 'mine' | 'restart' | 'retry' | 'deliverAll' | 'pause' | 'resume' | 'suspend' | 'activate';
    }
  | { do: 'reorganise'; depth: number; relink: boolean }
  | { do: 'epoch' | 'fleetEpoch' | 'lie' | 'honest' };

const event: fc.Arbitrary<Event> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      /** `order`: linked, final and delivered in one go; `early`: without being final. */
      do: fc.constantFrom('link' as const, 'order' as const, 'early' as const),
      action: fc.constantFrom('once', 'again', 'early', 'loose', 'throws'),
      challenge: fc.boolean(),
      life: fc.constantFrom(30, 100, 3600),
    }),
  },
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constant('deliver' as const),
      which: fc.nat(5),
      field: fc.option(fc.constantFrom('salt', 'params', 'sequence', 'epoch', 'class', 'notAfter'), {
        nil: undefined,
      }) as fc.Arbitrary<undefined>,
    }),
  },
  {
    weight: 6,
    arbitrary: fc
      .constantFrom(...(['final', 'mine', 'retry', 'restart', 'deliverAll', 'deliverAll'] as const))
      .map(name => ({ do: name })),
  },
  {
    weight: 2,
    arbitrary: fc
      .constantFrom(...(['pause', 'resume', 'resume', 'suspend', 'activate', 'activate'] as const))
      .map(name => ({ do: name })),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('reorganise' as const),
      depth: fc.integer({ min: 1, max: 4 }),
      relink: fc.boolean(),
    }),
  },
  {
    weight: 1,
    arbitrary: fc
      .constantFrom(...(['epoch', 'fleetEpoch', 'lie', 'honest'] as const))
      .map(name => ({ do: name })),
  },
);

const changed: Record<string, (envelope: Prepared['envelope']) => Partial<Prepared['envelope']>> = {
  salt: () => ({ salt: word(99) }),
  params: ({ params }) => ({ params: Uint8Array.of(...params.slice(0, -1), params[params.length - 1] ^ 1) }),
  sequence: ({ sequence }) => ({ sequence: sequence + 1 }),
  epoch: ({ epoch }) => ({ epoch: epoch + 1 }),
  class: () => ({ class: 1 }),
  notAfter: ({ notAfter }) => ({ notAfter: notAfter + 1 }),
};

/** Plays the events; says what went wrong, or nothing. */
async function play(events: readonly Event[]): Promise<{ fault?: string; effects: number }> {
  const board = await new Board().proveNow();
  const { chain } = board;
  const orders: Prepared[] = [];
  const ran = new Map<string, number>();
  let effects = 0;
  /** Since the restart a link carried the challenge. */
  let challenged = true;
  let fault: string | undefined;
  board.onEffect = () => {
    const effect = board.effects[board.effects.length - 1];
    const order = orders.find(({ envelope }, i) => effect === `${envelope.action.slice(5)} ${i + 1000}`);
    effects++;
    const times = (ran.get(effect) ?? 0) + 1;
    ran.set(effect, times);
    if (!order) fault ??= `${effect} was never ordered`;
    if (times > 1) fault ??= `${effect} ran ${times} times`;
    if (!challenged && order?.envelope.action !== 'test.early')
      fault ??= `${effect} ran before now was proven`;
    if (chain.state.paused) fault ??= `${effect} ran while the newest block says paused`;
    if (chain.state.status !== 2) fault ??= `${effect} ran while the newest block says suspended`;
    if (order && chain.now > order.envelope.notAfter + 12) fault ??= `${effect} ran after its time`;
  };
  for (const now of events) {
    switch (now.do) {
      case 'order':
      case 'early':
      case 'link': {
        const { action, challenge, life } = now;
        const fields = {
          challenge: challenge ? board.challenge : word(0),
          notAfter: chain.now + life,
        };
        const prepared = board.envelope(action, fields, orders.length + 1000);
        board.relink(prepared);
        challenged ||= challenge;
        orders.push(prepared);
        if (now.do === 'link') break;
        if (now.do === 'order') chain.finalise();
        await board.commands.deliver(prepared.bytes);
        break;
      }
      case 'deliver': {
        const order = orders[orders.length - 1 - now.which];
        if (!order) break;
        if (!now.field) await board.commands.deliver(order.bytes);
        else
          await board.commands.deliver(
            board.envelope('once', { ...order.envelope, ...changed[now.field](order.envelope) }).bytes,
          );
        break;
      }
      case 'deliverAll':
        for (const { bytes } of orders.slice(-8)) await board.commands.deliver(bytes);
        break;
      case 'final':
        chain.finalise();
        break;
      case 'mine':
        chain.mine(3);
        break;
      case 'restart':
        board.boot();
        challenged = false;
        await board.commands.recover();
        break;
      case 'retry':
        await board.commands.retry();
        break;
      case 'pause':
        chain.change({ paused: true });
        break;
      case 'resume':
        chain.change({ paused: false });
        break;
      case 'suspend':
        chain.change({ status: 3 });
        break;
      case 'activate':
        chain.change({ status: 2 });
        break;
      case 'reorganise':
        chain.reorganise(Math.min(now.depth, chain.tip.number - chain.finalized));
        // The same envelopes again, as far as their turn has come again.
        for (const order of now.relink ? orders : [])
          if (order.envelope.sequence === chain.state.sequence + 1) board.relink(order);
        break;
      case 'epoch':
        chain.bumpEpoch();
        break;
      case 'fleetEpoch':
        chain.change({ fleetEpoch: chain.state.fleetEpoch + 1 });
        break;
      case 'lie':
        chain.liars = [links => links.map(link => ({ ...link, commandHash: word(5) }))];
        break;
      case 'honest':
        chain.liars = [];
        break;
    }
    if (fault) return { fault, effects };
  }
  // In the end it obeys again: nothing of all that has locked it out.
  chain.change({ paused: false, status: 2 }).mine(400);
  board.boot();
  challenged = true;
  const last = board.envelope('once', { challenge: board.challenge }, orders.length + 1000);
  board.relink(last);
  orders.push(last);
  chain.finalise();
  await board.commands.deliver(last.bytes);
  if (!ran.has(`once ${orders.length + 999}`))
    fault ??= `it does not obey in the end: ${board.about(last)} ${JSON.stringify(board.said.slice(-1)[0]?.verdict)}`;
  return { fault, effects };
}

test('in any order of events, effects are linked, at most once and unrestrained, and the board obeys in the end', async t => {
  let effects = 0;
  await holdsAsync(
    t,
    fc.asyncProperty(fc.array(event, { minLength: 10, maxLength: 60, size: 'max' }), async events => {
      const played = await play(events);
      effects += played.effects;
      t.is(played.fault, undefined);
    }),
    { numRuns: 60 },
  );
  t.log(`${effects} effects`);
  t.true(effects > 80, 'they were no empty runs');
});
