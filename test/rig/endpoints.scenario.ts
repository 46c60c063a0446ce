/** Each endpoint of the board lies about one thing: the witness is refused, and the order waits for the truth. */
import { scenario } from '../../tools/rig/scenario.js';

const lies = [
  ['witness with a changed byte in the header', 'header_mismatch'],
  ['witness with a changed byte in the account proof', 'proof_invalid'],
  ['witness with a changed byte in the storage proof', 'proof_invalid'],
  ['witness of another slot', 'wrong_answer'],
  ['witness of another account', 'wrong_answer'],
  // Its header is not looked at where finality brought the right one: then the account is under another root.
  ['witness of an older block', 'proof_invalid', 4],
  ['RPC nonsense', 'malformed'],
] as const satisfies readonly (readonly [lie: string, code: string, level?: 1 | 4])[];

export default lies.map(([endpoints, code, level]) =>
  scenario({
    name: `endpoints that lie: ${endpoints}`,
    ...(level && { level }),
    steps: [
      { order: { action: 'relay.set', params: { on: true } } },
      { lie: { endpoints } },
      { deny: { about: 'endpoints', code } },
      { honest: {} },
      { receipt: {} },
      { output: { pin: 4, is: true, state: { on: true } } },
    ],
  }),
);
