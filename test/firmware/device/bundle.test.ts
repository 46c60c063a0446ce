/** The verification core bundled as for a board and run in a bare context, which has none of Node's globals. */
import vm from 'node:vm';
import test from 'ava';
import { toHex } from '../../../firmware/bytes/hex.js';
import { bundleFirmware } from '../../../host-sim/node/bundle/firmware.js';
import { flipped, word } from '../../fakes/bytes.js';
import { buildWitness } from '../proof/stateFixture.js';

/** Everything crosses as text: a board shares no objects with anybody either. */
const ENTRY = `
import { fromHex, toHex } from './firmware/bytes/hex.js';
import { portableCrypto } from './firmware/crypto/portable.js';
import { verifyWitness } from './firmware/proof/witness.js';
const bytes = (key: string, value: unknown) => typeof value === 'string' && value.startsWith('0x') ? fromHex(value) : value;
export function verify(request: string, witness: string): string {
  const verdict = verifyWitness(portableCrypto(), JSON.parse(request, bytes), JSON.parse(witness, bytes));
  if (verdict.verdict !== 'accepted') return verdict.code;
  return verdict.value.accounts.map(account => account.slots.map(slot => toHex(slot.value)).join()).join();
}
export const globals = ['process', 'Buffer', 'TextEncoder', 'URL', 'setTimeout', 'console', 'crypto', 'structuredClone']
  .filter(name => name in globalThis);
`;

const asText = (value: unknown) =>
  JSON.stringify(value, (_, item) => (item instanceof Uint8Array ? toHex(item) : item));

test('a witness is verified there, and one with a changed byte refused, as it is here', async t => {
  const { text } = await bundleFirmware({ stdin: { contents: ENTRY } });
  const context = vm.createContext(Object.create(null), { codeGeneration: { strings: false, wasm: false } });
  // V8's own, which no board has.
  vm.runInContext('delete globalThis.console; delete globalThis.WebAssembly', context);
  vm.runInContext(text, context);
  const image = vm.runInContext('image', context) as {
    verify(request: string, witness: string): string;
    globals: string[];
  };
  t.is(image.globals.length, 0);

  const account = { address: new Uint8Array(20).fill(1), codeHash: word(0xc0) };
  const storage = Array.from({ length: 40 }, (_, i) => [word(i + 1), Uint8Array.of(i + 1)] as const);
  const slots = [word(1), word(40), word(99)];
  const { request, witness } = await buildWitness([{ ...account, storage }], [{ ...account, slots }]);
  const expected = [1, 40, 0].map(n => `0x${n.toString(16).padStart(64, '0')}`).join();
  t.is(image.verify(asText(request), asText(witness)), expected);

  const { accounts, header } = witness;
  const [only] = accounts;
  const nodes = only.slots[0].proof;
  const mutants: Record<string, [object, string]> = {
    header: [{ ...witness, header: flipped(header, 8 * 100) }, 'header_mismatch'],
    account: [{ ...witness, accounts: [{ ...only, proof: [flipped(only.proof[0], 90)] }] }, 'proof_invalid'],
    slot: [
      {
        ...witness,
        accounts: [
          {
            ...only,
            slots: only.slots.map(slot => ({ ...slot, proof: [flipped(nodes[0], 90), ...nodes.slice(1)] })),
          },
        ],
      },
      'proof_invalid',
    ],
  };
  for (const [name, [mutant, code]] of Object.entries(mutants))
    t.is(image.verify(asText(request), asText(mutant)), code, name);
  t.is(image.verify(asText({ ...request, blockHash: word(1) }), asText(witness)), 'header_mismatch');
});
