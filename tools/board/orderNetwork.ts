/** Another Wi-Fi for a board: ordered by its fleet's threshold, sealed to the board, tried by it, and kept or not. */
import { fromHex } from '../../firmware/bytes/hex.js';
import { encodeNetwork, NETWORK_ACTION } from '../../firmware/device/networkOrder.js';
import { WIFI_TRIAL_MS } from '../../firmware/esp32/wifiTrial.js';
import type { WifiChange, WifiNetwork } from '../../firmware/port/wireless.js';
import { sealSecret } from '../../firmware/seal/secret.js';
import type { Surroundings } from '../cli/command.js';
import { Failure } from '../cli/failure.js';
import type { SigningKey } from '../keys/signingKeys.js';
import type { Answer, BoardChannel } from '../operator/boardChannel.js';
import { crypto, entropy } from '../operator/boardMail.js';
import { linkAndSettle, type Order, type SettledOrder } from './linkAndSettle.js';
import { type OpenBoard, verifiedStatus } from './openBoard.js';

/** Seconds that the order is valid: a board that sleeps meets it when it wakes. */
const LIFE_SECONDS = 86_400;
/** Milliseconds beside the trial itself: leaving the old network, joining, connecting. */
const MARGIN_MS = 120_000;

export interface NetworkOrder extends Pick<Order, 'settings' | 'contracts' | 'flags'> {
  board: OpenBoard;
  /** The fleet's signers. */
  signers: readonly SigningKey[];
  network: WifiNetwork;
}

export interface ChangedNetwork {
  order: SettledOrder;
  /** The board's unsigned word; undefined when the order was not done, or nothing was heard in time. */
  change: WifiChange | undefined;
}

/** @throws Failure `no_answer` as `settle` does, `not_shown` when the board names no sealing key */
export async function orderNetwork(
  asking: Surroundings,
  { board, network, ...order }: NetworkOrder,
): Promise<ChangedNetwork> {
  const status = await verifiedStatus(board);
  const device = fromHex(board.facts.address, 20)!;
  const sealed = sealSecret({ crypto, entropy }, status.sealingKey, device, encodeNetwork(network));
  if (!sealed) throw new Failure('not_shown', 'The board names no key that its network could be sealed to.');
  const heard = listenForChange(board.channel);
  try {
    const settled = await linkAndSettle(asking, {
      ...order,
      board,
      status,
      action: NETWORK_ACTION,
      params: { network: sealed },
      life: LIFE_SECONDS,
    });
    if (!settled.ok) return { order: settled, change: undefined };
    asking.note(`The board tries ${network.ssid} for ${WIFI_TRIAL_MS / 60_000} minutes.`);
    return { order: settled, change: await heard.within(WIFI_TRIAL_MS + MARGIN_MS, asking.signal) };
  } finally {
    heard.stop();
  }
}

/** Listens from now on for what the board says of the trial. */
function listenForChange(channel: BoardChannel) {
  let change: WifiChange | undefined;
  let tell: (change: WifiChange) => void = () => {};
  const listen = ({ kind, verdict }: Answer) => {
    if (kind !== 'network') return;
    change = verdict === 'accepted' ? 'kept' : 'back';
    tell(change);
  };
  channel.on('answer', listen);
  return {
    stop: () => void channel.off('answer', listen),
    within: (milliseconds: number, signal: AbortSignal): Promise<WifiChange | undefined> =>
      new Promise(resolve => {
        if (change) return resolve(change);
        const end = (outcome?: WifiChange) => {
          clearTimeout(timer);
          signal.removeEventListener('abort', stop);
          resolve(outcome);
        };
        const stop = () => end();
        const timer = setTimeout(stop, milliseconds);
        signal.addEventListener('abort', stop, { once: true });
        tell = end;
      }),
  };
}
