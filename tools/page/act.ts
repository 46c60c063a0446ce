/** An act as the page sends it, parsed with limits: whatever runs in a browser is outside. */
import * as v from 'valibot';
import type { Act } from '../../host-sim/page/protocol.js';

/** Bytes of a request. */
export const ACT_BYTES_MAX = 65_536;
/** Boards that one act is for. */
const BOARDS_MAX = 1000;
const SKIP_SECONDS_MAX = 30 * 86_400;
/** Seconds of a seeded world in one of ours. */
const SPEED_MAX = 86_400;

const name = v.pipe(v.string(), v.maxLength(200));

/** A number of an attack or a fault, whose own bounds are narrower. */
const count = v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(1_000_000)));

const schema = v.variant('act', [
  v.strictObject({
    act: v.literal('command'),
    words: v.pipe(v.array(v.pipe(v.string(), v.maxLength(16_384))), v.minLength(1), v.maxLength(16)),
    boards: v.optional(v.pipe(v.array(name), v.minLength(1), v.maxLength(BOARDS_MAX))),
  }),
  v.strictObject({ act: v.literal('attack'), name, count }),
  v.strictObject({ act: v.literal('fault'), place: name, fault: v.optional(name), count }),
  v.strictObject({
    act: v.literal('publish'),
    rollout: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(1000)),
  }),
  v.strictObject({ act: v.literal('power'), board: name, power: v.picklist(['on', 'off']) }),
  v.strictObject({
    act: v.literal('input'),
    board: name,
    pin: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(63)),
    value: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(4095)),
  }),
  v.strictObject({
    act: v.literal('skip'),
    seconds: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(SKIP_SECONDS_MAX)),
  }),
  v.strictObject({
    act: v.literal('time'),
    move: v.picklist(['stop', 'step', 'run', 'see', 'back', 'on', 'present']),
    atMs: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0))),
    speed: v.optional(
      v.union([v.literal('most'), v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(SPEED_MAX))]),
    ),
  }),
]);

/** The act in a text; undefined when the text is none. */
export function parseAct(text: string): Act | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  const parsed = v.safeParse(schema, value);
  return parsed.success ? parsed.output : undefined;
}

/** Commands that a page may run: those that act on the world, and those that look at it. */
const COMMANDS: readonly string[] = [
  'audit',
  'channel pause',
  'channel resume',
  'channel show',
  'command',
  'config get',
  'config set',
  'device accept',
  'device claim',
  'device claim-code',
  'device lift',
  'device stolen',
  'device suspend',
  'device transfer',
  'explain',
  'fleet pause',
  'fleet resume',
  'fleet show',
  'receipts',
  'release approve',
  'release deploy',
  'release offer',
  'release rollout',
  'release withdraw',
  'status',
];

/** Flags that a page may give: none names a file, but those that the world itself told it. */
const FLAGS: readonly string[] = [
  ...['--irreversible', '--delegate', '--life', '--wait', '--no-check', '--to', '--cancel', '--version'],
];

/**
 * The reason why the page does not run that command line; undefined where it does.
 * @param files flags with files of the world, each written `--flag FILE`, which it may give as well
 */
export function refusalOf(words: readonly string[], files: readonly string[] = []): string | undefined {
  const isKnown = COMMANDS.some(each => each === words[0] || each === `${words[0]} ${words[1]}`);
  if (!isKnown)
    return `The page does not run holdfast ${words.slice(0, 2).join(' ')}: type it in a terminal.`;
  const flag = words.find(
    (word, at) =>
      word.startsWith('-') &&
      !FLAGS.includes(word.split('=')[0]) &&
      !files.includes(`${word} ${words[at + 1]}`),
  );
  return flag === undefined ? undefined : `The page does not take ${flag}: type it in a terminal.`;
}
