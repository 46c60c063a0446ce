/**
 * "Memory and flash wear within bounds", as far as a board's ports show it, written from the protocol ("Bounds"): every
 * timer is bounded and cancelled, one source at a time is asked; junk wears no flash, and progress and time wear none.
 */
import type { PartitionName } from '../../firmware/port/flash.js';
import type { Finding } from './finding.js';

/** The numbers of one board over its life. */
export interface BoardBurden {
  /** The most timers that were pending at once, and connections that were open. */
  timers: number;
  connections: number;
  /** Erasures of the sector of that partition that was erased most. */
  most(name: PartitionName): number;
}

/** The work of that life. */
export interface BoardWork {
  /** The acts of the board: its links and what it writes down like one. */
  orders: number;
  /** Bits that flipped in its stores. */
  rots: number;
  /** Power cuts within one of its flash operations. */
  tears: number;
  /** Its starts. */
  starts: number;
  /** Releases that its owner approved, for that board. */
  releases: number;
}

/** Broker, endpoints, provers and an image server; while another trust is on trial its own endpoints and provers too. */
const CONNECTIONS_MAX = 16;
/** Some for each connection, and the board's own. */
const TIMERS_MAX = 32;
/**
 * A sector of NOR flash bears 100,000 erasures: with one for so many orders or starts it bears ten years of an order each
 * seven minutes. Worlds of many faults came to one in nine.
 */
const ACTS_PER_ERASURE = 8;
/** A board that is told whom to trust erases what it finds. */
const ERASURES_AT_FIRST = 2;
/** A store that is lost is begun anew. */
const ERASURES_PER_ROT = 2;
/** A log whose last write was torn goes on in the other half: one of two halves for each. */
const ERASURES_PER_TEAR = 1 / 2;
/** A release is written, and written anew where a source lied. */
const ERASURES_PER_RELEASE = 2;

const STORES = ['identity', 'journal', 'counter', 'app', 'telemetry'] as const;
const IMAGES = ['boot', 'slotA', 'slotB'] as const;

/** Some time after all faults have healed. */
export function judgeBounds(board: string, burden: BoardBurden, work: BoardWork): Finding[] {
  const { connections, timers } = burden;
  const found: Finding[] = [];
  if (timers > TIMERS_MAX) found.push({ rule: 'memory', what: `${board} had ${timers} timers pending` });
  if (connections > CONNECTIONS_MAX) {
    found.push({ rule: 'memory', what: `${board} had ${connections} connections open` });
  }
  const { orders, releases, rots, starts, tears } = work;
  const wear = (names: readonly PartitionName[], most: number) => {
    for (const name of names) {
      const erasures = burden.most(name);
      if (erasures <= most) continue;
      const what = `${board} erased a sector of ${name} ${erasures} times, in ${orders} orders, ${starts} starts, ${tears} torn operations and ${releases} releases`;
      found.push({ rule: 'wear', what });
    }
  };
  wear(
    STORES,
    ERASURES_AT_FIRST +
      ERASURES_PER_ROT * rots +
      Math.ceil(ERASURES_PER_TEAR * tears) +
      Math.floor((orders + starts) / ACTS_PER_ERASURE),
  );
  wear(IMAGES, ERASURES_AT_FIRST + ERASURES_PER_RELEASE * releases);
  return found;
}
