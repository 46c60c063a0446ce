/** Answers that no honest endpoint gives: what a board parses comes from these as well. */
import type { RpcMutation, RpcOutcome } from './proxy.js';

const hex = (bytes: number) => `0x${'ab'.repeat(bytes)}`;
const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth);

/** In place of a result, or of the whole answer. */
const outcomes = {
  notJson: { body: 'no, thank you' },
  html: { body: '<!doctype html><html><body>Sign in to the hotel network</body></html>' },
  empty: { body: '' },
  invalidUtf8: { body: Uint8Array.of(0x7b, 0x22, 0xff, 0xfe, 0xc0, 0x80, 0x22, 0x7d) },
  truncated: { body: '{"jsonrpc":"2.0","id":1,"result":{"hash":"0xab' },
  deepBody: { body: nested(100_000) },
  deepResult: { body: `{"jsonrpc":"2.0","id":1,"result":${nested(50_000)}}` },
  hugeBody: { body: `{"jsonrpc":"2.0","id":1,"result":"${hex(8 * 1024 * 1024)}"}` },
  manyKeys: { body: `{${Array.from({ length: 100_000 }, (_, i) => `"k${i}":0`).join()}}` },
  hugeNumber: { body: `{"jsonrpc":"2.0","id":1,"result":${'9'.repeat(100_000)}}` },
  prototype: { body: '{"jsonrpc":"2.0","id":1,"__proto__":{"result":"0x1"},"constructor":null}' },
  nothing: { value: {} },
  null: { value: null },
  number: { value: 7 },
  otherId: { value: { jsonrpc: '2.0', id: 'another', result: '0x1' } },
  both: { value: { jsonrpc: '2.0', id: 1, result: '0x1', error: { code: 1, message: 'and an error' } } },
  nullResult: { result: null },
  emptyObject: { result: {} },
  array: { result: [] },
  text: { result: 'latest' },
  oddHex: { result: '0xabc' },
  longHex: { result: hex(1_000_000) },
  negative: { result: -1 },
  strangeError: { error: { code: 'x' as unknown as number, message: { toString: 1 } as unknown as string } },
} as const satisfies Record<string, RpcOutcome>;

export type Nonsense = keyof typeof outcomes;

/** All kinds that `answerNonsense` knows. */
export const kindsOfNonsense = Object.keys(outcomes) as Nonsense[];

/** @param methods which calls are answered so; all if left out */
export const answerNonsense = (kind: Nonsense, methods: RegExp = /./): RpcMutation => {
  return async ({ method }) => (methods.test(method) ? (outcomes[kind] as RpcOutcome) : undefined);
};

const distortions = {
  /** Every string a number. */
  numbers: (value: unknown) => (typeof value === 'string' ? 1 : value),
  /** Every string cut to an odd count of digits. */
  odd: (value: unknown) => (typeof value === 'string' && value.length > 3 ? value.slice(0, -1) : value),
  /** Every string with a sign of no hex. */
  letters: (value: unknown) => (typeof value === 'string' ? value.replace(/.$/, 'g') : value),
  /** Every string a byte longer than it should be. */
  longer: (value: unknown) => (typeof value === 'string' ? `${value}00` : value),
  /** Every string nothing. */
  empty: (value: unknown) => (typeof value === 'string' ? '0x' : value),
  /** Every string null. */
  nulls: (value: unknown) => (typeof value === 'string' ? null : value),
  /** Every array thirty times as long. */
  repeated: (value: unknown) =>
    Array.isArray(value) ? Array.from({ length: 30 }, () => value).flat() : value,
} as const;

export type Distortion = keyof typeof distortions;

export const kindsOfDistortion = Object.keys(distortions) as Distortion[];

/** The honest answer, with each value in it spoilt in the same way. */
export const distort = (kind: Distortion, methods: RegExp = /./): RpcMutation => {
  const spoil = (value: unknown): unknown => {
    const inner = Array.isArray(value)
      ? value.map(spoil)
      : typeof value === 'object' && value !== null
        ? Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, spoil(entry)]))
        : value;
    return distortions[kind](inner);
  };
  return async ({ method }, upstream) => {
    if (!methods.test(method)) return undefined;
    const answer = await upstream.answer();
    return 'result' in answer ? { result: spoil(answer.result) } : answer;
  };
};
