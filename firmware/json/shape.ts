/**
 * The part of a JSON text that a caller wants, with a limit for each of its values. What no shape names is skipped.
 * A wanted value may be absent or null wherever it stands; one of another type makes the text malformed, except
 * that texts and numbers, which are for people and for matching, are then left out.
 */

/** `0x` and two digits for each byte, in either case. Bytes. */
export interface DataShape {
  kind: 'data';
  bytesMax: number;
}

/** `0x` and one digit or more, an odd count too. Bytes, big-endian, with leading zeros as written. */
export interface QuantityShape {
  kind: 'quantity';
  bytesMax: number;
}

/** A string for people: what is longer is cut after a whole character. */
export interface TextShape {
  kind: 'text';
  bytesMax: number;
}

/** A number in its decimal form; longer than `bytesMax` characters is too long. */
export interface NumberShape {
  kind: 'number';
  bytesMax: number;
}

/** An array of at most `countMax` elements, whether they are wanted or null. */
export interface ListShape<Element extends Shape = Shape> {
  kind: 'list';
  countMax: number;
  element: Element;
}

export interface ObjectShape<Members extends Record<string, Shape> = Record<string, Shape>> {
  kind: 'object';
  /** At most 32, names of ASCII, at most 32 bytes each. */
  members: Members;
}

export type Shape =
  | DataShape
  | QuantityShape
  | TextShape
  | NumberShape
  | { kind: 'list'; countMax: number; element: Shape }
  | { kind: 'object'; members: { [name: string]: Shape } };

/** The values that a shape keeps. */
export type Kept<S> =
  | null
  | undefined
  | (S extends DataShape | QuantityShape
      ? Uint8Array
      : S extends TextShape
        ? string
        : S extends NumberShape
          ? number
          : S extends { kind: 'list'; element: infer Element }
            ? Kept<Element>[]
            : S extends { kind: 'object'; members: infer Members }
              ? { [Name in keyof Members]?: Kept<Members[Name]> }
              : never);

/** `0x…` of at most so many bytes. */
export const data = (bytesMax: number): DataShape => ({ kind: 'data', bytesMax });
/** `0x…` of at most so many bytes, an odd count of digits too. */
export const quantity = (bytesMax: number): QuantityShape => ({ kind: 'quantity', bytesMax });
/** A string for people, cut after at most so many bytes of UTF-8. */
export const text = (bytesMax: number): TextShape => ({ kind: 'text', bytesMax });
/** A number of at most 25 characters: the longest that JavaScript writes have a sign, `0.00000` and 17 digits. */
export const number = (): NumberShape => ({ kind: 'number', bytesMax: 25 });
/** An array of at most so many elements. */
export const list = <E extends Shape>(countMax: number, element: E): ListShape<E> => ({
  kind: 'list',
  countMax,
  element,
});
/** An object, of which the members are kept that are named. */
export const object = <M extends Record<string, Shape>>(members: M): ObjectShape<M> => ({
  kind: 'object',
  members,
});
