/** Equality as ava's deepEqual means it, as far as the tests of firmware/ go, and values as text. */

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

/** As with ava, an object without a prototype is a plain one. */
const prototypeOf = (value: object): unknown => Object.getPrototypeOf(value) ?? Object.prototype;

const sameKind = (a: object, b: object): boolean => prototypeOf(a) === prototypeOf(b);

function ownKeys(value: object): PropertyKey[] {
  return Reflect.ownKeys(value).filter(key => Object.prototype.propertyIsEnumerable.call(value, key));
}

export function isEqual(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (!isObject(a) || !isObject(b) || !sameKind(a, b)) return false;
  if (a instanceof Error && b instanceof Error) return a.message === b.message;
  if (a instanceof Map && b instanceof Map) return isEqual([...a], [...b]);
  if (a instanceof Set && b instanceof Set) return isEqual([...a], [...b]);
  if (ArrayBuffer.isView(a) || Array.isArray(a)) {
    const [left, right] = [a as unknown as unknown[], b as unknown as unknown[]];
    if (left.length !== right.length) return false;
    for (let i = 0; i < left.length; i++) if (!isEqual(left[i], right[i])) return false;
    return true;
  }
  const keys = ownKeys(a);
  if (keys.length !== ownKeys(b).length) return false;
  return keys.every(
    key =>
      Object.hasOwn(b, key) &&
      isEqual((a as Record<PropertyKey, unknown>)[key], (b as Record<PropertyKey, unknown>)[key]),
  );
}

/** True when `expected` is a part of `actual`. */
export function isLike(actual: unknown, expected: unknown): boolean {
  if (!isObject(expected)) return Object.is(actual, expected);
  if (!isObject(actual)) return false;
  if (ArrayBuffer.isView(expected)) return isEqual(actual, expected);
  return ownKeys(expected).every(key =>
    isLike((actual as Record<PropertyKey, unknown>)[key], (expected as Record<PropertyKey, unknown>)[key]),
  );
}

export function show(value: unknown): string {
  if (typeof value === 'bigint') return `${value}n`;
  if (typeof value === 'function') return 'a function';
  if (value instanceof Uint8Array) return `bytes ${Array.from(value.subarray(0, 64)).join(',')}`;
  try {
    const text = JSON.stringify(value, (_, part) => (typeof part === 'bigint' ? `${part}n` : part));
    return `${text}`.slice(0, 400);
  } catch {
    return `${value}`;
  }
}
