/** From now on those whom the board asks lie, until the step `honest` or the end of the scenario. */
import * as v from 'valibot';
import { anotherHash } from '../../../host-sim/attack/rpc/mutations.js';
import { proverLies } from '../../demo/proverAttacks.js';
import { withoutWitnesses, witnessLies } from '../../demo/witnessAttacks.js';
import { imageMutations } from '../bench/imageLies.js';
import * as lies from '../bench/lies.js';
import { defineStep } from '../bench/step.js';

const form = v.union([
  v.strictObject({ endpoints: v.picklist(lies.endpointLies) }),
  v.strictObject({ prover: v.picklist(lies.proverLies) }),
  v.strictObject({ images: v.picklist(lies.imageLies) }),
]);

export const lie = defineStep({
  summary: 'let endpoints, prover or image server lie from now on',
  example: 'lie: { endpoints: witness of another slot }',
  form,
  needs: wish => [Object.keys(wish)[0] as 'endpoints' | 'prover' | 'images'],
  async run({ world }, wish) {
    if ('images' in wish) world.imageProxy.setMutation(imageMutations[wish.images]);
    else if ('prover' in wish) {
      await world.finality!.answerAtBroker(world.broker);
      const { mutation } = proverLies.find(({ name }) => name === wish.prover)!;
      world.finality!.proxy.setMutation(await mutation(world.finality!));
    } else if (wish.endpoints === lies.DISAGREE) world.rpcProxies[1].setMutation(anotherHash);
    else {
      const { mutation } = witnessLies.find(({ name }) => name === wish.endpoints)!;
      for (const proxy of world.rpcProxies) proxy.setMutation(mutation);
      // A board with an honest prover would not ask an endpoint.
      world.finality?.proxy.setMutation(withoutWitnesses);
    }
    return {};
  },
});
