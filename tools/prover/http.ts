/** The prover's face for boards that have a network: HTTP, bytes out, short errors in JSON. And /metrics. */

import type { IncomingMessage, ServerResponse } from 'node:http';
import { WITNESS_REQUEST_BYTES_MAX } from '../../firmware/proof/witnessRequest.js';
import { boundedBody } from '../../host-sim/node/network/boundedBody.js';
import { type HttpServer, startHttpServer } from '../../host-sim/node/network/httpServer.js';
import { oneLine } from '../cli/failure.js';
import { Overloaded } from './concurrencyLimiter.js';
import type { Prover } from './prover.js';
import { answerPath, answerWitness, BadQuestion, PATH_CHARACTERS_MAX } from './routes.js';

const CONNECTIONS_MAX = 512;

/** @throws Error with one line that names the remedy, when the port is taken */
export const serveHttp = (prover: Prover, host: string, port: number): Promise<HttpServer> =>
  startHttpServer({
    answer: (request, response) => void answer(prover, request, response),
    host,
    port,
    name: 'prover',
    remedy: 'give another one with --listen HOST:PORT',
    limits: {
      connections: CONNECTIONS_MAX,
      headersTimeout: 5_000,
      maxHeaderSize: PATH_CHARACTERS_MAX + 8192,
    },
  });

async function answer(prover: Prover, request: IncomingMessage, response: ServerResponse): Promise<void> {
  request.on('error', () => {});
  const path = request.url ?? '/';
  try {
    if (request.method === 'GET' && path === '/metrics') {
      request.resume();
      send(response, 200, 'text/plain; version=0.0.4', Buffer.from(prover.watch.metrics.text()));
    } else if (request.method === 'GET') {
      request.resume();
      sendAnswer(response, await answerPath(prover, path));
    } else if (request.method === 'POST' && path === '/light/v1/witness') {
      const body = await readBody(request, WITNESS_REQUEST_BYTES_MAX);
      sendAnswer(response, await answerWitness(prover, body));
    } else {
      request.resume();
      sendError(response, 405, 'GET, or POST /light/v1/witness');
    }
  } catch (error) {
    if (response.headersSent) response.destroy();
    else if (error instanceof BadQuestion) sendError(response, 400, error.message);
    else if (error instanceof Overloaded) sendError(response, 503, error.message, { 'retry-after': '1' });
    else sendError(response, 503, oneLine((error as Error).message, 200));
  }
}

/** Pages of any origin may ask: the answers are public, and proofs. */
const fromAnywhere = (response: ServerResponse) => response.setHeader('access-control-allow-origin', '*');

async function readBody(request: IncomingMessage, bytesMax: number): Promise<Uint8Array> {
  const body = await boundedBody(request, bytesMax);
  if (!body) throw new BadQuestion(`more than ${bytesMax} bytes`);
  return body;
}

function sendAnswer(response: ServerResponse, bytes: Uint8Array | undefined): void {
  fromAnywhere(response);
  if (bytes) send(response, 200, 'application/octet-stream', bytes);
  else sendError(response, 404, 'no answer to that');
}

function sendError(
  response: ServerResponse,
  status: number,
  error: string,
  headers: Record<string, string> = {},
): void {
  fromAnywhere(response);
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  // The rest of a refused request is not read.
  if (status === 400) response.setHeader('connection', 'close');
  send(response, status, 'application/json', Buffer.from(JSON.stringify({ error })));
}

function send(response: ServerResponse, status: number, type: string, body: Uint8Array): void {
  response.writeHead(status, { 'content-type': type, 'content-length': body.length });
  response.end(body);
}
