/**
 * The scanner in TypeScript: a machine that looks at each byte once. native/jsonScan.c is the same in C; where they
 * differ, one of them is wrong.
 */
import { type Json, JsonFault, type JsonScanner } from '../port/json.js';
import { Mark } from './kept.js';
import { beginNumber, isNumberWhole, nextOfNumber } from './numbers.js';
import { PlanKind } from './plan.js';
import { Into, NAME_BYTES_MAX, Sink } from './sink.js';
import { STRING_END, StringReader } from './strings.js';

/** The JSON port without native code. */
export const portableJson = (): Json => ({ scanner: plan => new PortableScanner(plan) });

const DEPTH_MAX = 32;
/** In place of a node: nobody wants it. */
const UNWANTED = -1;

/** The states of the machine, named after the part of the text that comes next or is under way. */
const State = {
  value: 0,
  firstElement: 1,
  firstName: 2,
  name: 3,
  colon: 4,
  after: 5,
  string: 6,
  number: 7,
  literal: 8,
} as const;

const LITERALS: readonly string[] = ['true', 'false', 'null'];

interface Level {
  node: number;
  isList: boolean;
  /** Elements so far, or a bit for each wanted member that was seen. */
  seen: number;
}

const isSpace = (byte: number): boolean => byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;

class PortableScanner implements JsonScanner {
  readonly #plan: Uint8Array;
  readonly #levels: Level[] = [];
  readonly #sink = new Sink();
  readonly #string = new StringReader(this.#sink);
  #state: number = State.value;
  /** Of the value that comes next. */
  #node = 0;
  #isName = false;
  #number = 0;
  #literal = '';
  #position = 0;

  constructor(plan: Uint8Array) {
    this.#plan = plan;
  }

  push(bytes: Uint8Array, from: number, kept: Uint8Array): number {
    const end = bytes.length;
    this.#sink.open(kept);
    for (let at = from; at < end; at++) {
      if (this.#state === State.string) {
        at = this.#string.skip(bytes, at);
        if (at === end) break;
      }
      if (this.#sink.isFull) return at;
      const fault = this.#take(bytes[at]);
      if (fault !== 0) return -fault;
    }
    return end;
  }

  end(kept: Uint8Array): number {
    this.#sink.open(kept);
    if (this.#state === State.number && isNumberWhole(this.#number)) {
      this.#sink.end();
      this.#state = State.after;
    }
    const isWhole = this.#state === State.after && this.#levels.length === 0;
    return isWhole ? this.#sink.length : -JsonFault.malformed;
  }

  #take(byte: number): number {
    switch (this.#state) {
      case State.string:
        return this.#inString(byte);
      case State.number:
        return this.#inNumber(byte);
      case State.literal:
        if (byte !== this.#literal.charCodeAt(this.#position++)) return JsonFault.malformed;
        if (this.#position === this.#literal.length) this.#state = State.after;
        return 0;
      case State.after:
        return this.#after(byte);
    }
    if (isSpace(byte)) return 0;
    switch (this.#state) {
      case State.value:
        return this.#value(byte);
      case State.firstElement:
        return byte === 0x5d ? this.#close(byte) : this.#value(byte);
      case State.firstName:
        return byte === 0x7d ? this.#close(byte) : this.#beginName(byte);
      case State.name:
        return this.#beginName(byte);
      default:
        this.#state = State.value;
        return byte === 0x3a ? 0 : JsonFault.malformed;
    }
  }

  #value(byte: number): number {
    const level = this.#levels[this.#levels.length - 1];
    if (level?.isList) {
      this.#sink.member = 0;
      this.#node = level.node < 0 ? UNWANTED : level.node + 3;
      if (level.node >= 0 && ++level.seen > this.#planNumber(level.node + 1)) return JsonFault.many;
    }
    if (byte === 0x7b) return this.#open(false);
    if (byte === 0x5b) return this.#open(true);
    if (byte === 0x22) return this.#beginString();
    const state = beginNumber(byte);
    return state < 0 ? this.#beginLiteral(byte) : this.#beginNumber(byte, state);
  }

  /** A fault where the value must not be of that kind. One that is left out is marked, and not wanted any more. */
  #wants(kind: number): number {
    if (this.#node < 0) return 0;
    const wanted = this.#plan[this.#node];
    if (wanted === kind) return 0;
    if (wanted !== PlanKind.text && wanted !== PlanKind.number) return JsonFault.type;
    this.#sink.mark(Mark.other);
    this.#node = UNWANTED;
    return 0;
  }

  #open(isList: boolean): number {
    if (this.#levels.length === DEPTH_MAX) return JsonFault.deep;
    const fault = this.#wants(isList ? PlanKind.list : PlanKind.object);
    if (fault !== 0) return fault;
    if (this.#node >= 0) this.#sink.mark(isList ? Mark.list : Mark.object);
    this.#levels.push({ node: this.#node, isList, seen: 0 });
    this.#state = isList ? State.firstElement : State.firstName;
    return 0;
  }

  #close(byte: number): number {
    const level = this.#levels.pop();
    if (level === undefined || level.isList !== (byte === 0x5d)) return JsonFault.malformed;
    if (level.node >= 0) this.#sink.markEnd();
    this.#state = State.after;
    return 0;
  }

  #after(byte: number): number {
    this.#state = State.after;
    if (isSpace(byte)) return 0;
    const level = this.#levels[this.#levels.length - 1];
    if (level === undefined) return JsonFault.malformed;
    if (byte !== 0x2c) return byte === 0x5d || byte === 0x7d ? this.#close(byte) : JsonFault.malformed;
    this.#state = level.isList ? State.value : State.name;
    return 0;
  }

  #beginLiteral(byte: number): number {
    const literal = LITERALS.find(text => text.charCodeAt(0) === byte);
    if (literal === undefined) return JsonFault.malformed;
    this.#literal = literal;
    this.#position = 1;
    this.#state = State.literal;
    if (this.#node < 0) return 0;
    if (byte !== 0x6e) return this.#wants(0);
    this.#sink.mark(Mark.null);
    return 0;
  }

  #beginName(byte: number): number {
    if (byte !== 0x22) return JsonFault.malformed;
    this.#sink.beginName(this.#levels[this.#levels.length - 1].node >= 0);
    this.#node = UNWANTED;
    this.#isName = true;
    this.#state = State.string;
    return 0;
  }

  #endName(): number {
    this.#state = State.colon;
    const sink = this.#sink;
    if (sink.into !== Into.name || sink.nameLength > NAME_BYTES_MAX) return 0;
    const level = this.#levels[this.#levels.length - 1];
    const count = this.#plan[level.node + 1];
    let at = level.node + 2;
    for (let i = 0; i < count; i++) {
      const length = this.#plan[at];
      if (this.#isNamed(at + 1, length)) {
        const bit = 1 << i;
        if ((level.seen & bit) !== 0) return JsonFault.twice;
        level.seen |= bit;
        sink.member = i;
        this.#node = this.#planNumber(at + 1 + length);
        return 0;
      }
      at += length + 3;
    }
    return 0;
  }

  #isNamed(at: number, length: number): boolean {
    const { name, nameLength } = this.#sink;
    if (length !== nameLength) return false;
    for (let i = 0; i < length; i++) if (this.#plan[at + i] !== name[i]) return false;
    return true;
  }

  #beginString(): number {
    this.#isName = false;
    this.#sink.into = Into.nothing;
    this.#state = State.string;
    if (this.#node < 0) return 0;
    const kind = this.#plan[this.#node];
    const limit = this.#planNumber(this.#node + 1);
    if (kind === PlanKind.data) this.#sink.begin(Mark.bytes, Into.data, limit);
    else if (kind === PlanKind.quantity) this.#sink.begin(Mark.bytes, Into.quantity, limit);
    else if (kind === PlanKind.text) this.#sink.begin(Mark.text, Into.text, limit);
    else return this.#wants(PlanKind.text);
    return 0;
  }

  #inString(byte: number): number {
    const fault = this.#string.take(byte);
    if (fault !== STRING_END) return fault;
    if (this.#isName) return this.#endName();
    this.#state = State.after;
    return this.#node < 0 ? 0 : this.#sink.end();
  }

  #beginNumber(byte: number, state: number): number {
    this.#state = State.number;
    this.#number = state;
    this.#sink.into = Into.nothing;
    const fault = this.#wants(PlanKind.number);
    if (fault !== 0 || this.#node < 0) return fault;
    this.#sink.begin(Mark.number, Into.number, this.#planNumber(this.#node + 1));
    return this.#sink.put(byte);
  }

  #inNumber(byte: number): number {
    const next = nextOfNumber(this.#number, byte);
    if (next >= 0) {
      this.#number = next;
      return this.#sink.put(byte);
    }
    if (!isNumberWhole(this.#number)) return JsonFault.malformed;
    this.#sink.end();
    return this.#after(byte);
  }

  #planNumber(at: number): number {
    return (this.#plan[at] << 8) | this.#plan[at + 1];
  }
}
