/** `holdfast replay --page`: a recording as a file that a browser opens by itself. */
import { imagesOf } from '../../host-sim/recording/images.js';
import { UsageError } from '../cli/failure.js';
import { writeWholeFiles } from '../cli/wholeFiles.js';
import { readPage } from './files.js';
import { pageFolder } from './folder.js';
import { readNamedFile } from './namedFile.js';
import { PAGE_RECORDING_BYTES_MAX, replayPage } from './replayPage.js';

/** The written file: its bytes, and the images that run in it. */
export interface WrittenPage {
  ok: true;
  file: string;
  bytes: number;
  images: readonly { sha256: string; version: number }[];
}

/** @throws UsageError for a file that is no recording, or too long for a page */
export async function writeReplayPage(recording: string, file: string): Promise<WrittenPage> {
  const bytes = readNamedFile(recording, PAGE_RECORDING_BYTES_MAX);
  const { images, unreadable } = imagesOf(bytes);
  if (images.length === 0)
    throw new UsageError(`${recording} cannot be played: ${unreadable?.reason ?? 'nothing is in it'}.`);
  const html = replayPage(bytes, readPage(await pageFolder()));
  writeWholeFiles([[file, html]]);
  const named = images.map(({ sha256, version }) => ({ sha256, version }));
  return { ok: true, file, bytes: Buffer.byteLength(html), images: named };
}
