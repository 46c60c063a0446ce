/** The app line as the chain has it: Device{0, 2, 3, 6, 7}. */

import { type ChannelFacts, slotOf } from '../contract/facts.js';
import { deviceLayout } from '../contract/layout.generated.js';
import type { UpdateLine } from './updateChainReader.js';

/** In place of the facts of a channel that is not there: it is for no hardware, and has published nothing. */
const noChannel = (): ChannelFacts => ({
  ...{ newest: 0, floor: 0, rollout: 0, flags: 0 },
  ...{ hardware: new Uint8Array(32), record: new Uint8Array(32) },
});

/** The app line; its channel and its approval lie in their words as those of images do. */
export const APP_LINE: UpdateLine = {
  slots() {
    const { appApproval, appChannel, fleet, key, owner } = deviceLayout;
    return [key, owner, fleet, appChannel, appApproval].map(slotOf);
  },
  names: ['key, status', 'owner', 'fleet', 'app channel', 'app approval'],
  absent: channel => (channel.every(byte => byte === 0) ? noChannel() : undefined),
};
