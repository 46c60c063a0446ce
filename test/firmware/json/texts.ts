/** JSON texts, good and bad, and what is to be kept of them by JSON.parse and a walk over its tree. */
import fc from 'fast-check';
import { fromHex } from '../../../firmware/bytes/hex.js';
import { decodeText, encodeText } from '../../../firmware/bytes/text.js';
import { data, list, number, object, quantity, type Shape, text } from '../../../firmware/json/shape.js';

/** Of every kind, some within others. */
export const answer = object({
  id: number(),
  error: object({ code: number(), message: text(12) }),
  result: object({
    hash: data(4),
    number: quantity(3),
    proofs: list(3, object({ key: quantity(4), nodes: list(4, data(6)) })),
    topics: list(2, data(2)),
    note: text(8),
  }),
});

const names = [
  'id',
  'error',
  'code',
  'message',
  'result',
  'hash',
  'number',
  'proofs',
  'key',
  'nodes',
  'topics',
];

const digits = fc.stringMatching(/^[0-9a-fA-F]{0,14}$/).map(text => `0x${text}`);
const anyText = fc.oneof(digits, fc.string({ unit: 'grapheme', maxLength: 20 }), fc.constant('\u0000"\\/\n'));
const scalar = fc.oneof(
  anyText,
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.integer(),
  fc.constantFrom(null, true, false),
);

/** Values that may look like an answer. */
export const anything: fc.Arbitrary<unknown> = fc.letrec(tie => ({
  value: fc.oneof({ depthSize: 'medium', withCrossShrink: true }, scalar, tie('list'), tie('object')),
  list: fc.array(tie('value'), { maxLength: 5 }),
  object: fc.dictionary(fc.oneof(fc.constantFrom(...names, 'note'), anyText), tie('value'), { maxKeys: 6 }),
})).value;

/** Values of the shape, within its limits or a little beyond. */
export function like(shape: Shape): fc.Arbitrary<unknown> {
  const good = (): fc.Arbitrary<unknown> => {
    if (shape.kind === 'object') {
      const members = Object.entries(shape.members).map(([name, member]) => [name, like(member)]);
      const extra = fc.dictionary(fc.string({ maxLength: 40 }), scalar, { maxKeys: 2 });
      return fc
        .tuple(fc.record(Object.fromEntries(members), { requiredKeys: [] }), extra)
        .map(([own, more]) => ({ ...more, ...(own as object) }));
    }
    if (shape.kind === 'list') return fc.array(like(shape.element), { maxLength: shape.countMax + 1 });
    if (shape.kind === 'number') return fc.integer();
    if (shape.kind === 'text') return fc.string({ unit: 'grapheme', maxLength: shape.bytesMax + 2 });
    const characters = fc.stringMatching(new RegExp(`^[0-9a-fA-F]{1,${2 * shape.bytesMax}}$`));
    return characters.map(text => `0x${shape.kind === 'data' && text.length % 2 === 1 ? `0${text}` : text}`);
  };
  return fc.oneof({ weight: 30, arbitrary: good() }, { weight: 1, arbitrary: fc.constant(null) }, scalar);
}

/** The text of a value, with white space and escapes where `choices` has them. */
export function write(value: unknown, choices: readonly number[]): string {
  let at = 0;
  const choose = () => choices[at++ % choices.length] ?? 0;
  const space = () => ['', '', '', ' ', '\n\t', '\r '][choose() % 6];
  const string = (text: string) =>
    JSON.stringify(text).replace(/[a-zA-Z0-9\u0080-\uffff]/g, (character, place: number, whole: string) =>
      choose() % 8 === 0 && !isEscaped(whole, place)
        ? `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
        : character,
    );
  const show = (part: unknown): string => {
    if (typeof part === 'string') return string(part);
    if (Array.isArray(part)) return `[${space()}${part.map(show).join(`${space()},`)}${space()}]`;
    if (typeof part !== 'object' || part === null) return JSON.stringify(part);
    const members = Object.entries(part).map(
      ([name, of]) => `${space()}${string(name)}${space()}:${space()}${show(of)}`,
    );
    return `{${members.join(',')}${space()}}`;
  };
  return `${space()}${show(value)}${space()}`;
}

/** True for a character that belongs to an escape already. */
const isEscaped = (whole: string, place: number): boolean =>
  /\\(u[0-9a-f]{0,3})?$/.test(whole.slice(0, place));

export const choices = fc.array(fc.nat(255), { minLength: 1, maxLength: 40 });

type Mutation = [place: number, what: number, byte: number];
export const mutations: fc.Arbitrary<Mutation[]> = fc.array(
  fc.tuple(
    fc.nat(),
    fc.nat(3),
    fc.oneof(fc.nat(255), fc.constantFrom(...encodeText('{}[]",:\\u0x9aeE+-. \n\u00e9'))),
  ),
  { minLength: 1, maxLength: 3 },
);

export function mutate(bytes: Uint8Array, changes: readonly Mutation[]): Uint8Array {
  const changed = [...bytes];
  for (const [place, what, byte] of changes) {
    const at = place % (changed.length + 1);
    if (what === 0) changed.splice(at, 1);
    else if (what === 1) changed.splice(at, 0, byte);
    else if (what === 2) changed.splice(at);
    else if (at < changed.length) changed[at] = byte;
  }
  return Uint8Array.from(changed);
}

export const LEFT_OUT = undefined;
/** The text is to be refused. */
export const REFUSED = 'refused';

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

class Refused extends Error {}

const DEPTH_MAX = 32;

function checkTree(value: unknown, depth: number): void {
  const lone = (text: string) => /[\ud800-\udfff]/u.test(text);
  if (typeof value === 'string' && lone(value)) throw new Refused();
  if (typeof value !== 'object' || value === null) return;
  if (depth === DEPTH_MAX) throw new Refused();
  for (const [name, part] of Object.entries(value)) {
    if (lone(name)) throw new Refused();
    checkTree(part, depth + 1);
  }
}

function cut(text: string, bytesMax: number): string {
  let kept = '';
  for (const character of text) {
    if (encodeText(kept + character).length > bytesMax) break;
    kept += character;
  }
  return kept;
}

function pick(shape: Shape, value: unknown): unknown {
  if (value === null) return null;
  if (shape.kind === 'text') return typeof value === 'string' ? cut(value, shape.bytesMax) : LEFT_OUT;
  if (shape.kind === 'number') return typeof value === 'number' ? value : LEFT_OUT;
  if (shape.kind === 'object') {
    if (!isRecord(value)) throw new Refused();
    const members = Object.entries(shape.members).filter(([name]) => Object.hasOwn(value, name));
    return Object.fromEntries(members.map(([name, member]) => [name, pick(member, value[name])]));
  }
  if (shape.kind === 'list') {
    if (!Array.isArray(value) || value.length > shape.countMax) throw new Refused();
    return value.map(element => pick(shape.element, element));
  }
  if (typeof value !== 'string' || !/^0x[0-9a-fA-F]*$/.test(value)) throw new Refused();
  if (shape.kind === 'data' ? value.length % 2 === 1 : value.length < 3) throw new Refused();
  const bytes = fromHex(value.length % 2 === 1 ? `0x0${value.slice(2)}` : value)!;
  if (bytes.length > shape.bytesMax) throw new Refused();
  return bytes;
}

/** The values to be kept by JSON.parse, or REFUSED. It knows nothing of names that are there twice. */
export function oracle(shape: Shape, bytes: Uint8Array): unknown {
  try {
    const text = decodeText(bytes);
    if (text === undefined) return REFUSED;
    const value: unknown = JSON.parse(text);
    checkTree(value, 0);
    return pick(shape, value);
  } catch (error) {
    if (error instanceof Refused || error instanceof SyntaxError) return REFUSED;
    throw error;
  }
}
