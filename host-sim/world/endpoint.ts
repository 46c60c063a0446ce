/** A JSON-RPC endpoint on the virtual network: HTTP/1.1, connections kept, in front of the world's chain. */
import type { VirtualChain } from './chain.js';
import type { ServedConnection, VirtualNetwork } from './network.js';

/** Bytes of a request; a board's are far shorter. */
const REQUEST_BYTES_MAX = 65_536;

/** Answers at `name`, `host:port`. A request that is none ends the connection. */
export function serveEndpoint(network: VirtualNetwork, name: string, chain: VirtualChain): void {
  network.serve(name, connection => {
    const conversation = new Conversation(connection, chain);
    connection.onBytes = bytes => conversation.take(bytes);
  });
}

class Conversation {
  readonly #connection: ServedConnection;
  readonly #chain: VirtualChain;
  #text = '';
  #turn: Promise<void> = Promise.resolve();

  constructor(connection: ServedConnection, chain: VirtualChain) {
    this.#connection = connection;
    this.#chain = chain;
  }

  take(bytes: Uint8Array): void {
    // Every byte a character: lengths are those of the wire.
    this.#text += Buffer.from(bytes).toString('latin1');
    if (this.#text.length > REQUEST_BYTES_MAX) return void this.#connection.close();
    for (;;) {
      const end = this.#text.indexOf('\r\n\r\n');
      if (end < 0) return;
      const head = this.#text.slice(0, end);
      const length = Number(/^content-length: *(\d+)$/im.exec(head)?.[1] ?? 0);
      if (!head.startsWith('POST ')) return void this.#connection.close();
      if (this.#text.length < end + 4 + length) return;
      const body = Buffer.from(this.#text.slice(end + 4, end + 4 + length), 'latin1').toString();
      this.#text = this.#text.slice(end + 4 + length);
      this.#turn = this.#turn.then(() => this.#answer(body));
    }
  }

  async #answer(body: string): Promise<void> {
    const answer = Buffer.from(await this.#chain.post(body));
    const head = `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${answer.length}\r\n\r\n`;
    this.#connection.send(Buffer.concat([Buffer.from(head), answer]));
  }
}
