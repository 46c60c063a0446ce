/** A prover with its faces: HTTP, and MQTT where there is a broker; and what it does unasked. */
import { toHex } from '../../firmware/bytes/hex.js';
import type { KeyPair } from '../../firmware/seal/sealed.js';
import { nodeClock } from '../../host-sim/node/clock.js';
import { toFailure } from '../cli/failure.js';
import { newReplyKey } from '../operator/boardMail.js';
import { serveHttp } from './http.js';
import { type ProverTopics, serveMqtt } from './mqtt.js';
import { createProver, type Prover, type ProverOptions } from './prover.js';

export interface StartProverOptions extends ProverOptions {
  /** 127.0.0.1 and a free port if left out. */
  listen?: { host: string; port: number };
  /** `mqtt://host:port` of a broker where boards ask as well. */
  broker?: string;
  /** The account at that broker; none for a broker that asks for none. */
  account?: { user: string; password: string };
  /** Boards at the broker seal their questions to it; a fresh one if left out. */
  key?: KeyPair;
  /** Milliseconds after which the nodes are asked for finality unasked; half a slot, at least one second. */
  intervalMs?: number;
}

export interface RunningProver {
  /** `http://host:port` */
  url: string;
  /** Public key (33 bytes, 0x…) that boards at the broker are told. */
  key: string;
  prover: Prover;
  /** Idempotent. */
  close(): Promise<void>;
}

/** @throws Error with one line that names the remedy */
export async function startProver(options: StartProverOptions): Promise<RunningProver> {
  options.signal?.throwIfAborted();
  const { clock = nodeClock, key = newReplyKey(), listen = { host: '127.0.0.1', port: 0 } } = options;
  const stop = new AbortController();
  const signal = options.signal ? AbortSignal.any([stop.signal, options.signal]) : stop.signal;
  const prover = await createProver({ ...options, signal });
  const server = await serveHttp(prover, listen.host, listen.port);
  let topics: ProverTopics | undefined;
  let cancel = () => {};
  let closing: Promise<void> | undefined;
  const close = () => {
    closing ??= (async () => {
      options.signal?.removeEventListener('abort', close);
      stop.abort();
      cancel();
      topics?.close();
      await server.close();
    })();
    return closing;
  };
  options.signal?.addEventListener('abort', close, { once: true });
  try {
    topics = options.broker
      ? await serveMqtt({ clock, prover, broker: options.broker, account: options.account, key, signal })
      : undefined;
  } catch (error) {
    await close();
    throw error;
  }
  const look = async (): Promise<void> => {
    let pause = 5_000;
    try {
      pause = options.intervalMs ?? Math.max(1_000, (await prover.slotTime()) / 2);
      const update = await prover.finality();
      if (update) await topics?.publishFinality(update);
    } catch (error) {
      if (!signal.aborted) prover.watch.trouble('finality', toFailure(error).message);
    }
    if (!signal.aborted) cancel = clock.after(pause, () => void look());
  };
  void look();
  return { url: server.url, key: toHex(key.publicKey), prover, close };
}
