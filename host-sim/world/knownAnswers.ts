/**
 * The answers of a chain that stands still between two blocks: what is asked again before anything changes it is not asked
 * of its process again. Three endpoints and many boards ask the same of each block.
 */

/** Methods that change nothing and whose answer hangs on the chain alone. */
const READING = new Set([
  'eth_blockNumber',
  'eth_call',
  'eth_chainId',
  'eth_getBlockByHash',
  'eth_getBlockByNumber',
  'eth_getCode',
  'eth_getLogs',
  'eth_getProof',
  'eth_getTransactionReceipt',
]);
/** All characters of the answers kept; beyond it everything is forgotten. */
const KEPT_CHARACTERS_MAX = 4 << 20;

interface Question {
  id: unknown;
  method: string;
  params: unknown;
}

/** A way to a chain that remembers, in front of the one that asks. */
export class KnownAnswers {
  readonly #ask: (body: string) => Promise<string>;
  /** By method and parameters: the answer behind its id. */
  readonly #known = new Map<string, string>();
  #characters = 0;

  constructor(ask: (body: string) => Promise<string>) {
    this.#ask = ask;
  }

  /** The answer to one JSON-RPC request. Requests go one after the other: the next begins when this has settled. */
  async post(body: string): Promise<string> {
    const question = questionOf(body);
    if (!question || !READING.has(question.method)) {
      this.#forget();
      return this.#ask(body);
    }
    const head = `{"jsonrpc":"2.0","id":${JSON.stringify(question.id)},"result":`;
    const key = JSON.stringify([question.method, question.params]);
    const known = this.#known.get(key);
    if (known !== undefined) return head + known;
    const answer = await this.#ask(body);
    // An error is asked again: a node may be about to know.
    if (answer.startsWith(head)) this.#keep(key, answer.slice(head.length));
    return answer;
  }

  #keep(key: string, answer: string): void {
    if (this.#characters > KEPT_CHARACTERS_MAX) this.#forget();
    this.#known.set(key, answer);
    this.#characters += answer.length;
  }

  #forget(): void {
    this.#known.clear();
    this.#characters = 0;
  }
}

/** Undefined for a batch, or what is no request; it is for the chain itself to answer. */
function questionOf(body: string): Question | undefined {
  try {
    const value = JSON.parse(body) as Question | undefined;
    return typeof value === 'object' && value !== null && typeof value.method === 'string'
      ? value
      : undefined;
  } catch {
    return undefined;
  }
}
