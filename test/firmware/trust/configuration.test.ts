/** The rules that every trust configuration must keep, each broken alone, with the twin that keeps it. */
import test from 'ava';
import { toHex } from '../../../firmware/bytes/hex.js';
import { portableCrypto } from '../../../firmware/crypto/portable.js';
import {
  checkConfiguration,
  configurationHash,
  encodeConfiguration,
  parseConfiguration,
  type TrustConfiguration,
} from '../../../firmware/trust/configuration.js';
import { mainnet } from '../../../tools/prover/networks.js';
import { word } from '../../fakes/bytes.js';

const key = (n: number) => new Uint8Array(20).fill(n);
/** The sources of the levels above 1. */
const light = { chain: mainnet(), checkpointRoot: word(5), maximumSleep: 604_800 };
const checkpoints = { fleet: key(9), threshold: 2, keys: [key(1), key(2), key(3)] };
const sources = { provers: ['http://prover:1'], light, checkpoints };

const policies = (level: 1 | 2 | 3 | 4, maximumAge = 1800) => ({
  command: { level, maximumAge },
  firmware: { level, maximumAge },
  lifecycle: { level, maximumAge },
});
const good: TrustConfiguration = {
  profile: 'development',
  chainId: 31337,
  quorum: 2,
  endpoints: ['http://a:1/', 'https://b/key?x=1', 'http://[::1]:8545'],
  policies: policies(1),
};
const verdictOf = (fields: Partial<TrustConfiguration>) => checkConfiguration({ ...good, ...fields }).verdict;

test('a configuration that keeps the rules is taken, and its hash covers every field', t => {
  t.is(verdictOf({}), 'accepted');
  const crypto = portableCrypto();
  const changes: Partial<TrustConfiguration>[] = [
    {},
    { chainId: 1 },
    { quorum: 3 },
    { endpoints: good.endpoints.slice(0, 2) },
    { endpoints: [...good.endpoints].reverse() },
    { ...sources, profile: 'production', policies: policies(3) },
    { ...sources, policies: policies(3) },
    { ...sources, policies: policies(4) },
    { ...sources, policies: { ...policies(4), command: { level: 4, maximumAge: 1800, standIn: true } } },
    { policies: { ...policies(1), command: { level: 1, maximumAge: 1800, finalOnly: true } } },
    sources,
    { ...sources, provers: ['http://prover:2'] },
    { ...sources, light: { ...light, checkpointRoot: word(6) } },
    { ...sources, light: { ...light, maximumSleep: 86_400 } },
    { ...sources, light: { ...light, chain: { ...light.chain, genesisTime: 1 } } },
    { ...sources, light: undefined },
    { ...sources, checkpoints: undefined },
    { ...sources, checkpoints: { ...checkpoints, fleet: key(8) } },
    { ...sources, checkpoints: { ...checkpoints, threshold: 3 } },
    { ...sources, checkpoints: { ...checkpoints, keys: [key(1), key(2), key(4)] } },
    { policies: policies(1, 1801) },
    { ...sources, policies: { ...policies(1), lifecycle: { level: 2, maximumAge: 1800 } } },
  ];
  const hashes = changes.map(change => toHex(configurationHash(crypto, { ...good, ...change })));
  t.is(new Set(hashes).size, changes.length);
});

test('k is more than half of n, and not more than n', t => {
  const endpoints = Array.from({ length: 8 }, (_, i) => `http://host${i}`);
  for (let n = 1; n <= 8; n++) {
    for (let quorum = 0; quorum <= 9; quorum++) {
      const expected = quorum * 2 > n && quorum <= n ? 'accepted' : 'rejected';
      t.is(verdictOf({ endpoints: endpoints.slice(0, n), quorum }), expected, `${quorum} of ${n}`);
    }
  }
  t.is(verdictOf({ endpoints: [], quorum: 0 }), 'rejected');
  t.is(verdictOf({ endpoints: [...endpoints, 'http://ninth'], quorum: 9 }), 'rejected');
  t.is(verdictOf({ quorum: 1.9 }), 'rejected');
});

test('without endpoints the sync committee speaks for all, and nothing of levels 1 and 3 is left', t => {
  const none = { endpoints: [], quorum: 0, light, policies: policies(4) };
  t.is(verdictOf(none), 'accepted', 'the prover behind the broker is no part of the configuration');
  const parsed = parseConfiguration(encodeConfiguration({ ...good, ...none }));
  t.like(parsed, { verdict: 'accepted', value: { endpoints: [], quorum: 0 } });
  t.is(verdictOf({ ...none, ...sources }), 'accepted');
  t.is(verdictOf({ ...none, ...sources, profile: 'production' }), 'accepted');
  t.is(verdictOf({ ...none, profile: 'production' }), 'rejected', 'a long sleep needs checkpoint keys');
  t.is(verdictOf({ ...none, quorum: 1 }), 'rejected');
  t.is(verdictOf({ ...none, light: undefined }), 'rejected');
  t.is(
    verdictOf({ ...none, endpoints: ['http://a'], quorum: 1 }),
    'rejected',
    'with endpoints a prover is named',
  );
  for (const level of [1, 3] as const)
    t.is(verdictOf({ ...none, ...sources, policies: policies(level) }), 'rejected');
  t.is(verdictOf({ ...none, ...sources, policies: policies(2) }), 'accepted');
  const standIn = { ...policies(4), command: { level: 4 as const, maximumAge: 1800, standIn: true } };
  t.is(verdictOf({ ...none, ...sources, policies: standIn }), 'rejected');
});

test('an age under 30 minutes is refused, for each purpose', t => {
  for (const purpose of ['command', 'firmware', 'lifecycle'] as const) {
    const short = { ...policies(1), [purpose]: { level: 1, maximumAge: 1799 } };
    t.is(verdictOf({ policies: short }), 'rejected', purpose);
  }
  t.is(verdictOf({ policies: policies(1, 1800) }), 'accepted');
  t.is(verdictOf({ policies: policies(1, Number.NaN) }), 'rejected');
});

test('production asks for L3 or L4 where it cannot be undone', t => {
  const profile = 'production';
  const verdictOf = (fields: Partial<TrustConfiguration>) =>
    checkConfiguration({ ...good, ...sources, ...fields }).verdict;
  t.is(verdictOf({ profile, policies: policies(3) }), 'accepted');
  t.is(verdictOf({ profile, policies: policies(4) }), 'accepted');
  t.is(
    verdictOf({ profile, policies: { ...policies(3), command: { level: 1, maximumAge: 1800 } } }),
    'accepted',
  );
  for (const purpose of ['firmware', 'lifecycle'] as const) {
    for (const level of [1, 2] as const) {
      const weak = { ...policies(3), [purpose]: { level, maximumAge: 1800 } };
      t.is(verdictOf({ profile, policies: weak }), 'rejected', `${purpose} L${level}`);
      t.is(verdictOf({ profile: 'development', policies: weak }), 'accepted');
    }
  }
  for (const level of [0, 5, 1.5] as never[]) t.is(verdictOf({ policies: policies(level) }), 'rejected');
});

test('production at L4 has checkpoint keys as well, since a board may lie in a drawer for longer than a week', t => {
  const four = { ...sources, policies: policies(4), checkpoints: undefined };
  t.is(verdictOf({ ...four, profile: 'production' }), 'rejected');
  t.is(verdictOf({ ...four, profile: 'production', checkpoints }), 'accepted');
  t.is(verdictOf({ ...four, profile: 'development' }), 'accepted');
});

test('an endpoint is an http URL that is named once; what could not be connected to is refused before it is stored', t => {
  for (const endpoint of [
    '',
    'nowhere',
    'ftp://host',
    'mqtt://host:1',
    'http://',
    'http://host:0',
    'http://user@host',
  ])
    t.is(verdictOf({ endpoints: [endpoint], quorum: 1 }), 'rejected', endpoint);
  t.is(verdictOf({ endpoints: ['http://host'], quorum: 1 }), 'accepted');
  t.is(verdictOf({ endpoints: ['http://host', 'http://host'], quorum: 2 }), 'rejected');
});

test('chain ids and profiles that are none are refused', t => {
  for (const chainId of [0, -1, 1.5, 2 ** 53, Number.NaN]) t.is(verdictOf({ chainId }), 'rejected');
  t.is(verdictOf({ chainId: 2 ** 53 - 1 }), 'accepted');
  t.is(verdictOf({ profile: 'staging' as never }), 'rejected');
});

test('the rules hold for what is parsed as well, and so does the size', t => {
  const parse = (fields: Partial<TrustConfiguration>) =>
    parseConfiguration(encodeConfiguration({ ...good, ...fields })).verdict;
  t.is(parse({}), 'accepted');
  t.is(parse({ quorum: 1 }), 'rejected');
  t.is(parse({ policies: policies(1, 1799) }), 'rejected');
  t.is(
    parse({ endpoints: ['http://a', `http://${'b'.repeat(200)}`], quorum: 2 }),
    'rejected',
    'one is too long',
  );
  t.is(parse(sources), 'accepted');
  t.is(
    parse({
      ...sources,
      policies: { ...policies(4), command: { level: 4, maximumAge: 1800, standIn: true } },
    }),
    'accepted',
  );
  const long = (length: number) => Array.from({ length: 5 }, (_, i) => `http://${'c'.repeat(length)}/${i}`);
  t.is(parse({ endpoints: long(130), quorum: 3 }), 'accepted');
  t.is(
    parse({ endpoints: long(190), quorum: 3, provers: ['http://prover', `http://${'d'.repeat(150)}`] }),
    'rejected',
    'together too long',
  );
});

test('a level above 1 needs what it comes from, and only L3 may stand in, for L4', t => {
  for (const [level, fields, expected] of [
    [4, { light }, 'accepted'],
    [4, { checkpoints }, 'rejected'],
    [3, { checkpoints }, 'accepted'],
    [2, { checkpoints }, 'accepted'],
    [2, { light }, 'accepted'],
    [2, {}, 'rejected'],
    [3, {}, 'rejected'],
    [4, {}, 'rejected'],
  ] as const) {
    const provers = ['http://prover'];
    t.is(
      verdictOf({ provers, ...fields, policies: policies(level) }),
      expected,
      `${level} ${Object.keys(fields)}`,
    );
    t.is(verdictOf({ ...fields, policies: policies(level) }), 'rejected', 'without a prover');
  }
  const standIn = (level: 1 | 3 | 4, fields: Partial<TrustConfiguration>) =>
    verdictOf({
      ...fields,
      policies: { ...policies(1), command: { level, maximumAge: 1800, standIn: true } },
    });
  t.is(standIn(4, sources), 'accepted');
  t.is(standIn(4, { ...sources, checkpoints: undefined }), 'rejected');
  t.is(standIn(3, sources), 'rejected');
  t.is(standIn(1, sources), 'rejected');
});

test('provers, keys and beginnings that are none are refused, each beside one that is', t => {
  const keys = (count: number) => Array.from({ length: count }, (_, i) => key(i + 1));
  const cases: [Partial<TrustConfiguration>, 'accepted' | 'rejected'][] = [
    [sources, 'accepted'],
    [{ provers: Array.from({ length: 4 }, (_, i) => `http://p${i}`) }, 'accepted'],
    [{ provers: Array.from({ length: 5 }, (_, i) => `http://p${i}`) }, 'rejected'],
    [{ provers: ['ftp://p'] }, 'rejected'],
    [{ provers: ['http://p', 'http://p'] }, 'rejected'],
    [{ checkpoints: { fleet: key(1), threshold: 1, keys: keys(16) } }, 'accepted'],
    [{ checkpoints: { fleet: key(1), threshold: 1, keys: keys(17) } }, 'rejected'],
    [{ checkpoints: { fleet: key(1), threshold: 0, keys: keys(2) } }, 'rejected'],
    [{ checkpoints: { fleet: key(1), threshold: 3, keys: keys(2) } }, 'rejected'],
    [{ checkpoints: { fleet: key(1), threshold: 1, keys: [] } }, 'rejected'],
    [{ checkpoints: { fleet: key(1), threshold: 1, keys: [key(1), key(1)] } }, 'rejected'],
    [{ checkpoints: { fleet: key(1), threshold: 1, keys: [key(2), key(1)] } }, 'rejected'],
    [{ checkpoints: { fleet: key(1), threshold: 1, keys: [key(0), key(1)] } }, 'rejected'],
    [{ checkpoints: { fleet: key(1), threshold: 1, keys: [key(1), key(2)] } }, 'accepted'],
    [{ checkpoints: { fleet: word(1), threshold: 1, keys: keys(2) } }, 'rejected'],
    [{ light: { ...light, checkpointRoot: key(1) } }, 'rejected'],
    [{ light: { ...light, maximumSleep: 3600 } }, 'accepted'],
    [{ light: { ...light, maximumSleep: 3599 } }, 'rejected'],
    [{ light: { ...light, maximumSleep: 604_800 } }, 'accepted'],
    [{ light: { ...light, maximumSleep: 604_801 } }, 'rejected'],
    [{ light: { ...light, chain: { ...light.chain, committeeSize: 500 } } }, 'rejected'],
  ];
  for (const [i, [fields, expected]] of cases.entries())
    t.is(verdictOf({ ...sources, ...fields }), expected, `case ${i}`);
});
