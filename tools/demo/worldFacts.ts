/** The facts of a setting that outlive it: what its board was told, and what is on its chain. */
import type { BrokerAccess } from '../../firmware/device/brokerAccess.js';
import type { FinalitySetting } from './finality.js';
import type { WorldFacts } from './keptWorld.js';
import type { Organisation } from './organisation.js';
import type { Services } from './services.js';
import type { SettingOptions } from './settingOptions.js';

interface Parts {
  access: BrokerAccess;
  device: `0x${string}`;
  finality: FinalitySetting | undefined;
  organisation: Organisation;
  services: Services;
}

const portOf = (url: string): number => Number(new URL(url).port);

export const factsOf = (
  { access, device, finality, organisation, services }: Parts,
  { engine, level, oneSocket = false }: SettingOptions,
): WorldFacts => ({
  engine,
  level,
  oneSocket,
  ports: {
    broker: portOf(services.broker),
    endpoints: services.rpcProxies.map(({ url }) => portOf(url)),
    images: portOf(services.imageProxy.url),
    ...(finality && { prover: portOf(finality.proxy.url) }),
  },
  fleet: organisation.fleet,
  channel: organisation.channel,
  device,
  access,
  ...(finality && { proverKey: finality.key.privateKey }),
});
