/**
 * The console of a board that another process on this machine holds (a running simulator): requests over a local
 * socket, one JSON object a line, opened by a token. Both sides are here, so that they cannot drift apart.
 */
import { randomBytes, timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import * as v from 'valibot';
import { lineReader } from '../../host-sim/node/lines.js';
import { Failure, oneLine } from '../cli/failure.js';
import type { BoardConsole } from './boardConsole.js';

const LINE_BYTES_MAX = 65_536;
/** Milliseconds for one request; a possession proof asks the chain first. */
const REQUEST_TIMEOUT_MS = 30_000;
/** Milliseconds in which a caller must show the token. */
const TOKEN_TIMEOUT_MS = 3000;

export interface ConsoleAddress {
  host: string;
  port: number;
  /** Hexadecimal. */
  token: string;
}

const requestSchema = v.object({
  token: v.pipe(v.string(), v.maxLength(64)),
  method: v.pipe(v.string(), v.maxLength(40)),
  parameters: v.unknown(),
});
const answerSchema = v.union([v.object({ result: v.unknown() }), v.object({ error: v.string() })]);

/** Offers a console to this machine until `close`. */
export async function offerConsole(
  target: Pick<BoardConsole, 'request'>,
): Promise<ConsoleAddress & { close(): Promise<void> }> {
  const token = randomBytes(16).toString('hex');
  const sockets = new Set<Socket>();
  const server = createServer(socket => {
    sockets.add(socket);
    const silence = setTimeout(() => socket.destroy(), TOKEN_TIMEOUT_MS);
    socket
      .on('error', () => {})
      .on('close', () => {
        clearTimeout(silence);
        sockets.delete(socket);
      });
    let asked = false;
    const take = async (line: string) => {
      const request = parse(requestSchema, line);
      if (asked || !request || !same(request.token, token)) return void socket.destroy();
      asked = true;
      clearTimeout(silence);
      const answer = await target.request(request.method, request.parameters).then(
        result => ({ result: result ?? null }),
        (error: Error) => ({ error: error.message }),
      );
      socket.end(`${JSON.stringify(answer)}\n`);
    };
    socket.on(
      'data',
      lineReader(
        LINE_BYTES_MAX,
        line => void take(line),
        () => socket.destroy(),
      ),
    );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    host: '127.0.0.1',
    port: (server.address() as AddressInfo).port,
    token,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise(resolve => server.close(resolve));
    },
  };
}

/** A console that is offered so. One connection a request. */
export function remoteConsole({ host, port, token }: ConsoleAddress): BoardConsole {
  return {
    request: (method, parameters = null) =>
      new Promise((resolve, reject) => {
        const gone = (why: string) =>
          reject(
            new Failure(
              'console',
              `The board’s console at ${host}:${port} ${why}: check that the simulator (npm start) runs.`,
            ),
          );
        const socket = connect({ host, port });
        socket.setTimeout(REQUEST_TIMEOUT_MS, () => {
          gone('does not answer');
          socket.destroy();
        });
        socket.on('error', error =>
          gone(`cannot be reached (${(error as NodeJS.ErrnoException).code ?? error.message})`),
        );
        socket.on('close', () => gone('hung up'));
        const take = (line: string) => {
          const answer = parse(answerSchema, line);
          if (!answer) gone('gives answers that are not those of a console');
          else if ('error' in answer)
            reject(new Failure('board', `The board refuses: ${oneLine(answer.error)}.`));
          else resolve(answer.result);
          socket.destroy();
        };
        socket.on(
          'data',
          lineReader(LINE_BYTES_MAX, take, () => socket.destroy()),
        );
        socket.write(`${JSON.stringify({ token, method, parameters })}\n`);
      }),
    close: async () => {},
  };
}

function same(given: string, token: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(token)];
  return a.length === b.length && timingSafeEqual(a, b);
}

function parse<S extends v.GenericSchema>(schema: S, line: string): v.InferOutput<S> | undefined {
  try {
    const parsed = v.safeParse(schema, JSON.parse(line));
    return parsed.success ? parsed.output : undefined;
  } catch {
    return undefined;
  }
}
