/** HTTP/1.1 on the virtual network: requests one after the other over kept connections, for whatever serves there. */
import type { ServedConnection, VirtualNetwork } from './network.js';

/** Bytes of a request, head and body; a board's are far shorter. */
const REQUEST_BYTES_MAX = 65_536;

export interface HttpRequest {
  /** The name of whoever asks. */
  client: string;
  method: string;
  path: string;
  /** The value of a header; undefined when there is none. `name` in lower case. */
  header(name: string): string | undefined;
  body: string;
}

/** The way back of one answer. */
export interface HttpReply {
  /** The head of the answer; the body follows with `send`. */
  head(status: number, headers: Readonly<Record<string, string | number>>): void;
  send(bytes: Uint8Array): void;
  /** Ends the connection, whatever was sent. */
  close(): void;
  /** True once nobody is there to read. */
  readonly isGone: boolean;
}

/** Answers at `name`, `host:port`. What is no request ends the connection. */
export function serveHttp(
  network: VirtualNetwork,
  name: string,
  answer: (request: HttpRequest, reply: HttpReply) => Promise<void>,
): void {
  network.serve(name, connection => {
    const conversation = new Conversation(connection, answer);
    connection.onBytes = bytes => conversation.take(bytes);
    connection.onGone = () => conversation.end();
  });
}

class Conversation {
  readonly #connection: ServedConnection;
  readonly #answer: (request: HttpRequest, reply: HttpReply) => Promise<void>;
  readonly #reply: HttpReply;
  #text = '';
  #isGone = false;
  #turn: Promise<void> = Promise.resolve();

  constructor(
    connection: ServedConnection,
    answer: (request: HttpRequest, reply: HttpReply) => Promise<void>,
  ) {
    this.#connection = connection;
    this.#answer = answer;
    const isGone = () => this.#isGone;
    this.#reply = {
      head: (status, headers) => {
        const lines = Object.entries(headers).map(([key, value]) => `${key}: ${value}\r\n`);
        connection.send(Buffer.from(`HTTP/1.1 ${status} Answer\r\n${lines.join('')}\r\n`));
      },
      send: bytes => connection.send(bytes),
      close: () => this.#close(),
      get isGone() {
        return isGone();
      },
    };
  }

  take(bytes: Uint8Array): void {
    // Every byte a character: lengths are those of the wire.
    this.#text += Buffer.from(bytes).toString('latin1');
    if (this.#text.length > REQUEST_BYTES_MAX) return void this.#close();
    for (;;) {
      const end = this.#text.indexOf('\r\n\r\n');
      if (end < 0) return;
      const head = this.#text.slice(0, end);
      const header = (name: string) => new RegExp(`^${name}: *(.*)$`, 'im').exec(head)?.[1].trim();
      // A length that is none is none: else nothing of the text would ever be taken.
      const length = Number(/^\d+$/.exec(header('content-length') ?? '')?.[0] ?? 0);
      const [, method, path] = /^(GET|HEAD|POST) (\S+) HTTP/.exec(head) ?? [];
      if (method === undefined) return void this.#close();
      if (this.#text.length < end + 4 + length) return;
      const body = Buffer.from(this.#text.slice(end + 4, end + 4 + length), 'latin1').toString();
      this.#text = this.#text.slice(end + 4 + length);
      const request = { client: this.#connection.client, method, path, header, body };
      this.#turn = this.#turn.then(async () => {
        if (!this.#isGone) await this.#answer(request, this.#reply);
      });
    }
  }

  end(): void {
    this.#isGone = true;
  }

  #close(): void {
    this.#isGone = true;
    this.#connection.close();
  }
}
