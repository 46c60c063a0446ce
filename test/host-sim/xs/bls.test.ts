/** The native BLS as an image gets it in XS: the same answers as blst, in a chip's heap. */
import { blstBls } from '../../../host-sim/node/bls/blst.js';
import { type BlsCase, blsCase, outcomeOf } from '../../firmware/beacon/blsCases.js';
import { seeded } from '../../firmware/beacon/random.js';
import { validator } from '../../firmware/beacon/validators.js';
import { xsTest } from '../engine/withXs.js';
import { runScript } from './scripts.js';

const seed = Number(process.env.HOLDFAST_SEED ?? 20_261_122);

/** Bytes as an expression of a script. */
const bytes = (value: Uint8Array): string => `bytes('${Buffer.from(value).toString('hex')}')`;

const script = (cases: readonly BlsCase[]): string => `"use strict"; var image = { start(ports) {
  const bytes = hex => {
    const made = new Uint8Array(hex.length / 2);
    for (let i = 0; i < made.length; i++) made[i] = parseInt(hex.slice(2 * i, 2 * i + 2), 16);
    return made;
  };
  const verify = (aggregate, absent, message, signature) => {
    const sum = ports.bls.begin(aggregate);
    for (const key of absent) sum.subtract(key);
    ports.console.log(sum.verify(message, signature));
  };
  ${cases
    .map(
      ({ aggregate, absent, message, signature }) =>
        `verify(${bytes(aggregate)}, [${absent.map(bytes).join()}], ${bytes(message)}, ${bytes(signature)});`,
    )
    .join('\n')}
  const key = ${bytes(validator(5n).publicKey)};
  const refused = [];
  for (const call of [
    () => ports.bls.begin(), () => ports.bls.begin('x'.repeat(48)),
    () => ports.bls.begin(key).subtract('x'.repeat(48)), () => ports.bls.begin(key).verify(7, key),
  ]) try { call(); refused.push('no'); } catch (error) { refused.push('yes'); }
  ports.console.log(refused.join());
  ports.boot.restart('update');
} };`;

for (const variant of ['release', 'sanitized'] as const) {
  const count = variant === 'release' ? 66 : 22;
  xsTest(
    `in XS ${count} genuine and false signatures are judged as blst judges them (${variant})`,
    async (t, program) => {
      const random = seeded(seed);
      const cases = Array.from({ length: count }, (_, i) => blsCase(i, random));
      const { code, fault, errors, logs } = await runScript(program, script(cases), ['--heap', '400000']);
      t.is(errors, '');
      t.is(code, 75, fault);
      const oracle = blstBls();
      const expected = cases.map(given => outcomeOf(oracle, given));
      t.deepEqual(logs, [...expected, logs.at(-1)!]);
      t.is(logs.at(-1), 'yes,yes,yes,yes');
    },
    variant,
  );
}
