/** The check of an application before it is packed: format, places in memory, and what ESP-IDF says of it. */
import { Failure } from '../cli/failure.js';
import type { Target } from './chips.js';
import { type EspImage, parseEspImage } from './espImage.js';
import { checkApplicationLoads } from './loadCheck.js';

/** The description is the first thing of the first segment (esp_app_desc.h). */
const DESCRIPTION_BYTES = 256;
const DESCRIPTION_MAGIC = 0xabcd5432;

export interface Application extends EspImage {
  /** The application's own words: project, version, and the release of ESP-IDF. */
  project: string;
  version: string;
  idf: string;
}

/**
 * The facts of an application that a chip of that target, or of any, could start.
 *
 * @throws Failure those of espImage.ts and loadCheck.ts, `image_description`, `image_chip`
 */
export function checkApplication(bytes: Uint8Array, target?: Target): Application {
  const image = parseEspImage(bytes);
  if (target && image.target !== target)
    throw new Failure('image_chip', `It is for the ${image.target}, and ${target} was said.`);
  const { at, length } = image.segments[0];
  const view = new DataView(bytes.buffer, bytes.byteOffset + at, length);
  if (length < DESCRIPTION_BYTES || view.getUint32(0, true) !== DESCRIPTION_MAGIC)
    throw new Failure(
      'image_description',
      'It does not describe itself as an application: a bootloader does not.',
    );
  const words = (from: number, count: number) => textOf(bytes.subarray(at + from, at + from + count));
  // 0 in applications of before ESP-IDF 5.4, whose pages have 64 KB.
  checkApplicationLoads(image, view.getUint8(180) || 16);
  return { ...image, version: words(16, 32), project: words(48, 32), idf: words(112, 32) };
}

/** Text up to the first zero, whatever is no printable ASCII left out. */
function textOf(bytes: Uint8Array): string {
  const end = bytes.indexOf(0);
  const text = Buffer.from(end < 0 ? bytes : bytes.subarray(0, end)).toString('latin1');
  return text.replace(/[^\x20-\x7e]/g, '');
}
