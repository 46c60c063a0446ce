/** A prover with its faces: HTTP, and MQTT where there is a broker. */

import { serveHttp } from './http.js';
import { createProver, type Prover, type ProverOptions } from './prover.js';

export interface StartProverOptions extends ProverOptions {
  /** 127.0.0.1 and a free port if left out. */
  listen?: { host: string; port: number };
}

export interface RunningProver {
  /** `http://host:port` */
  url: string;
  prover: Prover;
  /** Idempotent. */
  close(): Promise<void>;
}

/** @throws Error with one line that names the remedy */
export async function startProver(options: StartProverOptions): Promise<RunningProver> {
  options.signal?.throwIfAborted();
  const { listen = { host: '127.0.0.1', port: 0 } } = options;
  const stop = new AbortController();
  const signal = options.signal ? AbortSignal.any([stop.signal, options.signal]) : stop.signal;
  const prover = await createProver({ ...options, signal });
  const server = await serveHttp(prover, listen.host, listen.port);
  const close = () => {
    options.signal?.removeEventListener('abort', close);
    stop.abort();
    return server.close();
  };
  options.signal?.addEventListener('abort', close, { once: true });
  return { url: server.url, prover, close };
}
