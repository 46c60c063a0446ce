import test from 'ava';
import type { Bls } from '../../../firmware/port/bls.js';
import { knownSignatures } from '../../../host-sim/world/knownSignatures.js';

/** Outcomes that follow from all that it was given, which it lists. */
function listed(): { bls: Bls; asked: string[] } {
  const asked: string[] = [];
  const bls: Bls = {
    begin: aggregate => {
      const keys = [aggregate.join()];
      return {
        subtract: key => void keys.push(key.join()),
        verify: (message, signature) => {
          asked.push([...keys, message.join(), signature.join()].join('|'));
          return signature[0] === 1 ? 'valid' : 'mismatch';
        },
      };
    },
  };
  return { bls, asked };
}

test('the same question is asked once; one that differs in any byte, or in whose key is missing, is asked anew', t => {
  const { asked, bls } = listed();
  const known = knownSignatures(bls);
  const ask = (aggregate: number, absent: readonly number[], message: number, signature: number) => {
    const sum = known.begin(Uint8Array.of(aggregate));
    for (const key of absent) sum.subtract(Uint8Array.of(key));
    return sum.verify(Uint8Array.of(message), Uint8Array.of(signature));
  };
  const questions: Parameters<typeof ask>[] = [
    [1, [], 1, 1],
    [2, [], 1, 1],
    [1, [3], 1, 1],
    [1, [3, 4], 1, 1],
    [1, [4, 3], 1, 1],
    [1, [], 2, 1],
    [1, [], 1, 2],
  ];
  for (const round of [1, 2]) {
    for (const [aggregate, absent, message, signature] of questions)
      t.is(ask(aggregate, absent, message, signature), signature === 1 ? 'valid' : 'mismatch', `${round}`);
  }
  t.is(asked.length, questions.length);
  t.is(new Set(asked).size, questions.length);
});

test('a sum goes on after it was verified, and keeps no hold of the bytes that it was given', t => {
  const { asked, bls } = listed();
  const bytes = Uint8Array.of(1);
  const sum = knownSignatures(bls).begin(bytes);
  sum.subtract(bytes);
  bytes[0] = 9;
  for (const more of [undefined, 5]) {
    if (more) sum.subtract(Uint8Array.of(more));
    sum.verify(Uint8Array.of(7), Uint8Array.of(1));
  }
  t.deepEqual(asked, ['1|1|7|1', '1|1|5|7|1']);
});
