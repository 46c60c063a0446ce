/** `holdfast/sim`: the parts of the simulator, each of which starts by itself and stops when it is told to. */
export { type Beacon, type BeaconOptions, startBeacon } from '../../../host-sim/beacon/beacon.js';
export { flashBoard } from '../../../host-sim/board/flashing.js';
export { type Broker, type BrokerOptions, startBroker } from '../../../host-sim/broker/broker.js';
export { type Chain, type ChainOptions, startChain } from '../../../host-sim/chain/anvil.js';
export { type BuiltImage, buildImage, type ImageOptions } from '../../../host-sim/image/build.js';
export {
  type ImageServer,
  type ImageServerOptions,
  startImageServer,
} from '../../../host-sim/images/server.js';
export { increaseTime, mine, mineUntilFinal, reorganise } from '../../../host-sim/node/chain/time.js';
export { type Board, type BoardOptions, startBoard } from '../../../host-sim/process/board.js';
export { type RunningProver, type StartProverOptions, startProver } from '../../prover/start.js';
