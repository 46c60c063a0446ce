/** Each lasting fault of a real world, tried on one board: what the page says should meet it meets an order or an update. */
import { setTimeout } from 'node:timers/promises';
import { encodeOffer } from '../../../firmware/update/offer.js';
import type { Decision, FaultyPlace } from '../../../host-sim/page/protocol.js';
import { caughtSince } from '../../../host-sim/page/verdictsSince.js';
import { type Order, placeOrder } from '../../../tools/demo/orders.js';
import {
  approve,
  buildRelease,
  nextVersion,
  proveNow,
  publish,
  type Release,
} from '../../../tools/demo/releases.js';
import type { Setting } from '../../../tools/demo/setting.js';
import { ask } from '../../../tools/operator/order.js';
import type { apiOf } from './api.js';

/** A fault, what met it by the page's own words, and what the board said of an order or update once all was well. */
export interface MetFault {
  place: string;
  fault: string;
  met: readonly string[];
  after: string;
}

type Api = ReturnType<typeof apiOf>;
type Fault = FaultyPlace['faults'][number];

/** The image server is for updates; one endpoint fails as all do (faults.test.ts). */
const NOT_BY_ORDERS = ['the image server', 'endpoint 1', 'endpoint 2'];
/** The name of the row in which all is well again. */
export const WELL = 'well again';
/** Faults that keep back what becomes final while they last. */
const WITHHELD = /^(a stall|older finality)/;
/** Milliseconds for which a line is lost. */
const LOST_MS = 500;

const newestBlock = async (setting: Setting) =>
  Number(await (await setting.as('owner')).chain.client.getBlockNumber());

/**
 * Tries each `every`th of them with orders, one after the other; where all of a place is well again, one order more.
 */
export async function meetByOrders(
  { api, every, setting }: { setting: Setting; api: Api; every: number },
  tell: (met: MetFault) => void,
): Promise<void> {
  const places = (await placesOf(api)).filter(({ name }) => !NOT_BY_ORDERS.includes(name));
  let count = 0;
  for (const { faults, name } of places) {
    const tried = faults.filter(({ lacks }) => lacks === undefined && count++ % every === 0);
    for (const fault of tried) tell(await meet(setting, api, name, fault));
    if (tried.length === 0) continue;
    tell({ place: name, fault: WELL, met: [], after: saidOf(await asked(setting, await anOrder(setting))) });
  }
}

async function meet(setting: Setting, api: Api, place: string, fault: Fault): Promise<MetFault> {
  const isOfChain = place === 'the chain';
  // A reorganisation takes back what is not final yet; what is kept back becomes final afterwards.
  const before = WITHHELD.test(fault.name) ? undefined : await anOrder(setting, !isOfChain);
  const since = await begun(api, place, fault.name);
  if (before && isOfChain) await setting.finalize((await newestBlock(setting)) + 1);
  const order = before ?? (await anOrder(setting, !isOfChain));
  const asking = asked(setting, order);
  // A message that is lost comes once the line is whole: its end belongs to it.
  if (fault.name === 'lost') await setTimeout(LOST_MS);
  else await caught(api, since, fault.codes);
  await api.act({ act: 'fault', place });
  // After a restart an order shows the board the time.
  if (place === 'the parts of the board') await asked(setting, await anOrder(setting));
  const after = saidOf(await asking);
  return { place, fault: fault.name, met: await caught(api, since, fault.codes), after };
}

/** The image server's faults, met by one update that is offered again and again, and installed at the end. */
export async function meetByUpdate(setting: Setting, api: Api): Promise<MetFault[]> {
  const release = await buildRelease(setting, await nextVersion(setting));
  await publish(setting, release);
  await approve(setting, release);
  await proveNow(setting);
  const place = (await placesOf(api)).find(({ name }) => name === 'the image server')!;
  const met: MetFault[] = [];
  for (const { codes, name } of place.faults) {
    const since = await begun(api, place.name, name);
    await offer(setting, release);
    met.push({ place: place.name, fault: name, met: await caught(api, since, codes), after: '' });
  }
  await api.act({ act: 'fault', place: place.name });
  const restarts = setting.board.restarts;
  // Until it is there the board may say once more what it lacked before.
  const last = await offer(setting, release, true);
  await setting.board.waitForRestart(restarts + 1, { timeout: setting.patience });
  await setting.boardChannel.statusWhere(
    ({ version }) => version === release.offer.version,
    setting.patience,
  );
  return met.map(each => ({ ...each, after: last?.answer.verdict ?? 'silent' }));
}

const offer = (setting: Setting, { hash, offer: offered }: Release, final = false) =>
  ask(setting.boardChannel, 'offer', encodeOffer(offered), {
    ...{ subject: hash, milliseconds: setting.patience, final },
  }).catch(() => undefined);

const asked = (setting: Setting, { bytes, hash }: Order) =>
  ask(setting.boardChannel, 'envelope', bytes, {
    subject: hash,
    final: true,
    milliseconds: setting.patience,
  });

let isOn = false;
function anOrder(setting: Setting, final = true): Promise<Order> {
  isOn = !isOn;
  return placeOrder(setting, 'relay.set', { on: isOn }, { final });
}

/** Its verdict, and the code of one that was rejected. */
const saidOf = ({ answer }: Awaited<ReturnType<typeof asked>>): string =>
  answer.verdict === 'rejected' ? `rejected (${answer.code})` : answer.verdict;

const placesOf = ({ event }: Api) =>
  event<readonly FaultyPlace[]>(each => (each.kind === 'world' ? each.world.places : undefined));

/** The time at which the page says that it began. */
async function begun(api: Api, place: string, fault: string): Promise<string> {
  const { ok, says } = await api.act({ act: 'fault', place, fault });
  if (!ok) throw new Error(`${place}: ${fault}: ${says}`);
  return (await placesOf(api)).find(({ name }) => name === place)!.since!;
}

/** The words of the page once there are any. */
function caught({ event }: Api, since: string, codes: readonly string[]): Promise<string[]> {
  const decisions: Decision[] = [];
  return event<string[]>(each => {
    if (each.kind !== 'decision') return undefined;
    decisions.push(each.decision);
    const said = caughtSince(decisions, since, codes);
    return said.length > 0 ? said : undefined;
  });
}
