/**
 * Kept values as bytes, in the order of the text: for each wanted value its mark and the place of its name
 * in the object's shape (0 in an array), then
 *
 *     object, list    what it holds, an end mark
 *     bytes, text     length (2), bytes
 *     null, other     nothing
 */
import { decodeText } from '../bytes/text.js';
import type { Kept, Shape } from './shape.js';

export const Mark = { end: 0, object: 1, list: 2, null: 3, bytes: 4, text: 5, number: 6, other: 7 } as const;

/** Bytes that one byte of JSON may need at most in what is kept; less room than that counts as none. */
export const KEPT_ROOM = 16;

/** The values of a shape; bytes are views of `kept`. */
export function readKept<S extends Shape>(shape: S, kept: Uint8Array): Kept<S> {
  return new Reader(kept).value(shape) as Kept<S>;
}

class Reader {
  readonly #kept: Uint8Array;
  #at = 0;

  constructor(kept: Uint8Array) {
    this.#kept = kept;
  }

  value(shape: Shape): unknown {
    const mark = this.#kept[this.#at];
    this.#at += 2;
    if (mark === Mark.object && shape.kind === 'object') return this.#object(shape.members);
    if (mark === Mark.list && shape.kind === 'list') return this.#list(shape.element);
    if (mark === Mark.null) return null;
    if (mark === Mark.bytes) return this.#payload();
    if (mark === Mark.text) return decodeText(this.#payload());
    return mark === Mark.number ? Number(decodeText(this.#payload())) : undefined;
  }

  #object(members: { [name: string]: Shape }): Record<string, unknown> {
    const names = Object.keys(members);
    const found: Record<string, unknown> = {};
    while (this.#kept[this.#at] !== Mark.end) {
      const name = names[this.#kept[this.#at + 1]];
      found[name] = this.value(members[name]);
    }
    this.#at++;
    return found;
  }

  #list(element: Shape): unknown[] {
    const found: unknown[] = [];
    while (this.#kept[this.#at] !== Mark.end) found.push(this.value(element));
    this.#at++;
    return found;
  }

  #payload(): Uint8Array {
    const length = (this.#kept[this.#at] << 8) | this.#kept[this.#at + 1];
    const from = this.#at + 2;
    this.#at = from + length;
    return this.#kept.subarray(from, this.#at);
  }
}
