/** The choices that a person has for the setting of `demo` and `start`. */
import type { BuiltImage } from '../../host-sim/image/build.js';
import type { BusSetting } from '../../host-sim/node/board/busLines.js';
import type { BoardInHand } from '../../host-sim/process/boardInHand.js';
import type { Engine } from '../../host-sim/process/engines.js';
import type { KeptWorld } from './keptWorld.js';

export interface SettingOptions {
  /** Chain endpoints in place of our own chain; the board asks all of them. */
  rpc?: readonly string[];
  broker?: string;
  images?: string;
  /** True: our image server takes what tools upload. */
  uploads?: boolean;
  /** The first image of the board; the relay of the examples if left out. */
  image?: BuiltImage;
  /** The devices on its buses, from each start on; on Node and XS. */
  buses?: readonly BusSetting[];
  /** The file in which the board records what enters its ports; on Node and XS. */
  record?: string;
  /** The engine of the board. */
  engine: Engine['name'];
  /** Of engines that are XS: bytes of heap and slots of stack, no native crypto, where memory used is written down. */
  board?: { heap?: number; stack?: number; portable?: boolean; report?: string; measure?: boolean };
  /**
   * Beside the honest ones a hostile endpoint and prover, and an image server where it is asked for, each before the
   * honest ones in the board's lists; they lie once told to. All endpoints then give blocks as large as mainnet's.
   */
  hostile?: { images: boolean };
  /** A board that is there already, new and switched on, in place of a process; the image of `image` is not put into it. */
  inHand?(): Promise<{ board: BoardInHand; name: string }>;
  /** Header trust: the chain's own finality by its sync committee, or merely endpoints that agree. */
  level: 1 | 4;
  /** At level 4, with endpoints: the board is told the fleet's checkpoint keys as well. */
  checkpoints?: boolean;
  /** At level 4: the board is told no endpoint and no prover but the one behind the broker. */
  oneSocket?: boolean;
  /** With `oneSocket`: the board is told no image server either, and the prover passes on what ours has. */
  imagesOverBroker?: boolean;
  /** Ports for what we start ourselves, so that somebody can put a proxy in front; 0 for free ones. */
  ports: { chain: number; broker: number; images: number };
  /** Puts something between the board and what it reaches at a URL, and gives the URL that the board is told. */
  between?(url: string): Promise<string>;
  /** The world is kept here over restarts, and goes on where it was. Chain, broker and images are then our own. */
  kept?: KeptWorld;
  /** Told what a person should know though everything works. */
  warn?(line: string): void;
  signal: AbortSignal;
  onBoardLine(line: string): void;
  onEvent(name: string, detail: string): void;
}
