/** Checks of the chain's endpoint: it answers, proves, knows finality, and holds the contracts and the board's Device. */

import { toHex } from '../../firmware/bytes/hex.js';
import { addresses } from '../../firmware/contract/addresses.generated.js';
import { portableCrypto } from '../../firmware/crypto/portable.js';
import { data } from '../../firmware/json/shape.js';
import { JsonRpcEndpoint } from '../../firmware/rpc/client.js';
import { probe } from '../../firmware/rpc/probe.js';
import { nodeClock } from '../../host-sim/node/clock.js';
import { nodeNetwork } from '../../host-sim/node/network/socket.js';
import type { Settings } from '../settings/settings.js';
import { type Check, ok, problem, skipped } from './check.js';
import { hostOf } from './host.js';

const TIMEOUT_MS = 5000;
/** Of code, EIP-170. */
const CODE_BYTES_MAX = 24_576;

const remedies = {
  unreachable: 'check that it runs and that --rpc names it',
  unsupported: 'boards need eth_getProof: take an endpoint or a node of your own that has it',
  pruned:
    'boards prove finalized blocks, 64 to 96 back: take an endpoint that keeps about 128 blocks of state',
} as const;

export async function chainChecks(settings: Settings): Promise<Check[]> {
  const url = settings.find('rpc');
  if (!url) return [skipped('chain', 'none named', 'give --rpc URL')];
  const endpoint = new JsonRpcEndpoint({
    network: nodeNetwork(),
    clock: nodeClock,
    url,
    timeoutMilliseconds: TIMEOUT_MS,
  });
  try {
    const host = hostOf(url);
    const probed = await probe(endpoint);
    if (probed.verdict !== 'accepted') {
      const cause = probed.verdict === 'undetermined' ? probed.cause : 'unreachable';
      const name = cause === 'unreachable' ? 'chain' : 'proofs';
      return [problem(name, `${host}: ${probed.evidence}`, remedies[cause])];
    }
    const { chainId, finalized, latest, provesByHash } = probed.value;
    const expected = settings.project?.chainId;
    const chain =
      expected !== undefined && expected !== chainId
        ? problem(
            'chain',
            `${host} is chain ${chainId}, the project is of chain ${expected}`,
            'start the right chain, or name it with --rpc',
          )
        : ok('chain', `${host}, chain ${chainId}, block ${latest}`);
    const proofs = ok(
      'proofs',
      `eth_getProof answers at ${finalized === undefined ? 'the newest block' : 'the finalized block'}${provesByHash ? ', and by block hash' : ''}`,
    );
    const finality =
      finalized === undefined
        ? problem(
            'finality',
            `${host} knows no finalized block`,
            'boards act on finalized blocks: take an endpoint that knows the tag',
          )
        : ok('finality', `block ${finalized} is final, ${latest - finalized} behind the newest`);
    return [chain, proofs, finality, await contractsCheck(endpoint), await deviceCheck(endpoint, settings)];
  } finally {
    endpoint.close();
  }
}

async function codeAt(endpoint: JsonRpcEndpoint, account: string): Promise<Uint8Array | undefined> {
  const code = await endpoint.call({
    method: 'eth_getCode',
    params: [account, 'latest'],
    result: data(CODE_BYTES_MAX),
    keptBytesMax: CODE_BYTES_MAX + 4,
  });
  return code.verdict === 'accepted' && code.value ? code.value : undefined;
}

async function contractsCheck(endpoint: JsonRpcEndpoint): Promise<Check> {
  const wanted = {
    Factory: addresses.factory,
    Device: addresses.deviceImplementation,
    Fleet: addresses.fleetImplementation,
    ReleaseChannel: addresses.channelImplementation,
  };
  const missing: string[] = [];
  for (const [name, account] of Object.entries(wanted)) {
    const code = await codeAt(endpoint, account);
    if (code === undefined)
      return problem('contracts', 'the endpoint does not tell what code there is', 'try another endpoint');
    if (code.length === 0) missing.push(name);
  }
  if (missing.length > 0) {
    return problem(
      'contracts',
      `not deployed: ${missing.join(', ')}`,
      'holdfast deploy puts them where boards look for them',
    );
  }
  return ok('contracts', `deployed, the factory at ${addresses.factory}`);
}

async function deviceCheck(endpoint: JsonRpcEndpoint, settings: Settings): Promise<Check> {
  const device = settings.find('device');
  if (!device) return skipped('device', 'none named', 'give --device ADDRESS');
  const code = await codeAt(endpoint, device);
  if (code === undefined || code.length === 0) {
    return problem(
      'device',
      `nothing is registered at ${device}`,
      'check the address and the chain, or provision the board (holdfast provision)',
    );
  }
  const genuine = toHex(portableCrypto().keccak256(code)) === addresses.deviceCodeHash;
  return genuine
    ? ok('device', `${device} is a Device of these contracts`)
    : problem(
        'device',
        `${device} is another contract, or a Device of other contracts`,
        'check the address; boards accept only clones of the Device they were built for',
      );
}
