/** Touches, done to a seeded world. Whatever it draws follows from the seed, the place and the time. */
import type { Chance } from '../../host-sim/node/chance.js';
import { inTrouble, LIES, type Lie, lying, type Trouble } from '../../host-sim/world/endpointMoods.js';
import type { ImageLie } from '../../host-sim/world/imageServer.js';
import { seededChance } from '../../host-sim/world/seed.js';
import type { Finality } from './finalityGround.js';
import type { BrokerMood } from './hand.js';
import { touchBoard } from './handBoards.js';
import { type ProverMoodName, ProverMoods } from './proverMoods.js';
import type { ProverMood } from './provers.js';
import { takeBack } from './reorganisations.js';
import type { Stage } from './stage.js';
import { stealOnce } from './thief.js';
import { type Touch, WELL } from './touch.js';
import { misfitOf, type TouchablePlace, touchablePlaces } from './touchable.js';
import type { TouchedWorld } from './touchedWorld.js';

/** Makes a touch, whose time is now. @returns the reason why not; undefined when it is done */
export function touchWorld(world: TouchedWorld, touch: Touch): string | undefined {
  const { boards, stage } = world;
  const { fault, place } = touch;
  const misfit = misfitOf(touch, { boards, faults: stage.faults });
  if (misfit !== undefined) return misfit;
  if (!world.isReady()) return 'not before every board is active, in the first minutes.';
  const found = touchablePlaces({ boards, faults: stage.faults }).find(({ name }) => name === place)!;
  const { hand, seed, tell } = stage;
  hand.held.get(place)?.end();
  hand.held.delete(place);
  const { count = found.faults.find(({ name }) => name === fault)?.count?.usual } = touch;
  tell('hand', `${place}: ${fault}${count === undefined ? '' : ` ${count}`}`);
  const chance = seededChance(seed, `hand on ${place} at ${touch.atMs}`);
  if (fault !== WELL) begin(world, found, fault, count ?? 1, chance);
  hand.keep(touch);
  return undefined;
}

function begin(
  world: TouchedWorld,
  place: TouchablePlace,
  fault: string,
  count: number,
  chance: Chance,
): void {
  const { finality, stage } = world;
  const { hand } = stage;
  const { kind, name } = place;
  const beacon = finality?.light?.beacon;
  const hold = <T>(held: Map<string, T>, value: T): void => {
    held.set(name, value);
    hand.held.set(name, { end: () => void held.delete(name) });
  };
  if (kind === 'everywhere') holdAll(world, name, fault, chance);
  else if (kind === 'endpoint') hold(hand.endpoints, endpointMood(world, fault, chance));
  else if (kind === 'prover') hold(hand.provers, proverMood(finality!, fault, chance));
  else if (kind === 'images') hold(hand.images, fault as ImageLie);
  else if (kind === 'broker') {
    hand.broker = fault as BrokerMood;
    hand.held.set(name, {
      end: () => {
        hand.broker = undefined;
      },
    });
  } else if (kind === 'board') touchBoard(world, name, fault, count, chance);
  else if (fault === 'reorg') takeBack(stage, chance, count, () => false);
  else if (fault === 'stall') {
    beacon?.stall(true, 'hand');
    hand.held.set(name, { end: () => beacon?.stall(false, 'hand') });
  } else if (fault === 'commander') stage.time.spawn(stealOnce(stage, world.customers, chance));
  else hold(hand.provers, halfSigned(finality!, chance));
}

const NOISE_BYTES = 100;

function holdAll(world: TouchedWorld, name: string, fault: string, chance: Chance): void {
  const { hand } = world.stage;
  const isNoise = fault === 'noise';
  hand.endpoints.set(name, endpointMood(world, isNoise ? 'nonsense' : fault, chance));
  hand.provers.set(name, () => (isNoise ? new Uint8Array(NOISE_BYTES).fill(0xc3) : undefined));
  hand.images.set(name, isNoise ? 'flipped' : fault === 'silent' ? 'silent' : 'absent');
  const all = [hand.endpoints, hand.provers, hand.images];
  hand.held.set(name, { end: () => all.forEach(held => void held.delete(name)) });
}

function endpointMood({ approvalFor, stage }: TouchedWorld, fault: string, chance: Chance) {
  const moodWorld = { time: stage.time, chance, approvalFor };
  const isLie = (LIES as readonly string[]).includes(fault);
  return isLie ? lying(fault as Lie, moodWorld) : inTrouble(fault as Trouble, moodWorld);
}

function proverMood({ light, signers }: Finality, fault: string, chance: Chance): ProverMood {
  if (fault !== 'old') return new ProverMoods(chance, light!.beacon, signers).of(fault as ProverMoodName);
  // Its first answer from now on is the one that it gives for as long as this lasts.
  const first = new Map<string, Uint8Array | undefined>();
  return (path, honest) => {
    if (!first.has(path)) first.set(path, honest);
    return first.get(path);
  };
}

/** A thief of one of the keys answers for both, to boards that the committee does not show anything newer. */
function halfSigned(finality: Finality, chance: Chance): ProverMood {
  const moods = new ProverMoods(chance, finality.light!.beacon, finality.signers);
  const [committee, checkpoint] = [moods.of('unknownFork'), moods.of('halfSigned')];
  return (path, honest) => (finality.signers?.answers(path) ? checkpoint : committee)(path, honest);
}

/** Milliseconds after a message until the evil broker speaks. */
const LATE_MS = 1000;
const JUNK_BYTES = 300;

/** Lets the broker be evil whenever the hand wants it: what it hears for boards it says again, changed, or as junk. */
export function obeyHand({ broker, hand, seed, time, untilMs }: Stage): void {
  const chance = seededChance(seed, 'hand on the broker');
  let isSpeaking = false;
  broker.onMessage(message => {
    const mood = hand.broker;
    if (!mood || isSpeaking || time.nowMs >= untilMs || !/\/(envelope|offer)$/.test(message.topic)) return;
    const payload = Uint8Array.from(message.payload);
    if (mood === 'changed' && payload.length > 0)
      payload[chance.below(payload.length)] ^= 1 << chance.below(8);
    const said = mood === 'junk' ? Uint8Array.from({ length: JUNK_BYTES }, () => chance.byte()) : payload;
    time.after(LATE_MS, () => {
      isSpeaking = true;
      broker.publish({ ...message, payload: said, retain: false });
      isSpeaking = false;
    });
  });
}
