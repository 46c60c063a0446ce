/** The page of three hundred boards that a test plays: most are well, some differ, wait, are stopped or off. */
import type { Board, World } from '../../host-sim/page/protocol.js';
import { buildPage } from '../../tools/page/build.js';
import { builtPage, readPage } from '../../tools/page/files.js';
import { Memory } from '../../tools/page/memory.js';
import { startPage } from '../../tools/page/server.js';

const BOARDS = 300;
const HALLS = ['hall', 'yard', 'roof', 'cellar'];
const IMAGES = ['', `0x${'1a'.repeat(32)}`, `0x${'2b'.repeat(32)}`, `0x${'3c'.repeat(32)}`];
const minutesAgo = (minutes: number): string => new Date(Date.now() - minutes * 60_000).toISOString();
const isEach = (at: number, each: number): boolean => at % each === each - 1;

function boardAt(at: number): Board {
  const version = isEach(at, 3) ? 3 : isEach(at, 70) ? 1 : 2;
  const sequence = 4 + (at % 5);
  return {
    ...{ name: `${HALLS[at % 4]}-${Math.floor(at / 4) + 1}`, group: HALLS[at % 4] },
    ...{ device: `0x${(at + 1).toString(16).padStart(40, 'd')}`, app: isEach(at, 90) ? 'meter' : 'relay' },
    ...{ power: isEach(at, 47) ? 'off' : 'on', starts: 1, level: isEach(at, 120) ? 1 : 4, version },
    ...{ imageHash: IMAGES[version], presence: 'online', presenceSince: minutesAgo(90), epoch: 0 },
    ...{ seen: minutesAgo(at % 30), finalized: 900, sequence, receipts: sequence, pins: {}, actions: [] },
    ...{ linked: sequence + (isEach(at, 31) ? 2 : 0), lifecycle: isEach(at, 60) ? 'Suspended' : 'Active' },
    ...{ state: { on: at % 2 === 0 }, place: (at * 37) % 1000 },
    ran: [
      { version: 1, since: minutesAgo(90) },
      ...(version > 1 ? [{ version: 2, since: minutesAgo(60 - (at % 20)) }] : []),
      ...(version > 2 ? [{ version: 3, since: minutesAgo(12 - (at % 9)) }] : []),
    ],
  };
}

/** Serves it. */
export async function serveMany(): ReturnType<typeof startPage> {
  await buildPage();
  const memory = new Memory();
  const world: World = {
    ...{ kind: 'processes', engine: 'xs', level: 4, chainId: 31337, fleet: '', channel: '', directory: '' },
    ...{ attacks: [], places: [], lacks: {} },
  };
  memory.tell({ kind: 'world', world });
  for (let at = 0; at < BOARDS; at++) memory.tell({ kind: 'board', board: boardAt(at) });
  const releases = [1, 2, 3].map(version => ({
    ...{ version, imageSha256: IMAGES[version], size: 400_000, withdrawn: version === 1 },
  }));
  const channel = { newest: 3, floor: 1, rollout: 500, paused: false, halted: false, releases };
  memory.tell({ kind: 'channel', channel });
  const orders = Array.from({ length: 60 }, (_, at) => ({
    ...{
      sequence: at + 1,
      operator: `0x${'0b'.repeat(20)}`,
      blockNumber: 100 + at,
      outcome: 'done',
      code: '',
    },
    commandHash: `0x${(at + 1).toString(16).padStart(64, '7')}`,
    ...(at % 4 !== 3 && { ordered: `relay.set {"on":${at % 2 === 0}}` }),
    ...(at === 41 && { outcome: 'missing' }),
  }));
  const document = {
    ...{ device: boardAt(0).device, complete: true, commands: orders },
    findings: [{ rule: 'gap', what: 'receipt 42 is missing: the board says that it has signed 60' }],
    receipts: orders
      .filter(({ outcome }) => outcome === 'done')
      .map(({ commandHash, sequence }) => ({
        ...{ counter: sequence, envelopeHash: commandHash, imageHash: IMAGES[sequence > 30 ? 3 : 2] },
        blockNumber: 100 + sequence,
      })),
  };
  return startPage({
    world: {
      known: () => memory.known(),
      follow: memory.follow.bind(memory),
      act: async () => ({ ok: true, says: 'done', document }),
    },
    files: readPage(builtPage),
  });
}
