/** The situations that a board is put through, each from a new board on: which of them wants how much memory. */
import { Closing, unlessStopped } from '../../../tools/demo/closing.js';
import { attackFlash } from '../../../tools/demo/flashAttacks.js';
import { startHostile } from '../../../tools/demo/hostile.js';
import { attackImages } from '../../../tools/demo/imageAttacks.js';
import { lifeChapter } from '../../../tools/demo/life.js';
import { attackMemory } from '../../../tools/demo/memoryAttack.js';
import { attackProver } from '../../../tools/demo/proverAttacks.js';
import type { Setting } from '../../../tools/demo/setting.js';
import { asExpected, Steps } from '../../../tools/demo/steps.js';
import { orderChapter, updateChapter } from '../../../tools/demo/story.js';
import { attackWitnesses } from '../../../tools/demo/witnessAttacks.js';

type Chapter = (setting: Setting, steps: Steps) => Promise<unknown>;

export interface Situation {
  what: string;
  /** Told beside the honest ones: an endpoint, a prover and a client of the broker that never stop lying. */
  hostile?: boolean;
  /** After the set-up: start, key, provisioning, connection, L4 with a committee of 512 and its first finality. */
  chapters: readonly Chapter[];
}

/** By name, from the least to the most. */
export const situations: Readonly<Record<string, Situation>> = {
  ready: { what: 'started, provisioned, connected, registered', chapters: [] },
  order: {
    what: 'the first order, whose witness is of blocks as large as mainnet’s',
    chapters: [orderChapter],
  },
  update: {
    what: 'an update: two proofs, download, restart, the order after it',
    chapters: [orderChapter, updateChapter],
  },
  endpoints: {
    what: 'orders while endpoints answer wrongly, at length, and not at all',
    hostile: true,
    chapters: [orderChapter, attackWitnesses],
  },
  provers: { what: 'orders while provers do', hostile: true, chapters: [orderChapter, attackProver] },
  images: {
    what: 'updates from image servers that lie, refused and accepted',
    hostile: true,
    chapters: [orderChapter, updateChapter, attackImages],
  },
  flood: {
    what: 'orders among a flood of junk of every kind',
    hostile: true,
    chapters: [orderChapter, attackMemory],
  },
  gap: {
    what: 'an older journal put back: the board walks all links since',
    hostile: true,
    chapters: [orderChapter, attackFlash],
  },
  owner: {
    what: 'another owner: his trust is tried beside the old one and adopted',
    hostile: true,
    chapters: [orderChapter, lifeChapter],
  },
};

/** Plays it on a board that is set up. True when every step came out as it must. */
export async function play(
  setting: Setting,
  { chapters, hostile }: Situation,
  signal: AbortSignal,
): Promise<boolean> {
  const steps = new Steps({ chapter: () => {}, begin: () => {}, end: () => {}, skip: () => {} }, signal);
  const closing = new Closing();
  try {
    if (hostile) await startHostile(setting, closing);
    for (const chapter of chapters) await unlessStopped(signal, chapter(setting, steps));
    return steps.all.every(asExpected);
  } finally {
    await closing.close();
  }
}
