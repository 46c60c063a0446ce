/** May this release be installed? Every code and cause of the table, each beside the twin that is accepted. */
import test from 'ava';
import type { Installed } from '../../../firmware/update/decide.js';
import { decideUpdate } from '../../../firmware/update/decide.js';
import type { UpdateFacts } from '../../../firmware/update/facts.js';
import { cohort, type Offer } from '../../../firmware/update/offer.js';
import { address, word, ZERO_WORD } from '../../fakes/bytes.js';
import { crypto, DEVICE, image, installed, offerOf, wanting } from './release.js';

const offer = offerOf(image(5), 5);
const mine = cohort(crypto, offer.channel, DEVICE, 5);
const WITHDRAWN = word(0);
WITHDRAWN[31] = 1;

interface Case {
  offer?: Offer;
  /** At the final block, at the newest; the newest is like the final one unless given. */
  facts?: UpdateFacts;
  newest?: UpdateFacts;
  installed?: Partial<Installed>;
}

function decide(given: Case): string {
  const asked = given.offer ?? offer;
  const facts = given.facts ?? wanting(asked);
  const verdict = decideUpdate(crypto, asked, facts, given.newest ?? facts, installed(given.installed));
  if (verdict.verdict === 'accepted') return 'accepted';
  return verdict.verdict === 'rejected' ? verdict.code : verdict.cause;
}

const same = wanting(offer);

/** Name, verdict, the case, and its twin that is accepted. */
const table: [name: string, expected: string, wrong: Case, twin: Case][] = [
  ['fleet paused', 'paused', { facts: wanting(offer, { fleet: { paused: true } }) }, {}],
  ['fleet paused in the newest block', 'paused', { newest: wanting(offer, { fleet: { paused: true } }) }, {}],
  ['stolen', 'suspended', { facts: wanting(offer, { device: { status: 4 } }) }, {}],
  ['stolen in the newest block', 'suspended', { newest: wanting(offer, { device: { status: 4 } }) }, {}],
  ['retired', 'suspended', { facts: wanting(offer, { device: { status: 5 } }) }, {}],
  ['another key', 'suspended', { facts: wanting(offer, { device: { key: address(9) } }) }, {}],
  ['another channel', 'not_approved', { facts: wanting(offer, { device: { channel: address(9) } }) }, {}],
  [
    'a channel that the running image does not come from',
    'not_approved',
    { installed: { channel: address(9) } },
    { installed: { channel: undefined } },
  ],
  ['other hardware', 'hardware', { installed: { hardware: word(9) } }, {}],
  ['not published', 'not_published', { facts: wanting(offer, { channel: { record: ZERO_WORD } }) }, {}],
  [
    'published otherwise',
    'not_published',
    { offer: { ...offer, size: offer.size + 1 }, facts: same },
    { facts: same },
  ],
  [
    'another manifest',
    'not_published',
    { offer: { ...offer, manifestHash: word(1) }, facts: same },
    { facts: same },
  ],
  ['withdrawn', 'withdrawn', { facts: wanting(offer, { channel: { record: WITHDRAWN } }) }, {}],
  [
    'withdrawn in the newest block',
    'withdrawn',
    { newest: wanting(offer, { channel: { record: WITHDRAWN } }) },
    {},
  ],
  ['nothing approved', 'not_approved', { facts: wanting(offer, { device: { approval: ZERO_WORD } }) }, {}],
  [
    'another image approved',
    'not_approved',
    { facts: wanting(offer, { device: { approval: word(1) } }) },
    {},
  ],
  [
    'approval taken back in the newest block',
    'not_approved',
    { newest: wanting(offer, { device: { approval: ZERO_WORD } }) },
    {},
  ],
  ['the version that runs', 'rollback', { installed: { version: 5 } }, { installed: { version: 4 } }],
  ['an older version', 'rollback', { installed: { version: 6 } }, { installed: { version: 4 } }],
  [
    'below the channel’s floor',
    'floor',
    { facts: wanting(offer, { channel: { floor: 6, newest: 6 } }) },
    { facts: wanting(offer, { channel: { floor: 5, newest: 6 } }) },
  ],
  ['below the floor in force', 'floor', { installed: { floor: 6 } }, { installed: { floor: 5 } }],
  [
    'not in the cohort',
    'cohort',
    { facts: wanting(offer, { channel: { rollout: mine } }) },
    { facts: wanting(offer, { channel: { rollout: mine + 1 } }) },
  ],
  [
    'a cohort that is narrowed in the newest block',
    'cohort',
    { newest: wanting(offer, { channel: { rollout: mine } }) },
    {},
  ],
  [
    'a cohort that is widened in the newest block only',
    'cohort',
    { facts: wanting(offer, { channel: { rollout: mine } }), newest: same },
    { facts: wanting(offer, { channel: { rollout: mine + 1 } }), newest: same },
  ],
  [
    'a floor that lets everybody in, in the newest block only',
    'cohort',
    {
      facts: wanting(offer, { channel: { rollout: 0 } }),
      newest: wanting(offer, { channel: { rollout: 0, floor: 5 } }),
    },
    { facts: wanting(offer, { channel: { rollout: 0, floor: 5 } }) },
  ],
  [
    'a newer version in the newest block only',
    'cohort',
    {
      facts: wanting(offer, { channel: { rollout: 0 } }),
      newest: wanting(offer, { channel: { rollout: 0, newest: 6 } }),
    },
    { facts: wanting(offer, { channel: { rollout: 0, newest: 6 } }) },
  ],
  ['halted by failures', 'cohort', { facts: wanting(offer, { channel: { flags: 2 } }) }, {}],
  [
    'halted, below the floor',
    'cohort',
    { facts: wanting(offer, { channel: { flags: 2, floor: 5 } }) },
    { facts: wanting(offer, { channel: { floor: 5, rollout: 0 } }) },
  ],
  ['channel paused', 'paused', { facts: wanting(offer, { channel: { flags: 1 } }) }, {}],
  ['channel paused in the newest block', 'paused', { newest: wanting(offer, { channel: { flags: 1 } }) }, {}],
  [
    'channel paused, an older version',
    'paused',
    { facts: wanting(offer, { channel: { flags: 1, newest: 6 } }) },
    { facts: wanting(offer, { channel: { newest: 6 } }) },
  ],
  [
    'channel paused, below the floor',
    'paused',
    { facts: wanting(offer, { channel: { flags: 3, floor: 5 } }) },
    { facts: wanting(offer, { channel: { floor: 5 } }) },
  ],
];

for (const [name, expected, wrong, twin] of table) {
  test(`${name}: ${expected}, and its twin is accepted`, t => {
    t.is(decide(wrong), expected);
    t.is(decide(twin), 'accepted');
  });
}

test('a suspended board is updated: it may need that to recover', t => {
  t.is(decide({ facts: wanting(offer, { device: { status: 3 } }) }), 'accepted');
});

test('while the fleet is paused a worthless offer is refused, so that it waits in no better one’s place', t => {
  const paused = { fleet: { paused: true } };
  t.is(decide({ facts: wanting(offer, { ...paused, channel: { record: ZERO_WORD } }) }), 'not_published');
  t.is(decide({ facts: wanting(offer, paused) }), 'paused');
});
