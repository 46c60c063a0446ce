/** The known networks are as Lodestar knows them, and a chain is recognised as one of them, another, or a false one. */
import {
  genesisData,
  hoodiChainConfig,
  mainnetChainConfig,
  sepoliaChainConfig,
} from '@lodestar/config/networks';
import test from 'ava';
import { type BeaconChain, fuluLayout } from '../../../firmware/beacon/chain.js';
import { checkChain } from '../../../firmware/beacon/chainWire.js';
import { toHex } from '../../../firmware/bytes/hex.js';
import { knownNetworks, networkOf } from '../../../tools/prover/networks.js';

const lodestar = {
  mainnet: { config: mainnetChainConfig, genesis: genesisData.mainnet },
  Sepolia: { config: sepoliaChainConfig, genesis: genesisData.sepolia },
  Hoodi: { config: hoodiChainConfig, genesis: genesisData.hoodi },
};

for (const { name, chain, chainId } of knownNetworks()) {
  test(`${name} is as Lodestar knows it, as far as that names dates`, t => {
    const { config, genesis } = lodestar[name];
    t.is(checkChain(chain).verdict, 'accepted');
    t.is(chain.genesisTime, genesis.genesisTime);
    t.is(toHex(chain.genesisValidatorsRoot), genesis.genesisValidatorsRoot);
    t.is(chainId, config.DEPOSIT_CHAIN_ID);
    const dated = (['DENEB', 'ELECTRA', 'FULU', 'GLOAS'] as const).flatMap(fork => {
      const epoch = config[`${fork}_FORK_EPOCH`];
      return Number.isFinite(epoch) ? [[epoch, toHex(config[`${fork}_FORK_VERSION`])]] : [];
    });
    const known = chain.forks.map(({ epoch, version }) => [epoch, toHex(version)]);
    t.deepEqual(known.slice(0, dated.length), dated);
    t.is(config.SECONDS_PER_SLOT, chain.secondsPerSlot);
  });

  test(`a chain that is ${name}'s in all that is known is recognised, and one that differs anywhere is not`, t => {
    t.like(networkOf(chain), { verdict: 'accepted', value: { name, chainId, furtherForks: [] } });
    const last = chain.forks[chain.forks.length - 1];
    const false_: [string, Partial<BeaconChain>][] = [
      ['genesis time', { genesisTime: chain.genesisTime + 1 }],
      ['committee', { committeeSize: 256 }],
      ['a fork less', { forks: chain.forks.slice(0, -1) }],
      ['an earlier fork', { forks: [...chain.forks.slice(0, -1), { ...last, epoch: last.epoch - 1 }] }],
      ['another version', { forks: [...chain.forks.slice(0, -1), { ...last, version: new Uint8Array(4) }] }],
      ['no rules', { forks: [...chain.forks.slice(0, -1), { epoch: last.epoch, version: last.version }] }],
      ['another fork between', { forks: [chain.forks[0], { ...last, epoch: 1 }, ...chain.forks.slice(1)] }],
    ];
    for (const [what, change] of false_)
      t.like(networkOf({ ...chain, ...change }), { verdict: 'rejected', code: 'contradiction' }, what);
    const later = { epoch: last.epoch + 10_000, version: Uint8Array.of(9, 9, 9, 9), layout: fuluLayout };
    const grown = networkOf({ ...chain, forks: [...chain.forks, later] });
    t.like(grown, { verdict: 'accepted', value: { name, furtherForks: [later] } });
    const other = networkOf({ ...chain, genesisValidatorsRoot: new Uint8Array(32) });
    t.like(other, { verdict: 'undetermined', cause: 'unknown_network' });
  });
}
