/** The ground of a seeded world: its time, its chain with the contracts, the first image of its boards, their crypto. */

import { portableBls } from '../../firmware/beacon/portableBls.js';
import { nativeCrypto } from '../../firmware/crypto/native/native.js';
import { portableCrypto } from '../../firmware/crypto/portable.js';
import type { Crypto } from '../../firmware/port/crypto.js';
import { nodeCrypto } from '../../host-sim/engine/nodeCrypto.js';
import { loadBls } from '../../host-sim/node/bls/load.js';
import { VirtualBeacon } from '../../host-sim/world/beacon.js';
import { VirtualChain } from '../../host-sim/world/chain.js';
import { knownSignatures } from '../../host-sim/world/knownSignatures.js';
import { VirtualTime } from '../../host-sim/world/time.js';
import { SteppedRealms } from '../../host-sim/xs/steppedRealm.js';
import { useCrypto } from '../operator/boardMail.js';
import { CheckpointSigners } from './checkpointSigners.js';
import type { Finality } from './finalityGround.js';
import { drawForks } from './forks.js';
import { simImage } from './image.js';
import { foundPlace, type Place } from './place.js';
import type { SimOptions } from './run.js';

export interface Ground {
  time: VirtualTime;
  chain: VirtualChain;
  place: Place;
  image: Uint8Array;
  /** Of boards that are not realms of this process. */
  realms: SteppedRealms | undefined;
  /** Native, for boards and operators alike; without it images use their own, and do the same. */
  crypto: Crypto | undefined;
  /** Of a world whose boards go by a sync committee, or by checkpoints. */
  finality: Finality | undefined;
}

/** @throws Error when the chain does not start, XsMissing */
export async function layGround(options: SimOptions): Promise<Ground> {
  const { faults, mutant, portable, rollout, seed, signal, xs } = options;
  const realms = xs && new SteppedRealms({ heap: xs.heapBytes, portable });
  const time = new VirtualTime();
  const chain = await VirtualChain.start(time, signal);
  try {
    const place = await foundPlace(time, chain, {
      hasBuyer: faults.includes('transfer'),
      isCrowded: rollout !== undefined,
    });
    const forks = faults.includes('fork') ? drawForks(seed) : undefined;
    const beacon = faults.includes('beacon') ? await VirtualBeacon.start(chain, seed, forks) : undefined;
    const bls = knownSignatures(portable ? portableBls() : await loadBls());
    const native = portable ? undefined : await nodeCrypto();
    const crypto = native && nativeCrypto(native);
    useCrypto(crypto ?? portableCrypto());
    const hasKeys = faults.includes('signers') || (beacon && faults.includes('checkpoints'));
    const signers = hasKeys ? new CheckpointSigners(place, chain, beacon) : undefined;
    const light = beacon && { beacon, bls, ...(crypto && { crypto }) };
    const finality = (light ?? signers) && { ...(light && { light }), ...(signers && { signers }) };
    return { time, chain, place, crypto, finality, realms, image: (await simImage(mutant)).bytes };
  } catch (error) {
    await chain.close();
    throw error;
  }
}
