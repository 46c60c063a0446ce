/** The images of a report: on how many boards each runs, which boards left it, and which crashed under it. */
import type { Hex } from '../cli/kinds.js';
import type { EvidenceRelease } from './evidence.js';
import type { BoardReport, ImageReport, ProvenChannel } from './facts.js';
import type { ImageDocuments } from './imageDocuments.js';

/** All images of the channels, and those that boards run or crashed under besides; the one on most boards first. */
export function imageReports(
  boards: readonly BoardReport[],
  channels: readonly ProvenChannel[],
  documents: (release: EvidenceRelease) => ImageDocuments,
): ImageReport[] {
  const running = new Map<string, number>();
  for (const { image } of boards) if (image) running.set(image, (running.get(image) ?? 0) + 1);
  const crashes = (image: string) => {
    const all = boards.flatMap(board => board.crashes.filter(each => each.image === image));
    return { boards: all.length, count: all.reduce((sum, { count }) => sum + count, 0) };
  };
  const failedOn = (channel: string, version: number) =>
    boards.filter(board => board.channel === channel && board.failed.some(each => each.version === version))
      .length;
  const known = channels.flatMap(({ channel, newest, releases }) =>
    releases.map(release => ({
      ...{ image: release.imageSha256, channel, version: release.version, withdrawn: release.withdrawn },
      newest: release.version === newest,
      boards: running.get(release.imageSha256) ?? 0,
      failedOn: failedOn(channel, release.version),
      crashes: crashes(release.imageSha256),
      ...documents(release),
    })),
  );
  const seen = [...running.keys(), ...boards.flatMap(board => board.crashes.map(({ image }) => image))];
  const unknown = [...new Set(seen)]
    .filter(image => !known.some(each => each.image === image))
    .map(image => ({
      ...{ image: image as Hex, boards: running.get(image) ?? 0 },
      ...{ failedOn: 0, crashes: crashes(image) },
    }));
  return [...known, ...unknown].sort((a, b) => b.boards - a.boards);
}
