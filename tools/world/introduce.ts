/** The way of a world's boards onto the chain: each is told whom to trust and proves its key, trays of them register. */
import { setTimeout } from 'node:timers/promises';
import type { Contracts, Hex } from '../../contracts/client/index.js';
import type { BrokerAccess } from '../../firmware/device/brokerAccess.js';
import { accessParameters, newAccess } from '../board/accessFile.js';
import { configure, identify, possess } from '../console/provisioning.js';
import { consoleOf, type Member } from './fleet.js';
import type { Place } from './place.js';

/** Boards in one transaction: of about 250,000 gas each, in blocks of 30 million. */
const TRAY = 60;
/** A board asks the chain's time for its proof, and is asked again so often, so many milliseconds later. */
const TRIES = 8;
const TRY_AGAIN_MS = 1000;
/** Seconds for which a possession proof is good, which end after the last board has started; an hour is the most. */
const PROOF_SECONDS = 3000;

export interface Introduced {
  member: Member;
  device: Hex;
  /** Address of the board's key. */
  key: Hex;
  broker: string;
  access: BrokerAccess;
  possession: Parameters<Contracts['factory']['register']>[0];
  signature: Hex;
}

/** At its console: the board comes to trust, and gives its proof. Nothing is sent yet. */
export async function introduce(member: Member, place: Place, broker: string): Promise<Introduced> {
  const console = consoleOf(member);
  const owner = await place.as('owner');
  const { device, key } = await insist(() => identify(console));
  const access = newAccess();
  const told = {
    ...{ broker, images: [place.images.url], access: accessParameters(access) },
    ...(place.proverKey && { proverKey: place.proverKey }),
  };
  const trustConfiguration = await insist(() => configure(console, place.trust, told));
  const { channel, fleet } = place;
  const deadline = (await place.now()) + PROOF_SECONDS;
  const initial = { owner: owner.chain.address, fleet, channel, trustConfiguration, deadline };
  const proven = await insist(() => possess(console, owner, key, initial));
  return { member, device, key, broker, access, ...proven };
}

/**
 * Again some times: where many boards start at once a prover's answer may come too late for one of them, and the watchdog
 * of another bite, whose process had no processor for too long.
 */
async function insist<T>(work: () => Promise<T>): Promise<T> {
  for (let left = TRIES - 1; ; left--) {
    try {
      return await work();
    } catch (error) {
      if (left === 0) throw error;
      await setTimeout(TRY_AGAIN_MS);
    }
  }
}

/** Registers and activates them all, tray by tray, and waits until that is final. */
export async function register(introduced: readonly Introduced[], place: Place): Promise<void> {
  const owner = await place.as('owner');
  for (let at = 0; at < introduced.length; at += TRAY) {
    await owner.factory.registerTray(introduced.slice(at, at + TRAY));
  }
  await place.finalize(await owner.device.activate(introduced.map(({ device }) => device)));
  for (const { device, member } of introduced) member.device = device;
}
