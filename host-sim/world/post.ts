/** One request after the other over one kept connection to the chain's process. */
import { Agent, request } from 'node:http';
import { connect } from 'node:net';

/** A way to that process. Whoever asks waits for the answer before the next request. */
export interface Poster {
  post(body: string): Promise<string>;
  close(): void;
}

/** Over HTTP, on any system: several times faster than fetch. */
export function posterTo(url: string): Poster {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  return {
    post: body =>
      new Promise((resolve, reject) => {
        const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
        const asked = request(url, { method: 'POST', agent, headers }, answer => {
          let text = '';
          answer.setEncoding('utf8');
          answer.on('data', (piece: string) => {
            text += piece;
          });
          answer.on('end', () => resolve(text));
          answer.on('error', reject);
        });
        asked.on('error', reject);
        asked.end(body);
      }),
    close: () => agent.destroy(),
  };
}

interface Waiting {
  resolve(answer: string): void;
  reject(error: Error): void;
}

/** Over a socket file, where each answer is a line: a fifth of what HTTP costs both processes. */
export function linePosterTo(path: string): Poster {
  const socket = connect(path);
  let waiting: Waiting | undefined;
  let gone: Error | undefined;
  let text = '';
  const end = (error: Error) => {
    gone ??= error;
    waiting?.reject(gone);
    waiting = undefined;
  };
  socket.setEncoding('utf8');
  socket.on('data', (piece: string) => {
    text += piece;
    if (!piece.endsWith('\n')) return;
    const answer = text.slice(0, -1);
    text = '';
    waiting?.resolve(answer);
    waiting = undefined;
  });
  socket.on('error', end);
  socket.on('close', () => end(new Error(`the chain at ${path} is gone`)));
  return {
    post: body =>
      new Promise((resolve, reject) => {
        if (gone) return reject(gone);
        if (waiting) return reject(new Error('the request before has no answer yet'));
        waiting = { resolve, reject };
        socket.write(body);
      }),
    close: () => socket.destroy(),
  };
}
