/** Everything that the contracts can be asked and told, over one connection. Loads viem: see `connect`. */
import { addresses } from '../../firmware/contract/addresses.generated.js';
import { Chain, type ConnectOptions } from './chain.js';
import { ChannelClient } from './channel.js';
import { DeviceClient } from './device.js';
import { FactoryClient } from './factory.js';
import { FleetClient } from './fleet.js';

/** The clients of all contracts. */
export class Contracts {
  readonly chain: Chain;
  readonly factory: FactoryClient;
  readonly device: DeviceClient;
  readonly fleet: FleetClient;
  readonly channel: ChannelClient;

  private constructor(chain: Chain) {
    this.chain = chain;
    this.factory = new FactoryClient(chain, addresses.factory);
    this.device = new DeviceClient(chain);
    this.fleet = new FleetClient(chain);
    this.channel = new ChannelClient(chain);
  }

  /** Throws ContractError `Unreachable` when the endpoint does not answer. */
  static async open(options: ConnectOptions): Promise<Contracts> {
    return new Contracts(await Chain.open(options));
  }
}
