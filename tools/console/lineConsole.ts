/** The console of a board behind bytes: lines of JSON in frames (firmware/serial), requests and their answers. */
import { Line } from '../../host-sim/rv32/line.js';
import { Failure, oneLine } from '../cli/failure.js';
import { Hearing } from './hearing.js';

export interface LineConsoleOptions {
  /** For people. */
  name: string;
  /** In bits a second, for people. */
  baud: number;
  write(bytes: Uint8Array): void;
  /** A line of the board that answers nothing. */
  onSaid(said: Readonly<Record<string, unknown>>): void;
  /** Text outside of the console: of the ROM, the bootloader, a crash. */
  onText(text: string): void;
}

interface Waiting {
  resolve(result: unknown): void;
  reject(error: Error): void;
}

/** The holder’s end of such a console; bytes go in by `take`. */
export class LineConsole {
  readonly #options: LineConsoleOptions;
  readonly #line: Line;
  readonly #hearing = new Hearing();
  readonly #waiting = new Map<number, Waiting>();
  #lastRequest = 0;

  constructor(options: LineConsoleOptions) {
    this.#options = options;
    const nothing = () => {};
    this.#line = new Line(
      {
        onLine: text => this.#take(text),
        ...{ onOpen: nothing, onData: nothing, onClose: nothing, onCredit: nothing, onUse: nothing },
        onReset: nothing,
        onText: options.onText,
      },
      options.write,
    );
  }

  take(bytes: Uint8Array): void {
    this.#hearing.take(bytes);
    this.#line.take(bytes);
  }

  /**
   * Asks the board.
   *
   * @param milliseconds for the answer
   * @throws Failure `board` with the board's own words, one of hearing.ts when no answer comes, `console` after hangUp
   */
  async request(method: string, parameters: unknown, milliseconds: number): Promise<unknown> {
    const request = ++this.#lastRequest;
    let timer: NodeJS.Timeout | undefined;
    try {
      return await new Promise<unknown>((resolve, reject) => {
        const { baud, name } = this.#options;
        timer = setTimeout(() => reject(this.#hearing.explain(name, baud)), milliseconds);
        this.#waiting.set(request, { resolve, reject });
        this.#line.sendLine(JSON.stringify({ request, method, parameters }));
      });
    } finally {
      clearTimeout(timer);
      this.#waiting.delete(request);
    }
  }

  /** The reason why nothing that was expected came. */
  explain(): Failure {
    return this.#hearing.explain(this.#options.name, this.#options.baud);
  }

  /** Requests without an answer get this failure. */
  hangUp(failure: Failure): void {
    for (const { reject } of this.#waiting.values()) reject(failure);
    this.#waiting.clear();
  }

  #take(text: string): void {
    const said = parse(text);
    if (!said) return;
    this.#hearing.line(said);
    const { answer, error, result } = said;
    if (answer === undefined) {
      this.#options.onSaid(said);
      return;
    }
    const asked = typeof answer === 'number' ? this.#waiting.get(answer) : undefined;
    if (typeof error === 'string')
      asked?.reject(new Failure('board', `The board refuses: ${oneLine(error)}.`));
    else asked?.resolve(result);
  }
}

/** One line of a board as an object; undefined for what is not one. */
function parse(text: string): Record<string, unknown> | undefined {
  try {
    const said: unknown = JSON.parse(text);
    return typeof said === 'object' && said !== null ? (said as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
