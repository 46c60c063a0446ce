/** The tally of what came over a serial line, and by it the reason why a board does not answer. */
import { Failure, oneLine } from '../cli/failure.js';

/** Starts of a board without an answer between them, after which it is one that does not come up. */
const STARTS_MIN = 3;
/** Share of bytes that are no text, from which on the line has another speed: text at half of its speed has above 0.5. */
const NOISE_MIN = 0.3;
/** The line in which the ROM of a chip says why it started. */
const ROM_START = /^rst:0x[0-9a-f]+/;

/** Characters of a line of text that are kept. */
const LINE_CHARACTERS_MAX = 300;

export class Hearing {
  #bytes = 0;
  #noise = 0;
  #lines = 0;
  #echoes = 0;
  #starts = 0;
  #text = '';
  #lastText = '';

  /** Bytes as they came, of frames too: those count for nothing once a frame is whole. */
  take(bytes: Uint8Array): void {
    this.#bytes += bytes.length;
    for (const byte of bytes) {
      if (byte === 0x0a || byte === 0 || this.#text.length === LINE_CHARACTERS_MAX) this.#endLine();
      const isText = byte === 0x09 || byte === 0x0d || (byte >= 0x20 && byte < 0x7f);
      if (isText) this.#text += String.fromCharCode(byte);
      else if (byte !== 0x0a && byte !== 0) this.#noise++;
    }
  }

  /** A line of a console's, in its frame. */
  line(said: Readonly<Record<string, unknown>>): void {
    if ('request' in said) this.#echoes++;
    else this.#lines++;
    if ('hello' in said) this.#starts++;
    if ('answer' in said) this.#starts = 0;
  }

  #endLine(): void {
    const text = oneLine(this.#text, 120);
    this.#text = '';
    // A ROM’s first line; in a board that says hello each start would count twice.
    if (this.#lines === 0 && ROM_START.test(text)) this.#starts++;
    if (text !== '') this.#lastText = text;
  }

  /** The reason why `name` gave no answer at that speed. */
  explain(name: string, baud: number): Failure {
    const last = this.#lastText ? ` Its last words: ${this.#lastText}` : '';
    if (this.#echoes > 0)
      return new Failure(
        'port_echo',
        `What is sent to ${name} comes back as it was: no board is on that line, or its two wires touch.`,
      );
    if (this.#starts >= STARTS_MIN)
      return new Failure(
        'board_restarts',
        `The board at ${name} starts again and again (${this.#starts} times) and does not come up.${last}`,
      );
    if (this.#lines > 0)
      return new Failure(
        'console',
        `The board at ${name} does not answer, though it speaks: it is busy, or its firmware hangs.`,
      );
    if (this.#bytes === 0)
      return new Failure(
        'port_silent',
        `Nothing comes from ${name}: check that the board is switched on and runs Holdfast; it does not answer.`,
      );
    if (this.#noise > NOISE_MIN * this.#bytes)
      return new Failure(
        'port_speed',
        `What comes from ${name} is no text at ${baud} bits a second: the board speaks at another speed.`,
      );
    return new Failure(
      'console_other',
      `What runs at ${name} prints text, and has no console of this version of Holdfast.${last}`,
    );
  }
}
