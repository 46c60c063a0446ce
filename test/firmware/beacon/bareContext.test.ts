/** The whole room, portable BLS included, verifies a finality update where there is nothing but the language. */
import './minimalPreset.js';

import vm from 'node:vm';
import test from 'ava';
import { encodeChain } from '../../../firmware/beacon/chainWire.js';
import { encodeState, parseState } from '../../../firmware/beacon/state.js';
import { encodeUpdate } from '../../../firmware/beacon/update.js';
import { bundleFirmware } from '../../../host-sim/node/bundle/firmware.js';
import { flipped } from '../../fakes/bytes.js';
import { asStored, begin, compact, contextOf, mustAccept, stepWith } from './board.js';
import { World } from './world.js';

const program = `
  import { parseChain } from './firmware/beacon/chainWire.js';
  import { encodeState, parseState } from './firmware/beacon/state.js';
  import { portableBls } from './firmware/beacon/portableBls.js';
  import { portableCrypto } from './firmware/crypto/portable.js';
  import { step } from './firmware/beacon/catchUp.js';
  export function run(chain, state, update) {
    const context = { chain: parseChain(chain).value, crypto: portableCrypto(), bls: portableBls() };
    const verdict = step(context, parseState(state).value, update);
    return verdict.verdict === 'accepted' ? encodeState(verdict.value.state) : verdict.evidence;
  }
`;

test('a finality update is verified in a bare context, and its false twin refused', async t => {
  const world = new World({ seed: 51, forks: { electra: 0 } });
  const { state } = begin(world, 200);
  const signed = world.update({ attestedSlot: 220, finalizedSlot: 210, next: true, absent: [1, 2, 30] });
  const { text } = await bundleFirmware({ stdin: { contents: program }, minify: true });
  t.log(`${text.length} bytes of bundle`);
  const context = vm.createContext({});
  vm.runInContext('delete globalThis.console; delete globalThis.WebAssembly;', context);
  vm.runInContext(text, context, { filename: 'image.js' });
  const run = (update: Uint8Array): unknown => {
    const Bytes = vm.runInContext('Uint8Array', context) as Uint8ArrayConstructor;
    const image = vm.runInContext('image', context) as { run(...inputs: Uint8Array[]): unknown };
    return image.run(
      Bytes.from(encodeChain(world.chain)),
      Bytes.from(encodeState(state)),
      Bytes.from(update),
    );
  };
  const bytes = encodeUpdate(compact(signed));
  const after = run(bytes) as Uint8Array;
  const expected = mustAccept(stepWith(contextOf(world), state, signed)).state;
  t.deepEqual(parseState(Uint8Array.from(after)), { verdict: 'accepted', value: asStored(expected) });
  const falseSignature = compact(signed);
  falseSignature.signature = mustSignOther(world);
  t.regex(String(run(encodeUpdate(falseSignature))), /^mismatch/);
  t.is(typeof run(flipped(bytes, 900)), 'string');
});

const mustSignOther = (world: World): Uint8Array =>
  world.update({ attestedSlot: 221, finalizedSlot: 210 }).update.syncAggregate.syncCommitteeSignature;
