/**
 * The password of a board at its broker, which a recorded image never sees: it gets another of the same length, at the
 * console and from its flash, and the real one is put into the packet that connects (MQTT 3.1.1, 3.1: the last field).
 */
import { concat } from '../../firmware/bytes/concat.js';
import { equal } from '../../firmware/bytes/equal.js';
import { fromHex, toHex } from '../../firmware/bytes/hex.js';
import { encodeText } from '../../firmware/bytes/text.js';
import type { StandIns } from './standIns.js';

const CONNECT = 0x10;
const LETTERS = 'abcdefghijklmnopqrstuvwxyz234567';

/** The passwords of one run. */
export class Passwords {
  readonly #random: ((target: Uint8Array) => void) | undefined;
  /** By what stands for it. */
  readonly #real = new Map<string, string | undefined>();

  /** @param random undefined where a recording is played */
  constructor(random?: (target: Uint8Array) => void) {
    this.#random = random;
  }

  /** As many bytes that tell nothing. */
  standFor(password: string): string {
    if (password === '') return '';
    const chance = new Uint8Array(encodeText(password).length);
    this.#random!(chance);
    const made = [...chance].map(byte => LETTERS[byte % LETTERS.length]).join('');
    this.#real.set(made, password);
    return made;
  }

  recognise(standIn: string): void {
    if (!this.#real.has(standIn)) this.#real.set(standIn, undefined);
  }

  realOf(standIn: string): string {
    return this.#real.get(standIn) ?? standIn;
  }

  /** The bytes that go out on a connection, with the password if it is the packet that connects. */
  reveal(packet: Uint8Array): Uint8Array {
    if (packet[0] !== CONNECT) return packet;
    for (const [standIn, real] of this.#real) {
      const shown = encodeText(standIn);
      const at = packet.length - shown.length;
      const field = concat(Uint8Array.of(shown.length >> 8, shown.length & 255), shown);
      if (real === undefined || at < 2 || !equal(packet.subarray(at - 2), field)) continue;
      return concat(packet.subarray(0, at), encodeText(real));
    }
    return packet;
  }

  /** Takes the stand-ins out of a recorded request, the JSON that `disguise` gave. */
  learn(json: string, standIns: StandIns): void {
    const { method, parameters } = parsed(json);
    const access =
      method === 'configure' && (parameters as { access?: Record<string, unknown> } | null)?.access;
    if (!access) return;
    const secret = fromHex(access.topicSecret, 32);
    if (secret) standIns.bind(secret, undefined, { isLasting: true });
    if (typeof access.password === 'string') this.recognise(access.password);
  }

  /** A request at the console, without the secrets of the broker access that it may bring (device/provisioning.ts). */
  disguise(method: string, parameters: unknown, standIns: StandIns): unknown {
    const { access } = (parameters ?? {}) as { access?: Record<string, unknown> };
    if (method !== 'configure' || typeof access !== 'object' || access === null) return parameters;
    const secret = fromHex(access.topicSecret, 32);
    return {
      ...(parameters as object),
      access: {
        ...access,
        ...(secret && { topicSecret: toHex(standIns.standFor(secret, { isLasting: true })) }),
        ...(typeof access.password === 'string' && { password: this.standFor(access.password) }),
      },
    };
  }
}

function parsed(json: string): { method?: unknown; parameters?: unknown } {
  try {
    return (JSON.parse(json) ?? {}) as object;
  } catch {
    return {};
  }
}
