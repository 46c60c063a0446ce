/** A prover that may be told to lie: it passes on what an honest one says, changed as a mutation has it. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { startHttpServer } from '../node/network/httpServer.js';

/** Gives what is said in place of `body`, the honest answer to `path` (empty when there was none); undefined is a 404. */
export type ProverMutation = (
  path: string,
  body: Uint8Array,
) => Uint8Array | undefined | Promise<Uint8Array | undefined>;

export interface ProverProxy {
  url: string;
  /** From now on; undefined is honest. */
  setMutation(mutation: ProverMutation | undefined): void;
  /** Idempotent. */
  close(): Promise<void>;
}

/**
 * Starts a prover that passes questions on to the one at `upstream` (HTTP, `/light/v1/…`), and answers as a mutation says.
 *
 * @throws Error with one line, when no port is free
 */
export async function proverProxy(options: {
  upstream: string;
  mutation?: ProverMutation;
  port?: number;
  signal?: AbortSignal;
}): Promise<ProverProxy> {
  const { port, signal, upstream } = options;
  let { mutation } = options;

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const path = request.url ?? '/';
      const asked: Buffer[] = [];
      for await (const piece of request) asked.push(piece as Buffer);
      const honest = await fetch(`${upstream}${path}`, {
        method: request.method,
        ...(request.method === 'POST' && { body: Buffer.concat(asked) }),
        signal,
      });
      const body = new Uint8Array(await honest.arrayBuffer());
      const told = mutation ? await mutation(path, honest.ok ? body : new Uint8Array(0)) : body;
      const status = told === undefined ? 404 : mutation ? 200 : honest.status;
      response.writeHead(status, { 'content-type': 'application/octet-stream' });
      response.end(told ?? new Uint8Array(0));
    } catch {
      response.destroy();
    }
  }

  const { close, url } = await startHttpServer({
    answer: (request, response) => void answer(request, response),
    port,
    signal,
    name: 'prover proxy',
    remedy: 'give another port',
  });
  return {
    url,
    setMutation: next => {
      mutation = next;
    },
    close,
  };
}
