/** The scanner in C against the portable one: the same answer and the same bytes, however the text comes. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import fc from 'fast-check';
import { toHex } from '../../../firmware/bytes/hex.js';
import { encodeText } from '../../../firmware/bytes/text.js';
import { planOf } from '../../../firmware/json/plan.js';
import { portableJson } from '../../../firmware/json/portable.js';
import { repositoryRoot } from '../../../host-sim/node/repository.js';
import { holds } from '../../fakes/holds.js';
import { buildProgram, flagsOf, nativeTest } from '../crypto/native/programs.js';
import { answer, anything, choices, like, mutate, mutations, write } from './texts.js';

const plan = planOf(answer);
const KEPT_MAX = 160;
/** In place of a fault: what is to be kept has no room. */
const FULL = -100;

interface Question {
  bytes: Uint8Array;
  piece: number;
}

function portable({ bytes, piece }: Question): string {
  const scanner = portableJson().scanner(plan);
  const kept = new Uint8Array(KEPT_MAX);
  for (let at = 0; at < bytes.length; ) {
    const end = Math.min(at + piece, bytes.length);
    const taken = scanner.push(bytes.subarray(at, end), 0, kept);
    if (taken < 0) return `${taken}`;
    at += taken;
    if (at < end) return `${FULL}`;
  }
  const length = scanner.end(kept);
  return length < 0 ? `${length}` : toHex(kept.subarray(0, length));
}

function native(program: string, questions: readonly Question[]): string[] {
  const input = questions.map(({ bytes, piece }) => {
    const head = Buffer.alloc(14);
    head.writeUInt16LE(plan.length, 0);
    head.writeUInt32LE(KEPT_MAX, 2);
    head.writeUInt32LE(piece, 6);
    head.writeUInt32LE(bytes.length, 10);
    return Buffer.concat([head, plan, bytes]);
  });
  const { status, stdout, stderr } = spawnSync(program, { input: Buffer.concat(input), maxBuffer: 1 << 28 });
  if (status !== 0 || stderr.length > 0) throw new Error(`${program} ended with ${status}: ${stderr}`);
  const answers: string[] = [];
  for (let at = 0; at < stdout.length; ) {
    const result = stdout.readInt32LE(at);
    at += 4 + Math.max(result, 0);
    answers.push(result < 0 ? `${result}` : toHex(Uint8Array.from(stdout.subarray(at - result, at))));
  }
  return answers;
}

const texts = fc.oneof(
  fc
    .tuple(like(answer), choices, mutations)
    .map(([value, how, changes]) => mutate(encodeText(write(value, how)), changes)),
  fc.tuple(fc.oneof(anything, like(answer)), choices).map(([value, how]) => encodeText(write(value, how))),
  fc
    .tuple(like(answer), choices)
    .map(([value, how]) => encodeText(write(value, how).replace('"number"', '"hash"'))),
  fc.integer({ min: 28, max: 36 }).map(depth => encodeText(`{"x":${'['.repeat(depth)}${']'.repeat(depth)}}`)),
  fc
    .tuple(fc.constantFrom('data', 'hash', 'number', 'note'), fc.integer({ min: 1, max: 40 }))
    .map(([name, digits]) => encodeText(`{"result":{"${name}":"0x${'7'.repeat(2 * digits)}"}}`)),
  fc.array(fc.nat(1), { maxLength: 5 }).map(keys =>
    encodeText(
      JSON.stringify({
        result: { proofs: keys.map(() => ({ key: '0x1234567', nodes: Array(4).fill('0x010203040506') })) },
      }),
    ),
  ),
  fc.uint8Array({ maxLength: 30 }),
);
const questions = fc.array(fc.record({ bytes: texts, piece: fc.integer({ min: 1, max: 40 }) }), {
  minLength: 100,
  maxLength: 100,
});

for (const build of ['release', 'sanitized'] as const) {
  nativeTest(
    `native and portable scanner keep the same of every text and refuse the same (${build})`,
    async t => {
      const program = await buildProgram(`json-${build}`, {
        main: join(repositoryRoot, 'test', 'firmware', 'json', 'native', 'bulkJson.c'),
        flags: flagsOf[build],
      });
      const seen = new Map<string, number>();
      const property = fc.property(questions, asked => {
        const expected = asked.map(portable);
        for (const one of expected) {
          const kind = one.startsWith('0x') ? 'kept' : one;
          seen.set(kind, (seen.get(kind) ?? 0) + 1);
        }
        t.deepEqual(native(program, asked), expected);
      });
      holds(t, property, { numRuns: 100 });
      t.log(Object.fromEntries(seen));
      // Every fault was met, and texts that are whole.
      for (const kind of ['kept', '-1', '-2', '-3', '-4', '-5', '-6', '-100']) t.true(seen.has(kind), kind);
    },
  );
}
