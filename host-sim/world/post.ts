/** One HTTP request after the other over one kept connection to the chain's process: several times faster than fetch. */
import { Agent, request } from 'node:http';

/** A way to that process. */
export interface Poster {
  post(body: string): Promise<string>;
  close(): void;
}

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
