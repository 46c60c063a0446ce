/** The network of the board: lost, slow, or whole again. */
import * as v from 'valibot';
import type { Setting } from '../../demo/setting.js';
import { count } from '../bench/forms.js';
import { defineStep } from '../bench/step.js';
import type { WireState } from '../bench/wires.js';

const parties = ['broker', 'endpoints', 'prover', 'images'] as const;
type Party = (typeof parties)[number];

/** Everybody, if left out. */
const to = v.optional(v.pipe(v.array(v.picklist(parties)), v.minLength(1)));

const form = v.variant('is', [
  v.strictObject({ is: v.literal('lost'), to }),
  v.strictObject({ is: v.literal('whole'), to }),
  v.strictObject({ is: v.literal('slow'), to, milliseconds: v.optional(count(1, 10_000), 300) }),
]);

export const network = defineStep({
  summary: 'let the board lose its network, make that slow, or whole again: to everybody, or to some',
  example: 'network: { is: lost, to: [broker] }',
  form,
  needs: ({ to }) => (to ? ['network', 'parties'] : ['network']),
  async run({ wires, world }, { to: chosen, ...state }) {
    await wires!.set(
      state as WireState,
      chosen?.flatMap(party => urlsOf(world, party)),
    );
    return {};
  },
});

function urlsOf(world: Setting, party: Party): string[] {
  if (party === 'broker') return [world.broker];
  if (party === 'images') return [world.imageProxy.url];
  if (party === 'endpoints') return world.rpcProxies.map(({ url }) => url);
  return world.finality ? [world.finality.proxy.url] : [];
}
