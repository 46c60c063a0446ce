/** From a node's specification to the data of a board; Lodestar's own configuration of mainnet is the node. */
import { chainConfigToJson } from '@lodestar/config';
import { mainnetChainConfig } from '@lodestar/config/networks';
import { activePreset } from '@lodestar/params';
import test from 'ava';
import { encodeChain } from '../../../firmware/beacon/chainWire.js';
import { toHex } from '../../../firmware/bytes/hex.js';
import { chainOfNode } from '../../../tools/prover/chainOfNode.js';
import { mainnet } from '../../../tools/prover/networks.js';

const known = mainnet();

const genesis = {
  data: {
    genesis_time: `${known.genesisTime}`,
    genesis_validators_root: toHex(known.genesisValidatorsRoot),
    genesis_fork_version: '0x00000000',
  },
};

/** As a node answers: everything as text, presets among it. */
const spec = (changes: Record<string, unknown> = {}) => ({
  data: {
    ...Object.fromEntries(Object.entries(activePreset).map(([name, value]) => [name, `${value}`])),
    ...chainConfigToJson(mainnetChainConfig),
    ...changes,
  },
});

test('what a mainnet node says of its chain is what a board is told of mainnet', t => {
  t.deepEqual(encodeChain(chainOfNode(genesis, spec())), encodeChain(known));
});

test('a decided fork whose rules are not known is one without rules, and nothing comes after it', t => {
  const { forks } = chainOfNode(
    genesis,
    spec({
      HEZE_FORK_EPOCH: '500000',
      HEZE_FORK_VERSION: '0x08000000',
      IOTA_FORK_EPOCH: '600000',
      IOTA_FORK_VERSION: '0x09000000',
      KAPPA_FORK_EPOCH: `${2n ** 64n - 1n}`,
      KAPPA_FORK_VERSION: '0x0a000000',
    }),
  );
  t.deepEqual(
    forks.map(({ epoch, layout }) => [epoch, layout !== undefined]),
    [...known.forks.map(({ epoch }) => [epoch, true]), [500_000, false]],
  );
});

test('a slot may be told in milliseconds', t => {
  const told = { SECONDS_PER_SLOT: undefined, SLOT_DURATION_MS: '12000' };
  t.is(chainOfNode(genesis, spec(told)).secondsPerSlot, 12);
});

test('what is no specification is refused', t => {
  for (const wrong of [
    { SLOTS_PER_EPOCH: '-1' },
    { SLOTS_PER_EPOCH: 32 },
    { SYNC_COMMITTEE_SIZE: '500' },
    { EPOCHS_PER_SYNC_COMMITTEE_PERIOD: '0' },
  ])
    t.throws(() => chainOfNode(genesis, spec(wrong)), undefined, JSON.stringify(wrong));
  t.throws(() => chainOfNode({ data: {} }, spec()));
  t.throws(() => chainOfNode(genesis, {}));
});
