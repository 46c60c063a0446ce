/** The native crypto on a chip's processor: what an observer of time learns of a key, and the field in its assembly. */
import { runBare } from './runBare.js';
import { testOnRv32 } from './withBoard.js';

testOnRv32(
  'on rv32 address, shared secret and decryption take as many instructions with every key, signing one of two',
  async t => {
    const counts = new Map<string, Set<string>>();
    for (const [, what, count] of (await runBare('steady')).matchAll(/^(\w+) (\d+)$/gm)) {
      counts.set(what, (counts.get(what) ?? new Set()).add(count));
    }
    t.log(Object.fromEntries([...counts].map(([what, set]) => [what, [...set].join()])));
    for (const what of ['address', 'shared', 'encrypt', 'decrypt']) t.is(counts.get(what)?.size, 1, what);
    // s in the upper half is negated: which of two nonces it was, k or −k, says nothing of either.
    t.is(counts.get('sign')?.size, 2);
    t.is(counts.get('compare')?.size, 24);
  },
);

testOnRv32('on rv32 the field of BLS equals the plain loops that it stands in for', async t => {
  t.regex(await runBare('field', { without: ['bls.c'] }), /^36040 compared$/m);
});
