/** L1: k of n endpoints agree on a hash at one number and tag, or nothing is trusted. */
import test from 'ava';
import fc from 'fast-check';
import { toHex } from '../../../firmware/bytes/hex.js';
import { accepted, rejected, undetermined } from '../../../firmware/bytes/verdict.js';
import { QuorumTrust } from '../../../firmware/trust/quorum.js';
import { HandClock } from '../../../host-sim/testing/handClock.js';
import { holdsAsync } from '../../fakes/holds.js';
import { hashAt, ModelEndpoint } from './endpoint.js';

const trio = (...fields: Partial<ModelEndpoint>[]) =>
  [0, 1, 2].map(i => new ModelEndpoint(`http://${i}`, fields[i]));
const trust = (endpoints: ModelEndpoint[], quorum = (endpoints.length >> 1) + 1) =>
  new QuorumTrust({ endpoints, quorum, chainId: 31337, clock: new HandClock() });

/** Number and hash's branch of what is trusted, else the cause. */
async function head(endpoints: ModelEndpoint[], tag: 'latest' | 'finalized' = 'latest', quorum?: number) {
  const verdict = await trust(endpoints, quorum).head(tag);
  if (verdict.verdict === 'undetermined') return verdict.cause;
  const { finalized, hash, level, number } = verdict.value;
  if (level !== 1 || finalized !== (tag === 'finalized')) return 'wrong level or tag';
  return `${number} ${toHex(hash).slice(2, 4)}`;
}

test('endpoints that agree are trusted, at the tag that was asked', async t => {
  t.is(await head(trio()), '100 00');
  t.is(await head(trio(), 'finalized'), '36 00');
  t.is(await head([new ModelEndpoint('http://alone')]), '100 00');
  const verdict = await trust(trio()).head('latest');
  t.is(verdict.verdict === 'accepted' && toHex(verdict.value.hash), hashAt(100));
  t.is(verdict.verdict === 'accepted' && verdict.value.basis, 'quorum 2 of 3');
});

test('a quorum is a majority, or the trust is not made', t => {
  const endpoints = trio();
  for (const quorum of [0, 1, 4]) t.throws(() => trust(endpoints, quorum), { instanceOf: RangeError });
  for (const quorum of [2, 3]) t.notThrows(() => trust(endpoints, quorum));
  t.throws(() => trust(endpoints.slice(0, 2), 1));
  t.throws(() => trust([], 0));
});

test('two that disagree are no quorum; the third decides', async t => {
  t.is(await head(trio({}, { branch: 1 }).slice(0, 2)), 'no_quorum');
  t.is(await head(trio({}, { branch: 1 })), '100 00');
  t.is(await head(trio({}, { branch: 1 }, { branch: 2 })), 'no_quorum');
  t.is(await head(trio({}, { branch: 1 }), 'latest', 3), 'no_quorum');
});

test('nobody reachable is another answer than disagreement', async t => {
  const failure = undetermined('unreachable', 'off');
  t.is(await head(trio({ failure }, { failure }, { failure })), 'unreachable');
  t.is(await head(trio({ failure }, { failure })), 'no_quorum', 'one is there, and it is not enough');
  t.is(await head(trio({ failure })), '100 00');
  const pruned = undetermined('pruned', 'gone');
  t.is(await head(trio({ failure: pruned }, { failure: pruned }, { failure: pruned })), 'pruned');
  t.is(await head(trio({ failure: pruned }, { failure }, { failure })), 'no_quorum');
});

test('an endpoint that is ahead is asked again at the number that a quorum has reached', async t => {
  const endpoints = trio({ latest: 103 }, { latest: 101 }, { latest: 101 });
  t.is(await head(endpoints), '101 00');
  t.deepEqual(
    endpoints.map(({ asked }) => asked.length),
    [3, 2, 0],
    'only the one that is ahead is asked again, and nobody who is not needed',
  );
  t.is(await head(trio({ latest: 103 }, { latest: 101 })), '101 00');
  t.is(await head(trio({ latest: 103 }, { latest: 101 }, { latest: 99 })), '101 00');
  t.is(await head(trio({ latest: 102 }, { latest: 101 }, { latest: 99 }), 'latest', 3), '99 00');
  t.is(await head(trio({ latest: 103 }, { latest: 101 }).slice(0, 2)), '101 00');
});

test('one that lies about being ahead stops nobody: the honest ones agree just below', async t => {
  t.is(await head(trio({ latest: 1_000_000, branch: 9 }, { latest: 101 }, { latest: 100 })), '100 00');
  t.is(await head(trio({ latest: 101, branch: 9 }, { latest: 101 }, { latest: 100 })), '100 00');
  t.is(
    await head(trio({ finalized: 64, branch: 9 }, { finalized: 64 }, { finalized: 32 }), 'finalized'),
    '32 00',
  );
});

test('one that lies about being far behind pulls nobody back', async t => {
  // The honest two are on two sides of a reorganisation: better no answer than an old one.
  t.is(await head(trio({}, { branch: 1 }, { latest: 50 })), 'no_quorum');
  t.is(await head(trio({}, {}, { latest: 50 })), '100 00');
});

test('a quorum that agrees suffices: nobody else is awaited', async t => {
  for (const tag of ['latest', 'finalized'] as const) {
    const endpoints = trio();
    t.is((await trust(endpoints).head(tag)).verdict, 'accepted');
    t.deepEqual(
      endpoints.map(({ asked }) => asked.map(({ method }) => method)),
      [['eth_chainId', 'eth_getHeaderByNumber'], ['eth_chainId', 'eth_getHeaderByNumber'], []],
    );
  }
});

test('the chain is asked for once', async t => {
  const endpoints = trio();
  const quorum = trust(endpoints);
  for (let i = 0; i < 3; i++) t.is((await quorum.head('latest')).verdict, 'accepted');
  t.is(endpoints[0].asked.filter(({ method }) => method === 'eth_chainId').length, 1);
});

test('who was slow is asked last, and not at all where the others agree', async t => {
  const endpoints = trio({ slow: true });
  t.is(await head(endpoints), '100 00');
  t.deepEqual(
    endpoints.map(({ asked }) => asked.length > 0),
    [false, true, true],
  );
  t.is(await head(trio({ slow: true }, { branch: 1 })), '100 00');
});

test('one that names an old final block holds nobody back while the others agree', async t => {
  for (const finalized of [0, 35]) {
    for (let at = 0; at < 3; at++) {
      const endpoints = trio();
      endpoints[at].finalized = finalized;
      t.is(await head(endpoints, 'finalized'), '36 00');
    }
  }
});

test('newest blocks that lie further apart than three name none; a third that is close to one does', async t => {
  t.is(await head(trio({ latest: 100 }, { latest: 96 }).slice(0, 2)), 'no_quorum');
  t.is(await head(trio({ latest: 100 }, { latest: 97 }).slice(0, 2)), '97 00');
  t.is(await head(trio({ latest: 100 }, { latest: 50 }, { latest: 99 })), '99 00');
  t.is(await head(trio({ latest: 100 }, { latest: 50 }, { latest: 60 })), 'no_quorum');
});

test('others are awaited for five seconds, then it is no_quorum', async t => {
  for (const [each, expected] of [
    [1600, 'accepted'],
    [2600, 'no_quorum'],
  ] as const) {
    const clock = new HandClock();
    // Three of five: the first three lie too far apart, and the last two make a quorum with the first.
    const endpoints = [100, 50, 10, 99, 99].map((latest, i) => new ModelEndpoint(`http://${i}`, { latest }));
    const allowed: (number | undefined)[] = [];
    const slow = endpoints[3];
    const answer = slow.call.bind(slow);
    slow.call = (call, timeoutMilliseconds) => {
      allowed.push(timeoutMilliseconds);
      clock.advance(each);
      return answer(call);
    };
    const verdict = await new QuorumTrust({ endpoints, quorum: 3, chainId: 31337, clock }).head('latest');
    t.is(verdict.verdict === 'accepted' ? verdict.verdict : verdict.cause, expected);
    t.deepEqual(allowed, [5000, 5000 - each]);
    t.is(endpoints[4].asked.length > 0, expected === 'accepted');
  }
});

test('another chain and malformed answers do not count', async t => {
  t.is(await head(trio({ chainId: '0x1' }, { chainId: '0x1' })), 'no_quorum');
  t.is(await head(trio({ chainId: '0x1' })), '100 00');
  const odd = [
    null,
    1,
    'x',
    {},
    { number: '0x64' },
    { number: '', hash: hashAt(0) },
    { number: '0x', hash: hashAt(0) },
  ];
  for (const value of [...odd, { number: '100', hash: hashAt(100) }, { number: '0x64', hash: '0x00' }]) {
    const override = ({ method }: { method: string }) =>
      method === 'eth_getHeaderByNumber' ? accepted(value) : undefined;
    t.is(await head(trio({ override }, { override })), 'no_quorum', JSON.stringify(value));
    t.is(await head(trio({ override })), '100 00');
  }
  const refusing = { override: () => rejected('malformed' as const, 'no') };
  t.is(await head(trio(refusing, refusing, refusing)), 'no_quorum');
});

test('whatever a minority says, the majority’s block is trusted or none, never another', async t => {
  await holdsAsync(
    t,
    fc.asyncProperty(fc.jsonValue(), fc.jsonValue(), fc.nat(2), async (chain, block, liar) => {
      const override = ({ method }: { method: string }) => accepted(method === 'eth_chainId' ? chain : block);
      const endpoints = trio();
      endpoints[liar].override = override;
      t.is(await head(endpoints), '100 00');
    }),
    { numRuns: 200 },
  );
  await holdsAsync(
    t,
    fc.asyncProperty(fc.array(fc.nat(6), { minLength: 3, maxLength: 3 }), fc.nat(110), async (lags, lie) => {
      const endpoints = trio(...lags.map(lag => ({ latest: 100 - lag })));
      endpoints.push(new ModelEndpoint('http://liar', { latest: lie, branch: 9 }));
      const said = await head(endpoints);
      t.true(said === 'no_quorum' || said.endsWith(' 00'), said);
    }),
    { numRuns: 300 },
  );
});
