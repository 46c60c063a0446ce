/** A fleet report for people at a terminal. */
import type { BoardCrashes, BoardReport, BoardState, FleetReport, ImageReport } from './facts.js';

/** The states in the words of people, the same in lines and on the page. */
export const stateWords: Readonly<Record<BoardState, string>> = {
  current: 'runs the newest version',
  behind: 'is behind',
  waiting: 'is not in the roll-out yet',
  below_floor: 'is below the floor',
  withdrawn: 'runs a withdrawn version',
  other: 'runs an image that is none of its channel’s releases',
  unproven: 'has no receipt here that shows its image',
};

/** The states that boards are in, and how many of each, the most frequent first. */
export function stateCounts(boards: readonly BoardReport[]): { state: BoardState; count: number }[] {
  const counts = new Map<BoardState, number>();
  for (const { state } of boards) counts.set(state, (counts.get(state) ?? 0) + 1);
  return [...counts].map(([state, count]) => ({ state, count })).sort((a, b) => b.count - a.count);
}

/** Of a hundred boards, one digit behind the point where it is not whole. */
export const percentOf = (part: number, whole: number): string =>
  whole === 0 ? '0 %' : `${Number(((100 * part) / whole).toFixed(1))} %`;

export const imageName = ({
  image,
  name,
  version,
}: Pick<ImageReport, 'image' | 'name' | 'version'>): string =>
  `${version === undefined ? 'an unknown image' : `version ${version}`}${name === undefined ? '' : ` “${name}”`} (${image.slice(0, 10)}…)`;

const times = (count: number): string => (count === 1 ? 'once' : `${count} times`);

/** The count of a board's crashes under an image, and the newest. */
export const crashLine = ({ count, image, message, reason }: BoardCrashes): string =>
  `crashed ${times(count)} under ${image.slice(0, 10)}…, at last by ${reason}${message && `: ${message}`}`;

/** Of an image: what went wrong with it, in a few words; none where nothing did. */
export const troubles = ({ crashes, failedOn }: Pick<ImageReport, 'crashes' | 'failedOn'>): string[] => [
  ...(failedOn > 0 ? [`${failedOn} went back from it`] : []),
  ...(crashes.count > 0 ? [`${crashes.boards} crashed under it, ${times(crashes.count)}`] : []),
];

export const boardLine = (board: BoardReport): string => {
  const { behindSince, crashes, device, failed, seenAt, state, version } = board;
  const since = behindSince === undefined ? '' : `, since block ${behindSince}`;
  const runs = version === undefined ? '' : ` (version ${version}, seen at block ${seenAt})`;
  const tried = failed
    .map(each => `; version ${each.version} failed there${each.code && `: ${each.code}`}`)
    .join('');
  const crashed = crashes.map(each => `; ${crashLine(each)}`).join('');
  return `${device}  ${stateWords[state]}${runs}${since}${tried}${crashed}`;
};

/** The lines of the report: images, then the boards that a person should look at, then what is wrong. */
export function reportLines({
  block,
  boards,
  findings,
  fleet,
  images,
}: FleetReport & { ok: boolean }): string[] {
  const at = new Date(block.timestamp * 1000).toISOString();
  return [
    `Fleet ${fleet} at block ${block.number} (${at}): ${boards.length} boards.`,
    ...images
      .filter(each => each.boards > 0 || each.newest || troubles(each).length > 0)
      .map(
        each =>
          `  ${percentOf(each.boards, boards.length)}  ${each.boards} on ${imageName(each)}${each.parts ? `, ${each.parts.length} parts` : ', no list of its parts'}${troubles(
            each,
          )
            .map(trouble => `, ${trouble}`)
            .join('')}`,
      ),
    ...boards
      .filter(each => each.state !== 'current' || each.failed.length > 0 || each.crashes.length > 0)
      .map(boardLine),
    ...findings.map(({ rule, what }) => `WRONG (${rule}): ${what}`),
    findings.length === 0
      ? 'Every line rests on a proof, a signature of the board, or a hash that one of them leads to.'
      : `${findings.length} findings: what they name is in no other line.`,
  ];
}
