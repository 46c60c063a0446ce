/** The chain's data: forks by slot, periods, the domain at a fork's edge, the public networks, the encoding. */

import { genesisData, mainnetChainConfig } from '@lodestar/config/networks';
import test from 'ava';
import fc from 'fast-check';
import { type BeaconChain, forkAt, gloasLayout, periodAt, timeAt } from '../../../firmware/beacon/chain.js';
import { CHAIN_BYTES_MAX, checkChain, encodeChain, parseChain } from '../../../firmware/beacon/chainWire.js';
import { domainSlot } from '../../../firmware/beacon/domain.js';
import { toHex } from '../../../firmware/bytes/hex.js';
import { mainnet } from '../../../tools/prover/networks.js';

test('mainnet is as Lodestar has it', t => {
  const chain = mainnet();
  const config = mainnetChainConfig;
  t.is(chain.genesisTime, genesisData.mainnet.genesisTime);
  t.is(toHex(chain.genesisValidatorsRoot), genesisData.mainnet.genesisValidatorsRoot);
  t.deepEqual(
    chain.forks.map(({ epoch, version }) => [epoch, [...version]]),
    [
      [config.DENEB_FORK_EPOCH, [...config.DENEB_FORK_VERSION]],
      [config.ELECTRA_FORK_EPOCH, [...config.ELECTRA_FORK_VERSION]],
      [config.FULU_FORK_EPOCH, [...config.FULU_FORK_VERSION]],
    ],
  );
  t.is(checkChain(chain).verdict, 'accepted');
  t.is(
    timeAt(chain, 269_568 * 32),
    Date.UTC(2024, 2, 13, 13, 55, 35) / 1000,
    'Deneb, 13 March 2024, 13:55:35',
  );
});

test('the fork of a slot begins with the first slot of its epoch', t => {
  const chain = mainnet();
  const electra = 364_032 * 32;
  t.is(forkAt(chain, electra - 1), chain.forks[0]);
  t.is(forkAt(chain, electra), chain.forks[1]);
  t.is(forkAt(chain, 269_568 * 32 - 1), undefined);
  t.is(periodAt(chain, 8191), 0);
  t.is(periodAt(chain, 8192), 1);
});

test('a signature is bound to the fork of the slot before it', t => {
  t.is(domainSlot(0), 0);
  t.is(domainSlot(1), 0);
  const chain = mainnet();
  const electra = 364_032 * 32;
  t.is(forkAt(chain, domainSlot(electra)), chain.forks[0]);
  t.is(forkAt(chain, domainSlot(electra + 1)), chain.forks[1]);
});

const anchored = (): BeaconChain => ({
  ...mainnet(),
  forks: [
    ...mainnet().forks,
    { epoch: 500_000, version: Uint8Array.of(7, 0, 0, 0), layout: gloasLayout },
    { epoch: 600_000, version: Uint8Array.of(8, 0, 0, 0) },
  ],
});

test('a chain survives its encoding, with a fork of which only the date is known', t => {
  const bytes = encodeChain(anchored());
  t.true(bytes.length < CHAIN_BYTES_MAX / 2);
  t.deepEqual(parseChain(bytes), { verdict: 'accepted', value: anchored() });
});

test('chains that make no sense are refused, each beside one that does', t => {
  const sound = anchored();
  const [deneb, electra, fulu, gloas, later] = sound.forks;
  const wrong: [string, Partial<BeaconChain>][] = [
    ['no forks', { forks: [] }],
    ['forks out of order', { forks: [electra, deneb] }],
    ['two forks at once', { forks: [deneb, { ...electra, epoch: deneb.epoch }] }],
    ['one version twice', { forks: [deneb, { ...electra, version: deneb.version }] }],
    ['nothing known', { forks: [later] }],
    ['known after unknown', { forks: [deneb, { ...electra, layout: undefined }, fulu] }],
    ['an index that is the root', { forks: [{ ...deneb, layout: { ...deneb.layout!, finalizedRoot: 1 } }] }],
    ['an index without end', { forks: [{ ...deneb, layout: { ...deneb.layout!, executionHash: 2 ** 40 } }] }],
    [
      '17 forks',
      {
        forks: Array.from({ length: 17 }, (_, i) => ({
          ...gloas,
          epoch: i,
          version: Uint8Array.of(i, 1, 1, 1),
        })),
      },
    ],
    ['a committee of 48', { committeeSize: 48 }],
    ['a committee of 4', { committeeSize: 4 }],
    ['a committee of 1024', { committeeSize: 1024 }],
    ['slots without time', { secondsPerSlot: 0 }],
    ['epochs without slots', { slotsPerEpoch: 0 }],
    ['periods without epochs', { epochsPerPeriod: 0 }],
  ];
  for (const [name, change] of wrong) {
    const chain = { ...sound, ...change };
    t.is(checkChain(chain).verdict, 'rejected', name);
    t.is(parseChain(encodeChain(chain)).verdict, 'rejected', `${name}, encoded`);
  }
  t.is(checkChain({ ...sound, committeeSize: 32, slotsPerEpoch: 8, epochsPerPeriod: 8 }).verdict, 'accepted');
});

test('bytes that are no chain are refused without an exception', t => {
  const bytes = encodeChain(anchored());
  for (let length = 0; length < bytes.length; length++) {
    t.is(parseChain(bytes.subarray(0, length)).verdict, 'rejected');
  }
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), noise => t.is(parseChain(noise).verdict, 'rejected')),
  );
  t.is(parseChain(bytes).verdict, 'accepted');
});
