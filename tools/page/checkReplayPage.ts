/** `holdfast replay --check`: whoever gets the file of a recording need not trust its sender. */
import { IMAGE_BYTES_MAX } from '../../firmware/store/imageHeader.js';
import { imagesOf } from '../../host-sim/recording/images.js';
import { keptImageHashes, sha256Of } from '../app/imageFiles.js';
import { UsageError } from '../cli/failure.js';
import { readPage } from './files.js';
import { pageFolder } from './folder.js';
import { readNamedFile } from './namedFile.js';
import { REPLAY_PAGE_BYTES_MAX, readReplayPage } from './replayPage.js';

/** The outcome; `ok` when nothing was changed and every image is one that is at hand. */
export interface CheckedPage {
  ok: boolean;
  file: string;
  /** `changed`: page, player or policy are not what this version of holdfast writes. */
  page: 'untouched' | 'changed';
  images: readonly { sha256: string; version: number; atHand: boolean }[];
  /** The reason why the recording cannot be read on. */
  unreadable?: string;
}

/**
 * @param image the file of a release; it and what is kept below `home` are at hand
 * @throws UsageError for a file that is no such page
 */
export async function checkReplayPage(
  file: string,
  { home, image }: { home: string; image?: string },
): Promise<CheckedPage> {
  const html = Buffer.from(readNamedFile(file, REPLAY_PAGE_BYTES_MAX)).toString();
  const read = readReplayPage(html, readPage(await pageFolder()));
  if (!read) throw new UsageError(`${file} is no page that holdfast replay --page wrote.`);
  const { images, unreadable } = imagesOf(read.recording);
  const known = new Set(image === undefined ? [] : [sha256Of(readNamedFile(image, IMAGE_BYTES_MAX))]);
  for (const hash of keptImageHashes(home)) known.add(hash);
  const found = images.map(({ sha256, version }) => ({ sha256, version, atHand: known.has(sha256) }));
  return {
    ok: read.isUntouched && found.length > 0 && found.every(({ atHand }) => atHand),
    file,
    page: read.isUntouched ? 'untouched' : 'changed',
    images: found,
    ...(unreadable && { unreadable: unreadable.reason }),
  };
}
