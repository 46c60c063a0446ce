/** A board of a bench, as its operator sees it: envelopes go out, and each is awaited until its receipt has come. */
import { toHex } from '../../../firmware/bytes/hex.js';
import { BoardChannel } from '../../../tools/operator/boardChannel.js';
import type { CommandTarget } from '../../../tools/operator/order.js';
import type { Introduced } from '../../../tools/world/introduce.js';
import type { Place } from '../../../tools/world/place.js';

/** From a delivery without a receipt to the next one (ms): the board may have had no room. */
const AGAIN_MS = 5000;
/** After so long (ms) an envelope without a receipt ends the bench. */
const PATIENCE_MS = 120_000;

/** A board, and what was learnt of it. */
export class FleetBoard {
  readonly channel: BoardChannel;
  readonly target: CommandTarget;
  readonly #waiting = new Map<string, (outcome: string) => void>();
  #said = 'nothing';

  constructor({ access, broker, device, key }: Introduced, { chainId, fleet }: Place) {
    this.target = { chainId, device, fleet };
    this.channel = new BoardChannel({
      ...{ broker, access, chainId, device },
      believes: (_, signer) => signer === key,
    });
    this.channel.on('receipt', ({ receipt }) =>
      this.#waiting.get(toHex(receipt.envelopeHash))?.(receipt.outcome),
    );
    this.channel.on('answer', ({ code, evidence, verdict }) => {
      this.#said = `${verdict} (${code}): ${evidence}`;
    });
  }

  /** Resolves when the board has signed that it is done. @throws Error with the board's last words when it is not */
  async run(hash: Uint8Array, bytes: Uint8Array): Promise<void> {
    const name = toHex(hash);
    const deliver = () => void this.channel.send('envelope', bytes).catch(() => {});
    const again = setInterval(deliver, AGAIN_MS);
    let timer: NodeJS.Timeout | undefined;
    try {
      const outcome = await new Promise<string>((resolve, reject) => {
        const late = () => reject(new Error(`${this.target.device} has no receipt, and said ${this.#said}`));
        timer = setTimeout(late, PATIENCE_MS);
        this.#waiting.set(name, resolve);
        deliver();
      });
      if (outcome !== 'done') throw new Error(`${this.target.device}: ${outcome}, and said ${this.#said}`);
    } finally {
      clearInterval(again);
      clearTimeout(timer);
      this.#waiting.delete(name);
    }
  }
}
