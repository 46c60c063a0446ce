/** The ground of a seeded world: its time, its chain with the contracts, the first image of its boards, their crypto. */
import { nativeCrypto } from '../../firmware/crypto/native/native.js';
import { portableCrypto } from '../../firmware/crypto/portable.js';
import type { Crypto } from '../../firmware/port/crypto.js';
import { nodeCrypto } from '../../host-sim/engine/nodeCrypto.js';
import { VirtualChain } from '../../host-sim/world/chain.js';
import { VirtualTime } from '../../host-sim/world/time.js';
import { useCrypto } from '../operator/boardMail.js';
import { simImage } from './image.js';
import { foundPlace, type Place } from './place.js';
import type { SimOptions } from './run.js';

export interface Ground {
  time: VirtualTime;
  chain: VirtualChain;
  place: Place;
  image: Uint8Array;
  /** Native, for boards and operators alike; without it images use their own, and do the same. */
  crypto: Crypto | undefined;
}

/** @throws Error when the chain does not start */
export async function layGround({ mutant, portable, signal }: SimOptions): Promise<Ground> {
  const time = new VirtualTime();
  const chain = await VirtualChain.start(time, signal);
  try {
    const place = await foundPlace(time, chain);
    const native = portable ? undefined : await nodeCrypto();
    const crypto = native && nativeCrypto(native);
    useCrypto(crypto ?? portableCrypto());
    return { time, chain, place, crypto, image: (await simImage(mutant)).bytes };
  } catch (error) {
    await chain.close();
    throw error;
  }
}
